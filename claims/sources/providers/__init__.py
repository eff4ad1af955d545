"""Where pages come from that nobody handed over: one module for each kind of provider.

Each implements claims.ports.SourceProvider and fails alone, by a SourceError that becomes coverage.
"""
