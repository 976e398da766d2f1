# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Code generated from the spec; nothing in this folder is written by hand."""
