"""Emits the data of tests/test_generated.py: a full and a bare call of every method."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import quote

import msgspec

from codegen.emit.arguments import Call
from codegen.emit.resources import calls
from codegen.emit.samples import UNKNOWN, Samples, Value
from codegen.project import GENERATED_TESTS
from codegen.spec import Spec
from codegen.spec.schemas import SCHEMA_PREFIX, Schema, is_struct, mapping, types

CALLS = f"{GENERATED_TESTS}/calls.json"


def generate_calls(spec: Spec) -> dict[str, str]:
    """Generate the data of the tests of all resources."""
    samples = Samples(spec)
    made = (call for resource in spec.resources for call in calls(resource, spec))
    return {CALLS: _json([entry for call in made for entry in _entries(call, samples)])}


def _entries(call: Call, samples: Samples) -> Iterator[dict[str, Value]]:
    whole, bare = (_entry(call, samples, full=full) for full in (True, False))
    yield {"name": f"{call.method.id}, with everything", **whole}
    # Where nothing is optional, neither in the call nor in its answer, one test says it all.
    if bare != whole:
        yield {"name": f"{call.method.id}, with what it needs", **bare}


def _entry(call: Call, samples: Samples, *, full: bool) -> dict[str, Value]:
    method = call.method
    given = [argument for argument in call.arguments if full or not argument.default]
    values = {
        each.name: samples.value(each.given.schema, each.given.name or "body", full=full) for each in given
    }
    arguments = {each.name: values[each.name] for each in given if each.given.location != "path"}
    asked = [each for each in given if each.given.location == "query"]
    query: dict[str, Value] = {each.given.name: _url(values[each.name]) for each in asked}
    body: Value = None
    if method.body:
        # Unlike an answer, a body may be empty.
        some = full or call.whole_body or samples.spec.required(method.body)
        body = samples.value({"$ref": SCHEMA_PREFIX + method.body}, "body", full=full) if some else {}
    # Something that no page names.
    further: dict[str, Value] = {"further": "more/1 ü"} if method.open and full else {}
    if method.open and method.verb != "GET":
        body = further
    else:
        query |= further
    path = method.path
    for argument in call.positional:
        path = path.replace("{" + argument.given.name + "}", quote(_url(values[argument.name]), safe=""))
    return {
        "method": method.id,
        "path_arguments": [values[argument.name] for argument in call.positional],
        "arguments": arguments | further,
        "sent": {
            "method": method.verb,
            "path": path,
            "api_version": method.api_version,
            "query": query,
            "body": body,
        },
        "envelope": method.envelope,
        "answer": samples.value(method.result, "data", full=full) if method.result else UNKNOWN,
        "kind": _kind(method.result, samples.spec),
        "utc": [*samples.utc(method.result)],
        **({"page": True} if samples.spec.row(method.result) else {}),
        **({"all": method.all} if method.all else {}),
        **({"bearer": True} if method.bearer else {}),
    }


def _kind(schema: Schema, spec: Spec) -> str | None:
    """Name of the struct that the answer is, or each of its items, or of its rows."""
    schema = spec.row(schema) or schema
    item = mapping(schema.get("items")) if types(schema) == ("array",) else schema
    name, meant = spec.resolve(item)
    return ".".join(filter(None, (spec.folder(name), name))) if name and is_struct(meant) else None


def _url(value: Value) -> str:
    """A value as it stands in a URL, before it is encoded."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _json(entries: list[dict[str, Value]]) -> str:
    """JSON with a line for each part of a call; a Decimal is a number with just its digits."""
    exact = msgspec.json.Encoder(decimal_format="number").encode
    lines = (
        [f'  "{key}": {msgspec.json.format(exact(part), indent=0).decode()}' for key, part in each.items()]
        for each in entries
    )
    return "[\n" + ",\n".join(" {\n" + ",\n".join(parts) + "\n }" for parts in lines) + "\n]\n"
