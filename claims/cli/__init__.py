"""Subcommands of `assay` that need no server: check, score, worthiness."""
