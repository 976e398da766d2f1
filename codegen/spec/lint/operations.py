"""Rules about operations: what each must say of itself, and what it must leave to the client."""

from __future__ import annotations

import re

from codegen.documents import Json
from codegen.spec.lint.context import Context, Faults
from codegen.spec.operations import EVIDENCE, PAGE
from codegen.spec.schemas import SCHEMA_PREFIX, branches, look_up, mapping, reference, sequence, text
from minted_async.core.secret_names import is_secret

_PLACEHOLDER = re.compile(r"\{([^}]*)\}")
_SCHEMA = ("requestBody", "content", "application/json", "schema")


def operations_say_what_they_are(context: Context) -> Faults:
    """The tags are the resources of the methods, and the evidence is that of the best row."""
    for place, operation in context.spec.operations:
        ids = _ids(operation) or [text(operation["operationId"])]
        tags = list(dict.fromkeys(name.rpartition(".")[0] for name in ids))
        if operation["tags"] != tags:
            said = f"an id is `resource.method`, and the resources are the tags: `tags: [{', '.join(tags)}]`"
            yield place, said
        best = min((text(row["evidence"]) for row in _rows(operation)), key=EVIDENCE.index)
        if operation["x-minted-evidence"] != best:
            said = f"x-minted-evidence is the strongest of its rows; write `x-minted-evidence: {best}`"
            yield place, said


def every_method_has_a_row(context: Context) -> Faults:
    """Where an operation has several methods, each row names the one that it documents."""
    for place, operation in context.spec.operations:
        methods = _ids(operation)
        rows = [text(row.get("method")) for row in _rows(operation)]
        for index, row in enumerate(rows):
            here = (*place, "x-minted-docs", index)
            if methods and row not in methods:
                yield here, f"write `method: ...`, one of {', '.join(methods)}"
            if not methods and row:
                yield here, "only rows of an operation with x-minted-methods have `method`; remove it"
        for name in methods:
            if name not in rows:
                yield (*place, "x-minted-methods"), f"no row of x-minted-docs documents {name}; add one"
        if methods and methods[0] != operation["operationId"]:
            yield (*place, "operationId"), f"operationId is the id of the first method; write {methods[0]}"


def methods_agree_with_the_operation(context: Context) -> Faults:
    """`x-minted-methods` names parameters of the operation, and the alternatives of its body, all of them."""
    for place, operation in context.spec.operations:
        known = [mapping(each)["name"] for each in sequence(operation.get("parameters"))]
        entries = [mapping(entry) for entry in sequence(operation.get("x-minted-methods"))]
        for index, entry in enumerate(entries):
            for name in sequence(entry.get("parameters")):
                if name not in known:
                    where = (*place, "x-minted-methods", index, "parameters")
                    yield where, f"the operation has no parameter {name}; correct the name"
        listed = {reference(mapping(entry["body"])) for entry in entries if "body" in entry}
        if listed and listed != {reference(one) for one in branches(mapping(look_up(operation, _SCHEMA)))}:
            said = "the bodies of the methods and the oneOf of the requestBody differ; make them the same"
            yield (*place, "x-minted-methods"), said


def paths_and_parameters_agree(context: Context) -> Faults:
    """Every placeholder of a path is a parameter, and the other way round; no secret stands in a URL."""
    for method in context.spec.methods:
        inside = set(_PLACEHOLDER.findall(method.path))
        described = {parameter.name: parameter.place for parameter in method.located("path")}
        for name in sorted(described.keys() - inside):
            yield described[name], f"{{{name}}} does not occur in {method.path}; correct one of the two"
        for name in sorted(inside - described.keys()):
            said = f"{{{name}}} of the path is no parameter; describe it under parameters, `in: path`"
            yield method.place, said
        for parameter in method.parameters:
            if is_secret(parameter.name):
                said = f"{parameter.name} is a secret and must not stand in a URL; send it in the body"
                yield parameter.place, said


def what_is_addressed_takes_fields(context: Context) -> Faults:
    """Where it is known what is sent, fields are described; where it is not, they are taken as they come."""
    for method in context.spec.methods:
        body = look_up(context.spec.document, (*method.place, *_SCHEMA))
        if method.open and body not in (None, {"$ref": f"{SCHEMA_PREFIX}JsonObject"}):
            said = "what is addressed takes any fields; refer to JsonObject, or call it documented"
            yield (*method.place, "requestBody"), said


def tokens_are_held_by_resources(context: Context) -> Faults:
    """Who signs is a matter of the client that is used, and so of all methods of a resource."""
    for resource in context.spec.resources:
        signed = [method for method in resource.methods if not method.bearer]
        if resource.bearer and (signed or "." in resource.name):
            said = f"{resource.name} is reached with a Bearer token: so are all its methods; it has no dot"
            yield signed[0].place if signed else resource.methods[0].place, said


def pages_are_leafed_through(context: Context) -> Faults:
    """A page is what `Page` holds, with rows of one kind; all pages are asked for by their number."""
    for name in context.spec.schemas:
        schema = context.spec.schemas[name]
        whole = schema.get("allOf") == [{"$ref": f"{SCHEMA_PREFIX}Page"}]
        only = list(mapping(schema.get("properties"))) == ["data"]
        if "x-minted-page" in schema and not (whole and only and reference(context.spec.row(schema))):
            said = "a page is `allOf: [Page]`, and `data`, an array of one object of openapi/schemas"
            yield ("components", "schemas", name), f"{said}; make it so, or remove x-minted-page"
    for method in context.spec.methods:
        numbers = [each.name for each in method.located("query") if each.name == PAGE]
        if method.all and not (numbers and context.spec.row(method.result)):
            said = f"{method.id} has no parameter `page`, or does not answer a page; remove x-minted-all"
            yield method.place, said


def _ids(operation: dict[str, Json]) -> list[str]:
    """The methods that an operation lists."""
    return [text(mapping(entry)["id"]) for entry in sequence(operation.get("x-minted-methods"))]


def _rows(operation: dict[str, Json]) -> list[dict[str, Json]]:
    return [mapping(row) for row in sequence(operation["x-minted-docs"])]
