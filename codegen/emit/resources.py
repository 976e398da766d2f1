"""Emits the resource classes: a module for each tag of the spec, and two that join them."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from codegen.emit.annotations import Annotations
from codegen.emit.arguments import Argument, Call, build_call
from codegen.emit.docstrings import WIDTH, literal, reflow, sentence
from codegen.emit.models import HEADER, Models
from codegen.project import GENERATED, TEMPLATES
from codegen.spec import Spec
from codegen.spec.operations import ListedRow, Method, Resource
from codegen.spec.schemas import mapping, text

_INDENT = " " * 8

_NOTHING_SENT = "NotSentError: Nothing was sent."
_OF_ARGUMENTS = f"TypeError, ArgumentError, {_NOTHING_SENT}"
_READ = (
    "APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable answer."
)
_CHANGED = "APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out."


@dataclass(frozen=True)
class RenderedMethod:
    """A typed method as the template needs it."""

    call: Call
    constant: str
    annotation: str
    result: str
    docs: str
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
    """Generate the modules of all resources."""
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
    described = [
        (resource, literal(sentence(reflow(resource.description, WIDTH, indent=_INDENT))))
        for resource in spec.resources
    ]
    for name in ("resources", "operations"):
        template = jinja.get_template(f"{name}.py.jinja2")
        files[f"{GENERATED}/{name}.py"] = template.render(header=HEADER, resources=described)
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
    site = text(mapping(spec.document.get("externalDocs")).get("url"))
    rendered: list[RenderedMethod] = []
    for call in calls(resource, spec, models, scalars):
        result = outside.result(call.method.result)
        docs = page_links(call.method, site)[:1]
        rendered.append(
            RenderedMethod(
                call=call,
                constant="_" + call.method.name.upper(),
                annotation=annotations.result(call.method.result),
                result="object" if result == "Any" else result,
                docs=next(iter(docs), call.method.docs[0].title if call.method.docs else ""),
                path=_path(call),
                docstring=literal(_docstring(call, docs)),
            )
        )
    return rendered


def page_links(method: Method, site: str) -> list[str]:
    """Addresses of the pages that document a method, the strongest first; ids where there is no site."""
    pages = [row.page for row in sorted(method.docs, key=lambda row: row.evidence) if row.page]
    return [f"{site.rstrip('/')}/{page}" if site else page for page in dict.fromkeys(pages)]


def _path(call: Call) -> str:
    path = call.method.path
    for argument in call.positional:
        path = path.replace("{" + argument.given.name + "}", "{" + argument.name + "}")
    return path


def _docstring(call: Call, docs: list[str]) -> str:
    method = call.method
    route = f"{_INDENT}`{method.verb} {method.path}`{''.join(f' <{link}>' for link in docs)}."
    parts = [f"{reflow(sentence(method.summary), WIDTH, indent=_INDENT)}\n{route}"]
    if method.description:
        parts.append(reflow(method.description, WIDTH, indent=_INDENT))
    if call.arguments:
        parts.append(_section("Args", [_argument(argument) for argument in call.arguments]))
    parts.append(_section("Returns", [_returns(method)]))
    lost = _READ if method.idempotent else _CHANGED
    parts.append(_section("Raises", [_OF_ARGUMENTS if call.arguments else _NOTHING_SENT, lost]))
    return f"\n\n{_INDENT}".join(parts) + f"\n{_INDENT}"


def _section(title: str, entries: list[str]) -> str:
    indent = _INDENT + " " * 4
    return "\n".join([f"{title}:", *(f"{indent}{_entry(entry, indent + ' ' * 4)}" for entry in entries)])


def _entry(text: str, indent: str) -> str:
    """One entry of a section on as many lines as it needs, without blank lines."""
    return reflow(" ".join(text.split()), WIDTH + 10, indent=indent)


def _argument(argument: Argument) -> str:
    return f"{argument.name}: {sentence(argument.given.description)}"


def _returns(method: Method) -> str:
    if method.result:
        return sentence(method.result_description)
    return f"{sentence(method.result_description)} Plain Python values, numbers as Decimal."


def _listed(row: ListedRow) -> RenderedListed:
    parts = [
        reflow(f'Listed only: "{row.title}" in {row.section}.', WIDTH, indent=_INDENT),
        reflow(
            f"{sentence(row.description)} Raises UndocumentedOperationError until "
            f'`MintedClient(paths={{"{row.id}": ...}})` says where it is.',
            WIDTH,
            indent=_INDENT,
        ),
    ]
    return RenderedListed(row, "_" + row.name.upper(), literal(f"\n\n{_INDENT}".join(parts) + f"\n{_INDENT}"))
