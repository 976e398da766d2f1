"""The code, written: in goes the typed view of the spec, out come the texts of all generated files.

`models` and `resources` write classes and methods from templates, `twins` those that block, `calls` the data
of their tests; `build` hands all of it to ruff, and brings it to the disk.
"""
