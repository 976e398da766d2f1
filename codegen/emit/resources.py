"""Emits the resource classes: a module for each tag of the spec, and `resources.py` that joins them."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from codegen.emit.annotations import Annotations
from codegen.emit.arguments import Argument, Call, build_call
from codegen.emit.docstrings import WIDTH, literal, reflow, sentence
from codegen.emit.models import HEADER, Models
from codegen.project import GENERATED, TEMPLATES
from codegen.spec import Spec
from codegen.spec.operations import DocsRow, ListedRow, Method, Resource

_INDENT = " " * 8
_DOCS_WIDTH = 90

_REFUSED = (
    "APIError: Minted refused it. Its subclasses say why: AuthenticationError (401), PermissionDeniedError "
    "(403), NotFoundError (404), ValidationError (422), RateLimitedError (429), ServerError (5xx)."
)
_ARGUMENTS = (
    "TypeError: An argument has the wrong type; nothing was sent.",
    "ArgumentError: An argument cannot be sent (an empty id, an infinite number); nothing was sent.",
)
_NOT_SENT = "NotSentError: No connection; nothing was sent, and it is safe to try again."
_LOST = (
    "RequestTimeoutError: No answer in time, retries included.",
    "ConnectionLostError: The connection broke before the answer was whole, retries included.",
)
_UNKNOWN = (
    "OutcomeUnknownError: The answer was lost; the request may or may not have been carried out. It is "
    "not sent again."
)
_DECODE = "DecodeError: The answer does not fit the spec."


@dataclass(frozen=True)
class RenderedMethod:
    """A typed method as the template needs it."""

    call: Call
    constant: str
    annotation: str
    result: str
    docs: tuple[str, ...]
    path: str
    docstring: str


@dataclass(frozen=True)
class RenderedListed:
    """A listed method as the template needs it."""

    row: ListedRow
    constant: str
    docstring: str


def environment() -> Environment:
    """The template environment: an undefined name is an error, never an empty text."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    jinja.filters["py"] = repr
    return jinja


def generate_resources(spec: Spec, models: Models, scalars: frozenset[str]) -> dict[str, str]:
    """Generate the modules of all resources.

    Args:
        spec: the spec, linted.
        models: names in the generated models.
        scalars: names of the schemas that are hand-written types.

    Returns:
        Unformatted Python by path.
    """
    jinja = environment()
    module = jinja.get_template("resource.py.jinja2")
    files = {
        f"{GENERATED}/{resource.name}.py": module.render(
            header=HEADER,
            resource=resource,
            docstring=literal(sentence(reflow(resource.description, WIDTH))),
            class_docstring=literal(sentence(reflow(resource.description, WIDTH, indent=" " * 4))),
            methods=render_methods(resource, spec, models, scalars),
            listed=[_listed(row) for row in resource.listed],
        )
        for resource in spec.resources
    }
    files[f"{GENERATED}/resources.py"] = jinja.get_template("resources.py.jinja2").render(
        header=HEADER,
        resources=[
            (resource, literal(sentence(reflow(resource.description, WIDTH, indent=_INDENT))))
            for resource in spec.resources
        ],
    )
    files[f"{GENERATED}/__init__.py"] = (
        f'{HEADER}\n"""Code generated from the spec; nothing in this folder is written by hand."""\n'
    )
    return files


def calls(resource: Resource, spec: Spec, models: Models, scalars: frozenset[str]) -> list[Call]:
    """The methods of a resource with their arguments."""
    annotations = annotations_of(resource, spec, scalars)
    return [build_call(method, spec, models, annotations) for method in resource.methods]


def annotations_of(resource: Resource, spec: Spec, scalars: frozenset[str]) -> Annotations:
    """How types are spelled inside a resource's class, where its methods may hide builtins."""
    hidden = frozenset(entry.name for entry in resource.entries)
    return Annotations(spec, scalars, hidden)


def render_methods(
    resource: Resource, spec: Spec, models: Models, scalars: frozenset[str]
) -> list[RenderedMethod]:
    """What the template needs of each typed method."""
    annotations = annotations_of(resource, spec, scalars)
    # Outside the class nothing is hidden.
    outside = Annotations(spec, scalars, frozenset())
    rendered: list[RenderedMethod] = []
    for call in calls(resource, spec, models, scalars):
        result = outside.result(call.method.result)
        rendered.append(
            RenderedMethod(
                call=call,
                constant="_" + call.method.name.upper(),
                annotation=annotations.result(call.method.result),
                result="object" if result == "Any" else result,
                docs=_docs(call.method),
                path=_path(call),
                docstring=literal(_docstring(call)),
            )
        )
    return rendered


def _path(call: Call) -> str:
    path = call.method.path
    for argument in call.positional:
        path = path.replace("{" + argument.wire + "}", "{" + argument.name + "}")
    return path


def _docs(method: Method) -> tuple[str, ...]:
    """The rows behind a method, in pieces that fit on a line; a known page stands for its namesakes."""
    read = {row.title for row in method.docs if row.page}
    rows = [
        f"{row.title} ({row.page})" if row.page else row.title
        for row in method.docs
        if row.page or row.title not in read
    ]
    pieces = [""]
    for index, row in enumerate(dict.fromkeys(rows)):
        text = f"; {row}" if index else row
        if pieces[-1] and len(pieces[-1]) + len(text) > _DOCS_WIDTH:
            pieces.append("")
        pieces[-1] += text
    return tuple(pieces)


def _docstring(call: Call) -> str:
    method = call.method
    parts = [reflow(sentence(method.summary), WIDTH, indent=_INDENT)]
    if method.description:
        parts.append(reflow(method.description, WIDTH, indent=_INDENT))
    if call.arguments:
        parts.append(_section("Args", [_argument(argument) for argument in call.arguments]))
    parts.append(_section("Returns", [_returns(method)]))
    parts.append(_section("Raises", _raises(call)))
    parts.append(_section("Source", [_source(row) for row in method.docs]))
    return f"\n\n{_INDENT}".join(parts) + f"\n{_INDENT}"


def _section(title: str, entries: list[str]) -> str:
    indent = _INDENT + " " * 4
    return "\n".join([f"{title}:", *(f"{indent}{_entry(entry, indent + ' ' * 4)}" for entry in entries)])


def _entry(text: str, indent: str) -> str:
    """One entry of a section on as many lines as it needs, without blank lines."""
    return reflow(" ".join(text.split()), WIDTH, indent=indent)


def _argument(argument: Argument) -> str:
    return f"{argument.name}: {sentence(argument.description)}"


def _returns(method: Method) -> str:
    if method.result:
        return sentence(method.result_description)
    return f"{sentence(method.result_description)} Plain Python values, numbers as Decimal."


def _raises(call: Call) -> list[str]:
    lost = _LOST if call.method.idempotent else (_UNKNOWN,)
    return [*(_ARGUMENTS if call.arguments else ()), _REFUSED, _NOT_SENT, *lost, _DECODE]


def _source(row: DocsRow) -> str:
    unknown = ", page not read" if row.evidence == "sibling" else ""
    page = f", page {row.page}" if row.page else unknown
    changed = f", last modified {row.last_modified}" if row.last_modified else ""
    return f'"{row.title}" in {row.section}{page}{changed} ({row.evidence}).'


def _listed(row: ListedRow) -> RenderedListed:
    page = f" (page {row.page})" if row.page else ""
    route = f'"{row.id}": "{row.method or "POST"} /partner/..."'
    parts = [
        reflow(f'Listed only: "{row.title}" in {row.section}{page}.', WIDTH, indent=_INDENT),
        reflow(sentence(row.description), WIDTH, indent=_INDENT),
        reflow(
            "No page that describes it could be read, so neither its path nor its fields are known. Two ways "
            f"on: give the path yourself, `MintedClient(..., paths={{{route}}})`, and the arguments are sent "
            "as they are; or describe the operation in the spec (openapi/paths) and run "
            "`python -m codegen generate`, and it is typed.",
            WIDTH,
            indent=_INDENT,
        ),
        _section("Args", ["**arguments: What to send, by the names of the wire."]),
        _section("Returns", ["The data of the answer as plain Python values, numbers as Decimal."]),
        _section(
            "Raises",
            [
                "UndocumentedOperationError: Its path was not given; nothing was sent.",
                _REFUSED,
                _NOT_SENT,
                *(_LOST if row.method == "GET" else (_UNKNOWN,)),
                _DECODE,
            ],
        ),
    ]
    return RenderedListed(row, "_" + row.name.upper(), literal(f"\n\n{_INDENT}".join(parts) + f"\n{_INDENT}"))
