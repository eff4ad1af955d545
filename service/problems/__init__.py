"""Answers that are errors: their types, their form, and the errors of single fields."""
