"""The arguments of a generated method: their types, and how each travels: in path, query or body."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from codegen.project import SCALARS
from codegen.spec import Spec
from codegen.spec.operations import PAGE, Method, Parameter
from codegen.spec.schemas import Schema, branches, mapping, nullable, reference, single, types

_PRIMITIVES = {"string": "str", "integer": "int", "number": "Decimal", "boolean": "bool"}
_FORMATS = {"date": "datetime.date", "uuid": "UUID"}
_BOUNDS = (("minimum", "minLength"), ("maximum", "maxLength"))


@dataclass(frozen=True)
class Annotations:
    """Spells types for one module; a builtin that is `hidden` by a method of its name is `builtins.list`."""

    spec: Spec
    hidden: frozenset[str]
    qualified: bool = True
    """Whether classes are named with their module."""

    def argument(self, schema: Schema) -> str:
        """The type that an argument accepts: plain strings for enums, any sequence for arrays."""
        return self._spell(schema, argument=True)

    def result(self, schema: Schema) -> str:
        """The type of an answer: `Any` where nothing is known of it."""
        row = self.spec.row(schema)
        if row:
            return f"Page[{self._spell(row, argument=False)}]"
        return self._spell(schema, argument=False) if schema else "Any"

    def field(self, schema: Schema) -> str:
        """The type that a struct's field has, without its null."""
        return self._bare(single(schema), argument=False)

    def plain(self, schema: Schema) -> list[str]:
        """The class of a plain value, and its bounds, or those of its length: lower and upper."""
        _, meant = self.spec.resolve(schema)
        kind = _FORMATS.get(str(meant.get("format"))) or _PRIMITIVES[types(meant)[0]]
        bounds = [next((meant[key] for key in keys if key in meant), None) for keys in _BOUNDS]
        while bounds and bounds[-1] is None:
            bounds.pop()
        return [kind, *map(repr, bounds)]

    def is_enum(self, schema: Schema) -> bool:
        """Whether a schema is an enum, perhaps a nullable one."""
        return "enum" in self.spec.resolve(single(schema))[1]

    def is_array(self, schema: Schema) -> bool:
        """Whether a schema is an array, perhaps a nullable one."""
        return types(self.spec.resolve(single(schema))[1]) == ("array",)

    def _spell(self, schema: Schema, *, argument: bool) -> str:
        bare = self._bare(single(schema), argument=argument)
        return f"{bare} | None" if nullable(schema) else bare

    def _bare(self, schema: Schema, *, argument: bool) -> str:
        name = reference(schema)
        if name is not None:
            return self._named(name, argument=argument)
        spelled = [self._spell(branch, argument=argument) for branch in branches(schema)]
        spelled = spelled or [self._primitive(kind, schema, argument=argument) for kind in types(schema)]
        return " | ".join(dict.fromkeys(spelled)) or self._builtin("object")

    def _named(self, name: str, *, argument: bool) -> str:
        if name in SCALARS:
            return name
        if not self.qualified:
            return name
        text = f" | {self._builtin('str')}" if argument and "enum" in self.spec.schemas[name] else ""
        return f"{self.spec.folder(name) or 'models'}.{name}{text}"

    def _primitive(self, kind: str, schema: Schema, *, argument: bool) -> str:
        if kind == "array":
            items = self._spell(mapping(schema.get("items")), argument=argument)
            return f"Sequence[{items}]" if argument else f"{self._builtin('list')}[{items}]"
        if kind == "object":
            values = mapping(schema.get("additionalProperties"))
            item = self._spell(values, argument=False) if values else self._builtin("object")
            return f"{self._builtin('dict')}[{self._builtin('str')}, {item}]"
        spelled = _FORMATS.get(str(schema.get("format"))) or _PRIMITIVES[kind]
        short = not self.qualified and "date" not in self.hidden
        return self._builtin(spelled.removeprefix("datetime.") if short else spelled)

    def _builtin(self, name: str) -> str:
        return f"builtins.{name}" if name in self.hidden and hasattr(builtins, name) else name


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
class Call:
    """A method as its template needs it."""

    method: Method
    positional: tuple[Argument, ...]
    keywords: tuple[Argument, ...]
    """Required ones first, otherwise in the order of the spec."""
    fields: dict[str, str]
    """Where the value of each field of the struct that is sent comes from."""
    annotation: str
    """Of what it returns."""
    whole_body: str | None
    """The one argument that is the body as it is, where the body is a union of structs."""
    everything: tuple[Argument, ...] | None
    """The arguments of the method that gives the rows of all pages; None where there is none."""
    module: str
    """What the module of the struct that is sent is called: requests, or models if others hold it too."""

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """All arguments, in the order of the signature."""
        return (*self.positional, *self.keywords)


def build_call(method: Method, spec: Spec, annotations: Annotations) -> Call:
    """Work out the arguments of a method."""
    arguments = [_argument(name, given, annotations) for name, given in spec.arguments(method).items()]
    keywords = [argument for argument in arguments if argument.given.location != "path"]
    keywords.sort(key=lambda argument: bool(argument.default))
    whole = next((argument.name for argument in arguments if not argument.given.name), None)
    rest = tuple(argument for argument in keywords if argument.given.name != PAGE)
    return Call(
        method=method,
        positional=tuple(argument for argument in arguments if argument.given.location == "path"),
        keywords=tuple(keywords),
        fields=_fields(method.body, spec, keywords) if method.body and not whole else {},
        annotation=annotations.result(method.result),
        whole_body=whole,
        everything=rest if method.all else None,
        module=_module(method.body, spec) if method.body else "",
    )


def _module(body: str, spec: Spec) -> str:
    """`requests` or `models`; of a folder, `ecom_requests` or `ecom`."""
    sent, folder = body in spec.bodies, spec.folder(body)
    return "_".join(filter(None, (folder, "requests" if sent else "" if folder else "models")))


def _argument(name: str, given: Parameter, annotations: Annotations) -> Argument:
    annotation = annotations.argument(given.schema)
    default = repr(given.schema["default"]) if "default" in given.schema else ""
    return Argument(
        name,
        given,
        annotation=annotation if given.required else optional(annotation),
        default=default if given.required else "UNSET",
        expression=_expression(name, given, annotations),
    )


def optional(annotation: str) -> str:
    """The annotation of an argument that may be left out; None stays last."""
    bare = annotation.removesuffix(" | None")
    return f"{bare} | UnsetType" + (" | None" if bare != annotation else "")


def _expression(name: str, given: Parameter, annotations: Annotations) -> str:
    """How an argument is handed on; one of the wrong type goes on untouched: the client names it."""
    schema = given.schema
    if given.location == "path":
        plain = annotations.argument(schema) in ("str", "ExternalId", "builtins.str")
        return name if plain else f"str({name})"
    kind = annotations.field(schema)
    if annotations.is_enum(schema):
        value = f"enum_value({kind}, {name})"
        return f'check_argument({value}, "{name}", {kind})' if given.location == "query" else value
    if given.location == "query":
        return f'check_argument({name}, "{name}", {", ".join(annotations.plain(schema))})'
    if given.location == "body" and annotations.is_array(schema):
        kind += " | None" if nullable(schema) else ""
        return f'cast("{kind if given.required else optional(kind)}", {name})'
    return name


def _fields(body: str, spec: Spec, keywords: list[Argument]) -> dict[str, str]:
    names = spec.field_names(body)
    values = {each.given.name: each.expression for each in keywords if each.given.location == "body"}
    fields = spec.properties(body).items()
    return {names[wire]: values[wire] if wire in values else repr(field["const"]) for wire, field in fields}
