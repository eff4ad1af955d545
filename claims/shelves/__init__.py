"""Shelves: a fact-checker's own archive, kept on disk and searched for every claim.

places    where a shelf lies, and what it may be called
reading   a file -> documents, by the module of its format in formats/
catalog   what was added, its files and their documents (SQLite)
index     which passages bear on a query (tantivy)
filling   writes both so that they agree, whenever it is killed
shelf     reads both; provider and fetch are its two faces to the pipeline
"""
