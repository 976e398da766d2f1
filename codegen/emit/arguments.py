"""The arguments of a generated method and how each of them travels: in the path, the query or the body."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.emit.annotations import Annotations
from codegen.emit.models import Models, bodies
from codegen.spec import Spec
from codegen.spec.names import argument_names, snake
from codegen.spec.operations import Method
from codegen.spec.schemas import Schema, is_struct, mapping, nullable, sequence, text


@dataclass(frozen=True)
class Argument:
    """One argument of a method."""

    name: str
    wire: str
    location: str
    """`path`, `query` or `body`."""
    required: bool
    description: str
    schema: Schema
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
    wanted = _wanted(method, spec, models)
    names = argument_names([(location, wish) for location, wish, *_ in wanted])
    arguments = [_argument(name, entry, annotations) for name, entry in zip(names, wanted, strict=True)]
    body = [argument for argument in arguments if argument.location == "body"]
    whole = body[0].name if body and body[0].wire == "" else None
    keywords = [argument for argument in arguments if argument.location != "path"]
    return Call(
        method=method,
        positional=tuple(argument for argument in arguments if argument.location == "path"),
        keywords=tuple(sorted(keywords, key=lambda argument: bool(argument.default))),
        fields=() if whole else tuple(_fields(method, spec, models, body)),
        whole_body=whole,
        module="requests" if method.body in bodies(spec) else "models",
    )


_Wanted = tuple[str, str, str, bool, str, Schema]
"""Location, wished name, wire name, required, description, schema."""


def _wanted(method: Method, spec: Spec, models: Models) -> list[_Wanted]:
    found: list[_Wanted] = [
        (location, snake(entry.name), entry.name, entry.required, entry.description, entry.schema)
        for location in ("path", "query")
        for entry in method.located(location)
    ]
    if method.body is None:
        return found
    schema = spec.schemas[method.body]
    if not is_struct(schema):
        reference: Schema = {"$ref": f"#/components/schemas/{method.body}"}
        return [*found, ("body", "body", "", True, text(schema.get("description")), reference)]
    names = field_names(method.body, spec, models)
    required = spec.required(method.body)
    return [
        *found,
        *(
            ("body", names[wire], wire, wire in required, text(field.get("description")), field)
            for wire, field in spec.properties(method.body).items()
            if "const" not in field
        ),
    ]


def field_names(name: str, spec: Spec, models: Models) -> dict[str, str]:
    """Python names of all fields of a struct, those of its parents included, by wire name."""
    found: dict[str, str] = {}
    for part in sequence(spec.schemas[name].get("allOf")):
        parent = spec.resolve(mapping(part))[0]
        if parent:
            found.update(field_names(parent, spec, models))
    found.update(models.fields.get(name, {}))
    return found


def _argument(name: str, wanted: _Wanted, annotations: Annotations) -> Argument:
    location, _, wire, required, description, schema = wanted
    annotation = annotations.argument(schema)
    fixed = repr(schema["default"]) if "default" in schema else ""
    return Argument(
        name=name,
        wire=wire,
        location=location,
        required=required,
        description=description,
        schema=schema,
        annotation=annotation if required else _optional(annotation),
        default=fixed if required else "UNSET",
        expression=_expression(name, location, required, schema, annotations),
    )


def _optional(annotation: str) -> str:
    """The annotation of an argument that may be left out; None stays last."""
    bare = annotation.removesuffix(" | None")
    return f"{bare} | UnsetType" + (" | None" if bare != annotation else "")


def _expression(name: str, location: str, required: bool, schema: Schema, annotations: Annotations) -> str:
    """How an argument is handed on; one of the wrong type goes on untouched: the client names it."""
    if location == "path":
        return (
            name if annotations.argument(schema) in ("str", "ExternalId", "builtins.str") else f"str({name})"
        )
    if annotations.is_enum(schema):
        return f"enum_value({annotations.field(schema)}, {name})"
    if location == "body" and annotations.is_array(schema):
        null = " | None" if nullable(schema) else ""
        kind = annotations.field(schema) + null
        return f'cast("{kind if required else _optional(kind)}", {name})'
    return name


def _fields(method: Method, spec: Spec, models: Models, body: list[Argument]) -> list[BodyField]:
    if method.body is None:
        return []
    names = field_names(method.body, spec, models)
    by_wire = {argument.wire: argument for argument in body}
    return [
        BodyField(names[wire], by_wire[wire].expression if wire in by_wire else repr(field["const"]))
        for wire, field in spec.properties(method.body).items()
    ]
