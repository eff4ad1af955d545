"""One module per format of file; each gives the documents that a file holds, in order.

They read from an open file and close nothing. A container of records gives an Entry for one that
cannot be read and goes on; a SourceError ends the file. `after` skips records that are known.
"""
