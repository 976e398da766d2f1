"""Rules about operations: what each must say of itself, and what it must leave to the client."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.documents import Json, Place
from codegen.findings import Finding
from codegen.spec.lint.context import Context
from codegen.spec.operations import EVIDENCE
from codegen.spec.schemas import look_up, mapping, sequence, text
from minted_async.core.secret_names import is_secret

_CLIENT_SETTINGS = frozenset({"api-version", "x-client-id", "accept-language"})
_WORDS = {"summary": "in one line what the call does", "description": "what a caller has to know of it"}
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")


def operations_say_what_they_are(context: Context) -> Iterator[Finding]:
    """Id, tag, summary, description, and how well it is known."""
    for place, operation in context.operations:
        resource = text(operation.get("operationId")).partition(".")[0]
        if operation.get("tags") != [resource]:
            yield context.at(
                place,
                f"operationId is `resource.method`, and the resource is the only tag: `tags: [{resource}]`",
            )
        if not isinstance(operation.get("x-minted-envelope"), bool):
            yield context.at(
                place,
                "x-minted-envelope is missing; true for an answer of {data, success, ...}, else false",
            )
        version = operation.get("x-minted-api-version")
        if version is not None and not isinstance(version, str):
            yield context.at(
                (*place, "x-minted-api-version"), f'a version is text; put it in quotes: "{version}"'
            )
        for entry, where in _described(operation):
            for key, what in _WORDS.items():
                if not text(entry.get(key)):
                    said = f"{key} is missing: say {what}; it begins the method's docstring"
                    yield context.at((*place, *where), said)


def what_moves_money_is_marked(context: Context) -> Iterator[Finding]:
    """A call that travels alone is one that changes something."""
    for place, operation in context.operations:
        marked = operation.get("x-minted-alone")
        if marked is not None and not isinstance(marked, bool):
            yield context.at((*place, "x-minted-alone"), "this is true or false; correct it")
        elif marked and place[-1] == "get":
            yield context.at((*place, "x-minted-alone"), "a GET moves no money; remove the mark")


def only_reads_are_idempotent(context: Context) -> Iterator[Finding]:
    """What is idempotent is retried; nothing but a GET ever may be."""
    for place, operation in context.operations:
        marked = operation.get("x-minted-idempotent")
        if marked is not None and not isinstance(marked, bool):
            yield context.at((*place, "x-minted-idempotent"), "this is true or false; correct it")
        elif marked and place[-1] != "get":
            yield context.at(
                (*place, "x-minted-idempotent"),
                "only a GET may be idempotent: the client would send it twice; remove the mark",
            )


def operations_have_evidence(context: Context) -> Iterator[Finding]:
    """Every operation rests on rows of the documentation, and claims no more than its best one."""
    for place, operation in context.operations:
        rows = [mapping(row) for row in sequence(operation.get("x-minted-docs"))]
        if not rows:
            yield context.at(
                place, "x-minted-docs is missing; name the rows of the documentation's menu that this serves"
            )
            continue
        for index, row in enumerate(rows):
            yield from (context.at((*place, "x-minted-docs", index), message) for message in _row_faults(row))
        known = [text(row.get("evidence")) for row in rows if row.get("evidence") in EVIDENCE]
        best = min(known, key=EVIDENCE.index, default=EVIDENCE[0])
        if operation.get("x-minted-evidence") != best:
            yield context.at(
                place, f"x-minted-evidence is the strongest of its rows; write `x-minted-evidence: {best}`"
            )


def every_method_has_a_row(context: Context) -> Iterator[Finding]:
    """Where an operation has several methods, each row names the one that it documents."""
    for place, operation in context.operations:
        methods = [text(mapping(entry).get("id")) for entry in sequence(operation.get("x-minted-methods"))]
        rows = [text(mapping(row).get("method")) for row in sequence(operation.get("x-minted-docs"))]
        for index, row in enumerate(rows):
            if methods and row not in methods:
                yield context.at(
                    (*place, "x-minted-docs", index), f"write `method: ...`, one of {', '.join(methods)}"
                )
            if not methods and row:
                yield context.at(
                    (*place, "x-minted-docs", index),
                    "only rows of an operation with x-minted-methods have `method`; remove it",
                )
        for name in methods:
            if name not in rows:
                yield context.at(
                    (*place, "x-minted-methods"), f"no row of x-minted-docs documents {name}; add one"
                )
        if methods and methods[0] != operation.get("operationId"):
            yield context.at(
                (*place, "operationId"), f"operationId is the id of the first method; write {methods[0]}"
            )


def parameters_are_the_operations_own(context: Context) -> Iterator[Finding]:
    """Settings of the client are no parameters, nor is anything that is not in the path or the query."""
    for parameter in {
        entry.place: entry for method in context.spec.methods for entry in method.parameters
    }.values():
        if parameter.name.lower() in _CLIENT_SETTINGS:
            yield context.at(
                parameter.place, f"{parameter.name} is a setting of the client, not a parameter; remove it"
            )
        elif parameter.location not in ("path", "query"):
            yield context.at(
                parameter.place, f"parameters in: {parameter.location} are not supported; use path or query"
            )
        if is_secret(parameter.name):
            yield context.at(
                parameter.place,
                f"{parameter.name} is a secret and must not stand in a URL; send it in the body",
            )
        if not parameter.description:
            yield context.at(
                parameter.place,
                f"the parameter {parameter.name} has no description; say what it is, with its unit",
            )


def paths_and_parameters_agree(context: Context) -> Iterator[Finding]:
    """Every placeholder of a path is a parameter, and the other way round."""
    for method in context.spec.methods:
        inside = set(_PLACEHOLDER.findall(method.path))
        for parameter in method.located("path"):
            if parameter.name not in inside:
                yield context.at(
                    parameter.place,
                    f"{{{parameter.name}}} does not occur in {method.path}; correct one of the two",
                )
        for name in sorted(inside - {parameter.name for parameter in method.located("path")}):
            yield context.at(
                method.place,
                f"{{{name}}} of the path is no parameter; describe it under parameters, `in: path`",
            )


def bodies_and_answers_are_json(context: Context) -> Iterator[Finding]:
    """A body is JSON and always sent; exactly one answer means success, and it is described."""
    for place, operation in context.operations:
        body = operation.get("requestBody")
        if body is not None:
            schema = look_up(body, ("content", "application/json", "schema"))
            if not isinstance(schema, dict) or mapping(body).get("required") is not True:
                yield context.at(
                    (*place, "requestBody"),
                    "a request body is `required: true` with content application/json; correct it",
                )
        good = [status for status in mapping(operation.get("responses")) if status.startswith("2")]
        if len(good) != 1:
            yield context.at(
                (*place, "responses"), "exactly one answer means success; describe one with a status of 2xx"
            )
        for status in good:
            answer = (*place, "responses", status)
            if not isinstance(
                look_up(operation, ("responses", status, "content", "application/json", "schema")), dict
            ):
                yield context.at(
                    answer, "the answer has no schema for application/json; use {} where nothing is known"
                )
            if not text(look_up(operation, ("responses", status, "description"))):
                yield context.at(
                    answer, "the answer has no description; it becomes the Returns part of the docstring"
                )


def _described(operation: dict[str, Json]) -> Iterator[tuple[dict[str, Json], Place]]:
    """The operation and each of its methods, with their places below it."""
    yield operation, ()
    for index, entry in enumerate(sequence(operation.get("x-minted-methods"))):
        yield mapping(entry), ("x-minted-methods", index)


def _row_faults(row: dict[str, Json]) -> Iterator[str]:
    missing = [key for key in ("page", "title", "section", "last_modified", "evidence") if key not in row]
    unknown = sorted(row.keys() - {"page", "title", "section", "last_modified", "evidence", "method"})
    if missing or unknown:
        wanted = "page, title, section, last_modified and evidence"
        yield f"a row has {wanted}; missing: {missing}, not known: {unknown}"
    elif row["evidence"] not in ("documented", "sibling"):
        yield f"evidence is documented or sibling, not {row['evidence']}"
    elif not row["title"] or not row["section"]:
        yield "a row needs its title and section as the menu has them"
