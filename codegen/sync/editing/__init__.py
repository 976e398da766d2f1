"""Edits the spec's files: additions as a person would write them, patches for all that needs a person."""
