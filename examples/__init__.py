"""The demonstration: an article, its reference pages, and the programs that check it."""
