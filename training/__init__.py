"""How the shipped models were made. Nothing of the product imports it."""
