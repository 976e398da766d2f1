"""The code, written: in goes the typed view of the spec, out come the texts of all generated files.

`models` and `resources` write classes and methods from templates, `calls` the data of
their tests, `formatting` hands all of it to ruff, and `build` brings it to the disk.
"""
