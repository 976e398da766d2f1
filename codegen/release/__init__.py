"""Two versions beside each other: in go two checkouts, out comes what breaks those who call the older one.

The package and the spec of the last release lie beside it as a snapshot; what differs decides which version
numbers are allowed, and becomes the entry of the changelog.
"""
