# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The blocking side of the package; nothing in this folder is written by hand."""
