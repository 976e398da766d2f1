"""Compares what pages say with the spec: which page is about what, and every difference between them."""
