# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The fixture of the generated tests: a recording server and a client that talks to it."""

from tests.recorder import recorder

__all__ = ["recorder"]
