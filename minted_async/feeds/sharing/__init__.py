"""A feed in several processes: one polls and publishes, the others read what it publishes."""
