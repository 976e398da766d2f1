# Generated from openapi/ by `python -m codegen generate`; do not edit.
