"""Tools for the agents of language models, served by `assay mcp`."""
