"""Keeps the spec in step with the documentation site: what changed there, and how the spec follows."""
