"""Python types of schemas, as the signatures of generated methods spell them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codegen.spec import Spec
from codegen.spec.names import is_builtin
from codegen.spec.schemas import Schema, branches, is_struct, mapping, nullable, reference, single, types

_PRIMITIVES = {"string": "str", "integer": "int", "number": "Decimal", "boolean": "bool"}
_FORMATS = {"date": "datetime.date", "uuid": "UUID"}


@dataclass(frozen=True)
class Annotations:
    """Spells types for one module; a builtin that is `hidden` by a method of its name is `builtins.list`."""

    spec: Spec
    scalars: frozenset[str]
    hidden: frozenset[str]

    def argument(self, schema: Schema) -> str:
        """The type that an argument accepts: plain strings for enums, any sequence for arrays."""
        return self._spell(schema, argument=True)

    def result(self, schema: Schema) -> str:
        """The type of an answer: `Any` where nothing is known of it."""
        return self._spell(schema, argument=False) if schema else "Any"

    def field(self, schema: Schema) -> str:
        """The type that a struct's field has, without its null."""
        return self._bare(single(schema), argument=False)

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
        alternatives = branches(schema)
        if alternatives:
            return self._union(self._spell(branch, argument=argument) for branch in alternatives)
        return self._union(
            self._primitive(kind, schema, argument=argument) for kind in types(schema)
        ) or self._builtin("object")

    def _named(self, name: str, *, argument: bool) -> str:
        if name in self.scalars:
            return name
        schema = self.spec.schemas[name]
        if "enum" in schema and argument:
            return f"models.{name} | {self._builtin('str')}"
        return f"models.{name}"

    def _primitive(self, kind: str, schema: Schema, *, argument: bool) -> str:
        if kind == "array":
            items = self._spell(mapping(schema.get("items")), argument=argument)
            return f"Sequence[{items}]" if argument else f"{self._builtin('list')}[{items}]"
        if kind == "object":
            values = mapping(schema.get("additionalProperties"))
            item = self._spell(values, argument=False) if values else self._builtin("object")
            return f"{self._builtin('dict')}[{self._builtin('str')}, {item}]"
        found = _FORMATS.get(str(schema.get("format"))) or _PRIMITIVES[kind]
        return self._builtin(found)

    def _builtin(self, name: str) -> str:
        return f"builtins.{name}" if name in self.hidden and is_builtin(name) else name

    @staticmethod
    def _union(alternatives: Iterable[str]) -> str:
        return " | ".join(dict.fromkeys(alternatives))


def result_is_struct(spec: Spec, schema: Schema) -> bool:
    """Whether an answer is one struct (and not an array, a plain value or unknown)."""
    name, meant = spec.resolve(schema)
    return name is not None and is_struct(meant)
