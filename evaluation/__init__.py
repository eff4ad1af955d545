"""Quality measurements of the shipped judge and of claim extraction, with pinned lower limits."""
