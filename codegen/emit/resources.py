"""Emits the resource classes: a module for each tag of the spec, and two that join them."""

from __future__ import annotations

from typing import cast

from jinja2 import Environment

from codegen.emit.arguments import Annotations, Call, build_call
from codegen.emit.docstrings import WIDTH, literal, reflow, sentence
from codegen.emit.models import HEADER, dotted
from codegen.project import GENERATED
from codegen.spec import Spec
from codegen.spec.operations import ListedRow, Method, Resource
from codegen.spec.schemas import mapping, text

_INDENT = " " * 8


def generate_resources(spec: Spec, jinja: Environment) -> dict[str, str]:
    """Generate the modules of all resources."""
    named = (docstring, literal, module_of, one_line, filled, sentence)
    cast("dict[str, object]", jinja.filters).update({each.__name__: each for each in named})
    module = jinja.get_template("resource.py.jinja2")
    files = {
        resource_path(resource): module.render(
            header=HEADER,
            resource=resource,
            folders=spec.folders,
            methods=[_typed(call, spec) for call in calls(resource, spec)],
            listed=[_listed(row, _inside(resource, spec)) for row in resource.listed],
        )
        for resource in spec.resources
    }
    # What has a token of its own is reached by a method that takes the token.
    top = [each for each in spec.resources if "." not in each.name and not each.bearer]
    for name, found in (("resources", top), ("operations", spec.resources)):
        template = jinja.get_template(f"{name}.py.jinja2")
        files[f"{GENERATED}/{name}.py"] = template.render(header=HEADER, resources=found)
    said = f'{HEADER}\n"""Code generated from the spec; nothing in this folder is written by hand."""\n'
    return files | {f"{path.rpartition('/')[0]}/__init__.py": said for path in files}


def resource_path(resource: Resource) -> str:
    """Where the module of a resource is; that of one with children, in the package that holds theirs."""
    inside = "/resource" if resource.children else ""
    return f"{GENERATED}/{resource.name.replace('.', '/')}{inside}.py"


def calls(resource: Resource, spec: Spec) -> list[Call]:
    """The methods of a resource with their arguments."""
    annotations = _inside(resource, spec)
    return [build_call(method, spec, annotations) for method in resource.methods]


def _inside(resource: Resource, spec: Spec) -> Annotations:
    """Spells types inside the class of a resource, where its names hide builtins."""
    hidden = [*(entry.name for entry in resource.entries), *(each.attribute for each in resource.children)]
    hidden += [method.all for method in resource.methods]
    return Annotations(spec, hidden=frozenset(hidden))


def _typed(call: Call, spec: Spec) -> dict[str, object]:
    """What the template needs of a typed method."""
    # Outside the class nothing is hidden.
    result = Annotations(spec, hidden=frozenset()).result(call.method.result)
    method = call.method
    links = page_links(method, text(mapping(spec.document.get("externalDocs")).get("url")))[:1]
    path = method.path
    for argument in call.positional:
        path = path.replace("{" + argument.given.name + "}", "{" + argument.name + "}")
    options = {"id": repr(method.id), "method": repr(method.verb), "path": repr(path)}
    options["result"] = "object" if result == "Any" else result
    options |= {name: repr(said) for name in ("api_version", "lookup") if (said := getattr(method, name))}
    marks = (("idempotent", True), ("harmless", True), ("alone", True), ("envelope", False))
    options |= {name: str(unusual) for name, unusual in marks if getattr(method, name) is unusual}
    options["docs"] = repr(next(iter(links), method.docs[0].title if method.docs else ""))
    return {"call": call, "constant": f"_{method.name.upper()}", "options": options, "links": links}


def page_links(method: Method, site: str) -> list[str]:
    """Addresses of the pages that document a method, the strongest first; ids where there is no site."""
    pages = [row.page for row in sorted(method.docs, key=lambda row: row.evidence) if row.page]
    return [f"{site.rstrip('/')}/{page}" if site else page for page in dict.fromkeys(pages)]


def docstring(text: str, indent: int) -> str:
    """A description as the docstring of what is so far to the right."""
    return literal(sentence(reflow(text, WIDTH, indent=" " * indent)))


def module_of(resource: Resource) -> str:
    """The module of a resource."""
    return dotted(resource_path(resource))


def filled(text: str) -> str:
    """Paragraphs of a method's docstring."""
    return reflow(text, WIDTH, indent=_INDENT)


def one_line(text: str) -> str:
    """An entry of a section of a docstring, on as many lines as it needs."""
    return reflow(sentence(" ".join(text.split())), WIDTH + 10, indent=_INDENT * 2)


def _listed(row: ListedRow, annotations: Annotations) -> dict[str, object]:
    """What the template needs of a method that is only listed."""
    known = ("id", "title", "section", "method", "page")
    options = {name: repr(value) for name in known if (value := getattr(row, name)) is not None}
    if row.answer:
        options["result"] = Annotations(annotations.spec, frozenset()).result(row.answer)
    annotation = annotations.result(row.answer)
    return {"row": row, "constant": f"_{row.name.upper()}", "options": options, "annotation": annotation}
