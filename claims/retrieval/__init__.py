"""From pages to the passages worth judging: windows of sentences, ranked with BM25."""
