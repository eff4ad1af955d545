"""One module per file format; each yields the documents in a file, in order.

They read from an open file and do not close it. A container of records yields an Entry for a
record that cannot be read and continues; a SourceError ends the file. `after` skips records that
were read before.
"""
