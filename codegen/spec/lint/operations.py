"""Rules about operations: what each must say of itself, and what it must leave to the client."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.documents import Json, Place
from codegen.spec.lint.context import Context, Faults, Operation, operation_rule, rule
from codegen.spec.operations import EVIDENCE, PAGE
from codegen.spec.schemas import SCHEMA_PREFIX, look_up, mapping, reference, sequence, text
from minted_async.core.secret_names import is_secret

_CLIENT_SETTINGS = frozenset({"api-version", "x-client-id", "accept-language"})
_WORDS = {"summary": "in one line what the call does", "description": "what a caller has to know of it"}
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")
_ROW = ("page", "title", "section", "last_modified", "evidence")
_SCHEMA = ("content", "application/json", "schema")


@operation_rule
def operations_say_what_they_are(place: Place, operation: Operation) -> Faults:
    """Tags, envelope, version."""
    ids = [text(entry.get("id") or entry.get("operationId")) for _, entry in _methods(place, operation)]
    tags = list(dict.fromkeys(name.rpartition(".")[0] for name in ids))
    if operation.get("tags") != tags:
        said = f"an id is `resource.method`, and the resources are the tags: `tags: [{', '.join(tags)}]`"
        yield place, said
    if not isinstance(operation.get("x-minted-envelope"), bool):
        yield place, "x-minted-envelope is missing; true for an answer of {data, success, ...}, else false"
    version = operation.get("x-minted-api-version")
    if version is not None and not isinstance(version, str):
        yield (*place, "x-minted-api-version"), f'a version is text; put it in quotes: "{version}"'


@operation_rule
def methods_say_what_they_are(place: Place, operation: Operation) -> Faults:
    """Summary, description, who signs, and which of the parameters are taken."""
    known = [mapping(each).get("name") for each in sequence(operation.get("parameters"))]
    for where, entry in {place: operation, **dict(_methods(place, operation))}.items():
        for key, what in _WORDS.items():
            if not text(entry.get(key)):
                yield where, f"{key} is missing: say {what}; it begins the method's docstring"
        for scheme in sequence(entry.get("security")):
            if scheme not in ({"digest": []}, {"bearer": []}):
                yield (*where, "security"), "a scheme is `digest: []` or `bearer: []`; correct it"
        for name in sequence(entry.get("parameters")) if where != place else ():
            if name not in known:
                yield (*where, "parameters"), f"the operation has no parameter {name}; correct the name"


@operation_rule
def marks_go_with_the_verb(place: Place, operation: Operation) -> Faults:
    """What travels alone changes something; what is idempotent is retried, and only a GET may be."""
    wrong = {
        "x-minted-alone": (place[-1] == "get", "a GET moves no money; remove the mark"),
        "x-minted-idempotent": (place[-1] != "get", "only a GET may be idempotent; remove the mark"),
    }
    for key, (unfit, said) in wrong.items():
        marked = operation.get(key)
        if marked is not None and not isinstance(marked, bool):
            yield (*place, key), "this is true or false; correct it"
        elif marked and unfit:
            yield (*place, key), said


@operation_rule
def operations_have_evidence(place: Place, operation: Operation) -> Faults:
    """Every operation rests on rows of the documentation, and claims no more than its best one."""
    rows = [mapping(row) for row in sequence(operation.get("x-minted-docs"))]
    if not rows:
        yield place, "x-minted-docs is missing; name the rows of the documentation's menu that this serves"
        return
    for index, row in enumerate(rows):
        yield from (((*place, "x-minted-docs", index), message) for message in _row_faults(row))
    known = [text(row.get("evidence")) for row in rows if row.get("evidence") in EVIDENCE]
    best = min(known, key=EVIDENCE.index, default=EVIDENCE[0])
    if operation.get("x-minted-evidence") != best:
        yield place, f"x-minted-evidence is the strongest of its rows; write `x-minted-evidence: {best}`"


@operation_rule
def every_method_has_a_row(place: Place, operation: Operation) -> Faults:
    """Where an operation has several methods, each row names the one that it documents."""
    methods = [text(mapping(entry).get("id")) for entry in sequence(operation.get("x-minted-methods"))]
    rows = [text(mapping(row).get("method")) for row in sequence(operation.get("x-minted-docs"))]
    for index, row in enumerate(rows):
        here = (*place, "x-minted-docs", index)
        if methods and row not in methods:
            yield here, f"write `method: ...`, one of {', '.join(methods)}"
        if not methods and row:
            yield here, "only rows of an operation with x-minted-methods have `method`; remove it"
    for name in methods:
        if name not in rows:
            yield (*place, "x-minted-methods"), f"no row of x-minted-docs documents {name}; add one"
    if methods and methods[0] != operation.get("operationId"):
        yield (*place, "operationId"), f"operationId is the id of the first method; write {methods[0]}"


@rule
def parameters_are_the_operations_own(context: Context) -> Faults:
    """Settings of the client are no parameters, nor is anything that is not in the path or the query."""
    parameters = {entry.place: entry for method in context.spec.methods for entry in method.parameters}
    for place, parameter in parameters.items():
        name = parameter.name
        if name.lower() in _CLIENT_SETTINGS:
            yield place, f"{name} is a setting of the client, not a parameter; remove it"
        elif parameter.location not in ("path", "query"):
            yield place, f"parameters in: {parameter.location} are not supported; use path or query"
        if is_secret(name):
            yield place, f"{name} is a secret and must not stand in a URL; send it in the body"
        if not parameter.description:
            yield place, f"the parameter {name} has no description; say what it is, with its unit"


@rule
def paths_and_parameters_agree(context: Context) -> Faults:
    """Every placeholder of a path is a parameter, and the other way round."""
    for method in context.spec.methods:
        inside = set(_PLACEHOLDER.findall(method.path))
        described = {parameter.name: parameter.place for parameter in method.located("path")}
        for name in sorted(described.keys() - inside):
            yield described[name], f"{{{name}}} does not occur in {method.path}; correct one of the two"
        for name in sorted(inside - described.keys()):
            said = f"{{{name}}} of the path is no parameter; describe it under parameters, `in: path`"
            yield method.place, said


@operation_rule
def bodies_and_answers_are_json(place: Place, operation: Operation) -> Faults:
    """A body is JSON and always sent; exactly one answer means success, and it is described."""
    body = operation.get("requestBody")
    described = isinstance(look_up(body, _SCHEMA), dict) and mapping(body).get("required") is True
    if body is not None and not described:
        said = "a request body is `required: true` with content application/json; correct it"
        yield (*place, "requestBody"), said
    responses = mapping(operation.get("responses"))
    good = [status for status in responses if status.startswith("2")]
    if len(good) != 1:
        said = "exactly one answer means success; describe one with a status of 2xx"
        yield (*place, "responses"), said
    for status in good:
        answer = (*place, "responses", status)
        if not isinstance(look_up(responses[status], _SCHEMA), dict):
            yield answer, "the answer has no schema for application/json; use {} where nothing is known"
        if not text(look_up(responses[status], ("description",))):
            yield answer, "the answer has no description; it becomes the Returns part of the docstring"


@rule
def what_is_addressed_takes_fields(context: Context) -> Faults:
    """Where it is known what is sent, fields are described; where it is not, they are taken as they come."""
    for method in context.spec.methods:
        body = look_up(context.spec.document, (*method.place, "requestBody", *_SCHEMA))
        if method.open and body not in (None, {"$ref": f"{SCHEMA_PREFIX}JsonObject"}):
            said = "what is addressed takes any fields; refer to JsonObject, or call it documented"
            yield (*method.place, "requestBody"), said


@rule
def tokens_are_held_by_resources(context: Context) -> Faults:
    """Who signs is a matter of the client that is used, and so of all methods of a resource."""
    for resource in context.spec.resources:
        signed = [method for method in resource.methods if not method.bearer]
        if resource.bearer and (signed or "." in resource.name):
            said = f"{resource.name} is reached with a Bearer token: so are all its methods; it has no dot"
            yield signed[0].place if signed else resource.methods[0].place, said


@rule
def pages_are_leafed_through(context: Context) -> Faults:
    """A page is what `Page` holds, with rows of one kind; all pages are asked for by their number."""
    for name, schema in context.spec.schemas.items():
        if "x-minted-page" in schema and not (
            schema["x-minted-page"] is True
            and schema.get("allOf") == [{"$ref": f"{SCHEMA_PREFIX}Page"}]
            and list(mapping(schema.get("properties"))) == ["data"]
            and reference(context.spec.row(schema))
        ):
            said = "a page is `allOf: [Page]`, and `data`, an array of one object of openapi/schemas"
            yield ("components", "schemas", name), f"{said}; make it so, or remove x-minted-page"
    for method in context.spec.methods:
        numbers = [each.name for each in method.located("query") if each.name == PAGE]
        if method.all and not (numbers and context.spec.row(method.result)):
            said = f"{method.id} has no parameter `page`, or does not answer a page; remove x-minted-all"
            yield method.place, said


def _methods(place: Place, operation: Operation) -> list[tuple[Place, Operation]]:
    """The entries of an operation's methods with their places; the operation itself where it has none."""
    entries = enumerate(map(mapping, sequence(operation.get("x-minted-methods"))))
    return [((*place, "x-minted-methods", index), entry) for index, entry in entries] or [(place, operation)]


def _row_faults(row: dict[str, Json]) -> Iterator[str]:
    missing = [key for key in _ROW if key not in row]
    unknown = sorted(row.keys() - {*_ROW, "method"})
    if missing or unknown:
        wanted = "page, title, section, last_modified and evidence"
        yield f"a row has {wanted}; missing: {missing}, not known: {unknown}"
    elif row["evidence"] not in EVIDENCE[:-1]:
        yield f"evidence is one of {', '.join(EVIDENCE[:-1])}, not {row['evidence']}"
    elif not row["title"] or not row["section"]:
        yield "a row needs its title and section as the menu has them"
