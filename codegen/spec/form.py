"""The form of the spec, openapi/form.yaml, against which the document is held first of all."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from codegen.documents import Json
from codegen.findings import Finding
from codegen.project import HERE
from codegen.spec.bundle import Bundle
from codegen.spec.yaml import read_yaml


def faults_of_form(bundle: Bundle) -> Iterator[Finding]:
    """What OpenAPI or the generator does not know of a bundle."""
    for error in _validator().iter_errors({**bundle.document, "listed": bundle.listed}):
        for below, message in _said(error):
            yield bundle.finding((*error.absolute_path, *below), message)


@lru_cache
def _validator() -> Any:
    return Draft202012Validator(_spelled_out(read_yaml(HERE / "openapi/form.yaml", "form.yaml")))


def _spelled_out(node: Json) -> Any:
    """The form as JSON Schema has it: `fields` are properties, required or not, and there are no others."""
    if isinstance(node, list):
        return [_spelled_out(item) for item in node]
    if not isinstance(node, dict):
        return node
    copied = {key: _spelled_out(value) for key, value in node.items()}
    if fields := copied.pop("fields", None):
        copied |= {"type": "object", "required": [key for key in fields if not key.endswith("?")]}
        copied["properties"] = {key.removesuffix("?"): value for key, value in fields.items()}
        copied["additionalProperties"] = False
    return copied


def _said(error: ValidationError) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong, with the advice of the form, and where below the place of the error."""
    schema: Any = error.schema
    found: Any = error.instance
    known = schema.get("properties", {})
    match error.validator:
        case "required":
            for key in schema["required"]:
                if key not in found:
                    yield (), f"{key} is missing{_advice(known.get(key))}"
        case "additionalProperties" if known:
            for key in found.keys() - known:
                near = _near(key, known) or "; say it in the description, or in `x-minted-note`"
                yield (key,), f"the generator does not know `{key}` here{near}"
        case "enum":
            yield (), f"{error.message}{_near(found, schema['enum'])}{_advice(schema)}"
        case "pattern":
            yield (), f"this is empty{_advice(schema)}"
        case _:
            yield (), schema.get("say") or error.message


def _advice(schema: object) -> str:
    return f": {schema['say']}" if isinstance(schema, dict) and "say" in schema else ""


def _near(word: object, known: Iterable[object]) -> str:
    near = difflib.get_close_matches(str(word), map(str, known), 1, 0.8)
    return f"; do you mean `{near[0]}`?" if near else ""
