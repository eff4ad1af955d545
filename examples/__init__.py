"""The demonstration: an article, its reference pages, and the program that runs the check."""
