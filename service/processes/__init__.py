"""The processes of `assay up`: which ones there are, and how they start, run and end."""
