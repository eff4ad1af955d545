"""How the shipped models were made. Its dependencies are extras; nothing of the product imports it."""
