"""Rules about keys: what the generator does not know, it would ignore in silence."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from codegen.documents import Json, Place
from codegen.spec.lint.context import Context, Faults, Node, rule, schema_rule
from codegen.spec.schemas import mapping, nullable, sequence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KEYWORDS = _words("""
    $ref type format enum const title description default deprecated example examples
    properties required additionalProperties items allOf anyOf oneOf readOnly writeOnly
    minLength maxLength minItems maxItems uniqueItems
    minimum maximum multipleOf exclusiveMinimum exclusiveMaximum
    x-enum-varnames x-minted-secret x-minted-source x-minted-zone x-minted-older x-minted-note x-minted-page
    x-minted-observed
""")
_OPERATION = _words("""
    x-minted-evidence x-minted-docs x-minted-methods x-minted-api-version x-minted-envelope
    x-minted-idempotent x-minted-alone x-minted-note x-minted-all
""")
_ROOT = frozenset({"x-minted-tabs"})
_METHOD = _words("id summary description x-minted-note x-minted-all body parameters security")
_NAMES = frozenset({"properties", "schemas", "securitySchemes", "paths", "content", "responses"})
"""What stands below these are names that somebody chose, not keys."""
_VALUES = frozenset({"example", "examples", "default", "enum", "const", "x-minted-docs"})
"""What stands below these is no part of the language of the spec."""


@schema_rule
def keywords_are_known(_: Context, node: Node) -> Faults:
    """A keyword of a schema."""
    for key in sorted(node.schema.keys() - _KEYWORDS):
        said = f"the generator does not know `{key}`{_near(key, _KEYWORDS)}"
        if key == "nullable":
            said = "write `type: [..., 'null']`, or `anyOf` with `{type: 'null'}`: 3.1 has no nullable"
        yield (*node.place, key), said
    if node.schema.get("x-minted-source", "example") not in ("example", "observed"):
        yield (*node.place, "x-minted-source"), "a field is known from an `example`, or `observed` in answers"
    there = [*sequence(node.schema.get("enum")), *([None] if nullable(node.schema) else ())]
    if any(value not in there for value in sequence(node.schema.get("x-minted-observed"))):
        yield (*node.place, "x-minted-observed"), "this names null or values of the enum, which are not there"


@rule
def extensions_are_known(context: Context) -> Faults:
    """A key that begins with `x-`: OpenAPI lets every one of them pass."""
    schemas = {node.place for node in context.nodes}
    known = {place: _OPERATION for place, _ in context.spec.operations}
    for place, operation in context.spec.operations:
        for index, entry in enumerate(sequence(operation.get("x-minted-methods"))):
            for key in sorted(mapping(entry).keys() - _METHOD):
                where = (*place, "x-minted-methods", index, key)
                yield where, f"a method has no `{key}`{_near(key, _METHOD)}"
    known[()] = _ROOT
    for place, key in _extensions(context.spec.document, ()):
        if place not in schemas and key not in known.get(place, ()) and "x-minted-methods" not in place:
            yield (*place, key), f"the generator does not know `{key}`{_near(key, _OPERATION)}"


def _extensions(node: Json, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _extensions(item, (*place, index))
    elif isinstance(node, dict):
        named = place[-1:] and place[-1] in _NAMES
        for key, value in node.items():
            if key.startswith("x-") and not named:
                yield place, key
            if key not in _VALUES or named:
                yield from _extensions(value, (*place, key))


def _near(key: str, known: frozenset[str]) -> str:
    if key in _KEYWORDS | _OPERATION:
        return " here; it belongs to " + ("a schema" if key in _KEYWORDS else "an operation")
    near = difflib.get_close_matches(key, sorted(known), 1)
    return f"; do you mean `{near[0]}`?" if near else "; say it in the description, or in `x-minted-note`"
