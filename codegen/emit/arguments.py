"""The arguments of a generated method and how each of them travels: in the path, the query or the body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.emit.annotations import Annotations
from codegen.emit.models import Models, bodies
from codegen.spec import Spec
from codegen.spec.operations import Method, Parameter
from codegen.spec.schemas import mapping, nullable, sequence


@dataclass(frozen=True)
class Argument:
    """One argument of a method."""

    name: str
    given: Parameter
    """What it is in the spec."""
    annotation: str
    default: str
    """What stands behind the `=` of its parameter; empty if it must be given."""
    expression: str
    """What is handed on in its place."""


@dataclass(frozen=True)
class BodyField:
    """A field of the struct that is sent, and where its value comes from."""

    name: str
    value: str


@dataclass(frozen=True)
class Call:
    """A method as its template needs it."""

    method: Method
    positional: tuple[Argument, ...]
    keywords: tuple[Argument, ...]
    """Required ones first, otherwise in the order of the spec."""
    fields: tuple[BodyField, ...]
    whole_body: str | None
    """The one argument that is the body as it is, where the body is a union of structs."""
    module: str
    """Where the struct that is sent comes from: `requests`, or `models` if others hold it too."""

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """All arguments, in the order of the signature."""
        return (*self.positional, *self.keywords)


def build_call(method: Method, spec: Spec, models: Models, annotations: Annotations) -> Call:
    """Work out the arguments of a method."""
    arguments = [_argument(name, given, annotations) for name, given in spec.arguments(method).items()]
    keywords = [argument for argument in arguments if argument.given.location != "path"]
    whole = next((argument.name for argument in arguments if not argument.given.name), None)
    return Call(
        method=method,
        positional=tuple(argument for argument in arguments if argument.given.location == "path"),
        keywords=tuple(sorted(keywords, key=lambda argument: bool(argument.default))),
        fields=() if whole else tuple(_fields(method, spec, models, keywords)),
        whole_body=whole,
        module="requests" if method.body in bodies(spec) else "models",
    )


def field_names(name: str, spec: Spec, models: Models) -> dict[str, str]:
    """Python names of all fields of a struct, those of its parents included, by wire name."""
    found: dict[str, str] = {}
    for part in sequence(spec.schemas[name].get("allOf")):
        parent = spec.resolve(mapping(part))[0]
        if parent:
            found.update(field_names(parent, spec, models))
    found.update(models.fields.get(name, {}))
    return found


def _argument(name: str, given: Parameter, annotations: Annotations) -> Argument:
    annotation = annotations.argument(given.schema)
    default = repr(given.schema["default"]) if "default" in given.schema else ""
    return Argument(
        name,
        given,
        annotation=annotation if given.required else _optional(annotation),
        default=default if given.required else "UNSET",
        expression=_expression(name, given, annotations),
    )


def _optional(annotation: str) -> str:
    """The annotation of an argument that may be left out; None stays last."""
    bare = annotation.removesuffix(" | None")
    return f"{bare} | UnsetType" + (" | None" if bare != annotation else "")


def _expression(name: str, given: Parameter, annotations: Annotations) -> str:
    """How an argument is handed on; one of the wrong type goes on untouched: the client names it."""
    schema = given.schema
    if given.location == "path":
        plain = annotations.argument(schema) in ("str", "ExternalId", "builtins.str")
        return name if plain else f"str({name})"
    if annotations.is_enum(schema):
        return f"enum_value({annotations.field(schema)}, {name})"
    if given.location == "body" and annotations.is_array(schema):
        kind = annotations.field(schema) + (" | None" if nullable(schema) else "")
        return f'cast("{kind if given.required else _optional(kind)}", {name})'
    return name


def _fields(method: Method, spec: Spec, models: Models, keywords: list[Argument]) -> Iterator[BodyField]:
    if method.body is None:
        return
    names = field_names(method.body, spec, models)
    values = {each.given.name: each.expression for each in keywords if each.given.location == "body"}
    for wire, field in spec.properties(method.body).items():
        yield BodyField(names[wire], values[wire] if wire in values else repr(field["const"]))
