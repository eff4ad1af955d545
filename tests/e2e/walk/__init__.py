"""The walk: everything that the service offers, asked after each step in the life of an article."""
