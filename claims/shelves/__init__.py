"""Shelves: a fact-checker's own archive, kept on disk and searched for every claim.

places     the paths and names of shelves; locators: the locators of their documents
reading    a file -> documents, by the module of its format in formats/
catalog    what was added, its files and their documents (SQLite); catalog_writer, tables
index      finds the passages that match a query (tantivy)
batches    writes both so that they agree, even after a kill
filling    reads the pending files; contents and walking decide which files are pending
shelf      reads both; provider and fetch offer it to the pipeline
"""
