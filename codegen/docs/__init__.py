"""Reads pages of the documentation site, in each form in which it gives them, into `PageFacts`."""
