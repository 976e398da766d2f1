"""The documentation, read: in go pages of a site or of a folder, out come the facts that they state."""
