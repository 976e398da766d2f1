"""The code, written: in goes the typed view of the spec, out come the texts of all generated files.

`models` runs datamodel-code-generator, `resources` and `calls` write the methods and their tests from
templates, `formatting` hands all of it to ruff, and `build` brings it to the disk.
"""
