"""What API and dashboard decide in common about a request before the store makes its change.

`bodies` and `fields` check what a request holds; the other modules look at what a body alone does
not say: whether a claim can be checked, whether a receiver may be called, whether a reader is set
up. Where nothing is to be decided, a view calls the store itself.
"""
