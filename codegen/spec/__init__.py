"""The spec, read: in goes openapi/*.yaml, out comes the typed view that every other room works on.

`bundle` makes one document of the files, `form` says what it may look like, `operations` and `schemas` give
its parts their types, `view` is the whole, and `lint` holds it against the rules that need code.
"""

from codegen.spec.view import Spec, load_spec

__all__ = ["Spec", "load_spec"]
