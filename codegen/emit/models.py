"""Emits the structs and enums of the API, and the bodies of requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment

from codegen.emit.arguments import Annotations, optional
from codegen.emit.docstrings import WIDTH, literal, reflow, sentence
from codegen.project import GENERATED, SCALARS
from codegen.spec import Spec
from codegen.spec.names import member_names
from codegen.spec.schemas import Schema, branches, mapping, nullable, reference, references, sequence, text

HEADER = "# Generated from openapi/ by `python -m codegen generate`; do not edit."

_DOCSTRINGS = {
    "models": '"""The messages of the API: immutable structs, open enums, exact decimals."""',
    "requests": '"""The bodies of requests, which methods make of their arguments."""',
}


@dataclass(frozen=True)
class Field:
    """A field of a struct."""

    name: str
    annotation: str
    default: str
    required: bool
    docstring: str
    secret: bool
    older: bool


def generate_models(spec: Spec, jinja: Environment) -> dict[str, str]:
    """Generate the modules of all structs and enums; those of a folder stand on the shared ones."""
    template = jinja.get_template("models.py.jinja2")
    modules: dict[tuple[str, str], list[str]] = {}
    for name in _in_order(spec):
        modules.setdefault((spec.folder(name), "requests" if name in spec.bodies else "models"), []).append(
            name
        )
    return {
        model_path(folder, kind): template.render(
            header=HEADER,
            docstring=_DOCSTRINGS[kind],
            # Requests stand on the models beside them.
            imports={
                dotted(model_path(place, "models")): modules[place, "models"]
                for place in ("", folder)
                if (place, "models") in modules and (place != folder or kind == "requests")
            },
            exports=sorted(names),
            classes=[_class(name, spec) for name in names],
        )
        for (folder, kind), names in modules.items()
    }


def model_path(folder: str, kind: str) -> str:
    """Where the models of a folder of schemas/ are, or its requests."""
    return "/".join(filter(None, (GENERATED, folder, f"{kind}.py")))


def dotted(path: str) -> str:
    """The module that a path is."""
    return path.removesuffix(".py").replace("/", ".")


def _in_order(spec: Spec) -> Iterator[str]:
    """Names of all classes, each behind those that it refers to, unless they refer to each other."""
    left = [name for name in spec.schemas if name not in spec.paging and name not in SCALARS]
    while left:
        done = len(left)
        for name in list(left):
            if not {*references(dict(spec.schemas[name]))} & {*left} - {name}:
                left.remove(name)
                yield name
        if done == len(left):
            yield left.pop(0)


def _class(name: str, spec: Spec) -> dict[str, object]:
    """What the template needs of a class."""
    schema = spec.schemas[name]
    names = spec.field_names(name)
    annotations = Annotations(spec, hidden=frozenset(names.values()), qualified=False)
    parents = [parent for part in sequence(schema.get("allOf")) if (parent := reference(mapping(part)))]
    inherited = {wire for parent in parents for wire in spec.properties(parent)}
    fields = [
        _field(wire, names[wire], field, name, annotations)
        for wire, field in spec.properties(name).items()
        if wire not in inherited
    ]
    return {
        "name": name,
        "docstring": _docstring(schema),
        "members": dict(zip(member_names(schema), sequence(schema.get("enum")), strict=True)),
        "union": annotations.field(schema) if branches(schema) else "",
        "bases": parents or ["Model"],
        "fields": sorted(fields, key=lambda field: (field.older, not field.required)),
    }


def _field(wire: str, name: str, schema: Schema, owner: str, annotations: Annotations) -> Field:
    """A field: in a request it has a value, null, or is left out; in an answer, what is missing is None."""
    spec, required = annotations.spec, wire in annotations.spec.required(owner)
    annotation, default = annotations.result(schema), ""
    if "const" in schema:
        annotation, default = f"Literal[{schema['const']!r}]", repr(schema["const"])
    elif not required and owner in spec.requests:
        annotation, default = optional(annotation), "UNSET"
    elif not required:
        annotation, default = annotation + ("" if nullable(schema) else " | None"), "None"
    if name != wire:
        default = f"field(name={wire!r}{', default=' if default else ''}{default})"
    marks = (schema.get(key) is True for key in ("x-minted-secret", "x-minted-older"))
    return Field(name, annotation, default, required, _docstring(schema), *marks)


def _docstring(schema: Schema) -> str:
    """The description as a docstring; the formatter ends it."""
    said = text(schema.get("description"))
    one_line = " ".join(said.split())
    fits = "\n\n" not in said and len(one_line) + 10 <= WIDTH
    filled = sentence(one_line if fits else reflow(said, WIDTH, indent="    "))
    if schema.get("deprecated") is True:
        filled += "\n\n    Deprecated."
    return literal(filled + ("\n    " if "\n" in filled else ""))
