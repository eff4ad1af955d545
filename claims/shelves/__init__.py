"""Shelves: a fact-checker's own archive, kept on disk and searched for every claim.

places     where a shelf lies, and what it may be called; locators: what a document is called
reading    a file -> documents, by the module of its format in formats/
catalog    what was added, its files and their documents (SQLite); catalog_writer, tables
index      which passages bear on a query (tantivy)
batches    writes both so that they agree, whenever it is killed
filling    reads what is to be read; contents and walking say what that is
shelf      reads both; provider and fetch are its two faces to the pipeline
"""
