"""Providers find pages that nobody gave as a source: one module for each kind of provider.

Each implements claims.ports.SourceProvider. A provider that fails raises a SourceError, which
becomes coverage and does not affect the others.
"""
