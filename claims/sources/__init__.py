"""From an address or a file to a page: fetching, main text, metadata, caching."""
