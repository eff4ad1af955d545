"""Quality: the shipped judge and the extraction on labelled sets, with pinned floors."""
