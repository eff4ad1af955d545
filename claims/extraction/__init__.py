"""From an article's text to the claims in it."""
