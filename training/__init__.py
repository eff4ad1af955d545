"""Training of the shipped models. The product does not import this package."""
