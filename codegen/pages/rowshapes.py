"""Fields of a page of text, nested, as shapes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from codegen.documents import Json
from codegen.pages.enums import split_values
from codegen.pages.facts import Field, Parameter, Shape
from codegen.pages.fieldlist import FieldList, Row, read_rows
from codegen.pages.lines import SEAM, Line
from codegen.pages.nesting import Node, nest
from codegen.pages.remarks import Remarks, quoted
from codegen.pages.typelines import TypeLine


@dataclass(frozen=True)
class RowShapes:
    """Makes the shapes of one page."""

    remarks: Remarks
    vocabulary: Collection[str]
    """Values known to be allowed values of some field."""
    seen: Mapping[str, Collection[str]]
    """Strings that the page's examples have in fields, by the field's name."""
    names: set[str] = field(default_factory=set[str])
    """Shared schemas that were named."""

    def parameters(self, lines: Sequence[Line], location: str) -> list[Parameter]:
        """A list of parameters, which has one level only."""
        return [
            Parameter(name=row.name, location=location, shape=self._row_shape(row), required=row.required)
            for row in read_rows(lines, self.remarks).rows
        ]

    def whole(self, lines: Sequence[Line], examples: Sequence[Json]) -> Shape | None:
        """A body or an answer; None if the page shows no fields and no type."""
        found = read_rows(lines, self.remarks)
        if found.root is None and not found.rows:
            return None
        fields = tuple(self._field(node) for node in nest(found.rows, examples, self.remarks))
        return self._root_shape(found, fields)

    def _root_shape(self, found: FieldList, fields: tuple[Field, ...]) -> Shape:
        if found.root is None:
            return Shape(types=("object",), fields=fields)
        self._note_names(found.root)
        shape = found.root.shape()
        return _with_fields(shape, fields) if fields else shape

    def _field(self, node: Node) -> Field:
        shape = self._row_shape(node.row)
        if node.children:
            shape = _with_fields(shape, tuple(self._field(child) for child in node.children))
        return Field(name=node.row.name, shape=shape, required=node.row.required)

    def _row_shape(self, row: Row) -> Shape:
        """The shape of one field, without the fields inside it."""
        kind = row.type or TypeLine()
        self._note_names(kind)
        shape = msgspec.structs.replace(
            kind.shape(),
            limits=row.bounds,
            description="\n".join(row.description),
            pattern=_first(row, "pattern"),
            format=_first(row, "format") or kind.format,
            default=_value(_first(row, "default"), kind),
        )
        example = "\n".join(line.text for line in row.said.get("example", []))
        if example:
            shape = msgspec.structs.replace(shape, examples=(_value(example, kind),))
        return self._with_enum(shape, row, kind)

    def _with_enum(self, shape: Shape, row: Row, kind: TypeLine) -> Shape:
        """The shape with the allowed values that the page prints run together, if it prints any."""
        lines = row.said.get("enum", [])
        text = " ".join(line.text for line in lines)
        if not text:
            if kind.is_enum:
                self.remarks.line(row.number, f"the allowed values of {quoted(row.name)} are not printed")
            return shape
        holder = kind.items if kind.items and kind.items.is_enum else kind
        if holder.types and "string" not in holder.types:
            message = f"the values {quoted(text)} of {quoted(row.name)} are not read: they are no strings"
            self.remarks.line(lines[0].number, message)
            return shape
        values, certain = self._values(lines, row)
        if not certain:
            message = f"the values of {quoted(row.name)} are printed run together, {quoted(text)}"
            self.remarks.line(lines[0].number, f"{message}; {_shown(values)} is a guess")
        enum_text = None if certain else text
        if holder is not kind and shape.items:
            return msgspec.structs.replace(
                shape, items=msgspec.structs.replace(shape.items, enum=values, enum_text=enum_text)
            )
        return msgspec.structs.replace(shape, enum=values, enum_text=enum_text)

    def _values(self, lines: Sequence[Line], row: Row) -> tuple[tuple[str, ...], bool]:
        """The allowed values, and whether they are certain."""
        apart = [value.strip() for line in lines for value in line.seamed.split(SEAM) if value.strip()]
        if len(apart) > 1:
            return tuple(dict.fromkeys(apart)), True
        own = [_first(row, "default"), *(line.text for line in row.said.get("example", []))]
        known = {*self.vocabulary, *self.seen.get(row.name, ()), *(value for value in own if value)}
        split = split_values(lines[0].text, known)
        return split.values, split.certain

    def _note_names(self, kind: TypeLine) -> None:
        for inner in (kind.items, *kind.alternatives):
            if inner is not None:
                self._note_names(inner)
        if kind.schema_name is not None:
            self.names.add(kind.schema_name)


def _with_fields(shape: Shape, fields: tuple[Field, ...]) -> Shape:
    """The shape with the fields of its object, which can stand in arrays."""
    if shape.items is not None:
        return msgspec.structs.replace(shape, items=_with_fields(shape.items, fields))
    return msgspec.structs.replace(shape, fields=fields)


def _shown(values: Sequence[str]) -> str:
    return " | ".join(value[:60] for value in values[:40]) + (" ..." if len(values) > 40 else "")


def _first(row: Row, label: str) -> str | None:
    lines = row.said.get(label)
    return lines[0].text if lines else None


def _value(text: str | None, kind: TypeLine) -> Json:
    """A printed value as what the type says it is; text where it is not that."""
    if text is None:
        return None
    if kind.types == ("boolean",) and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind.types and set(kind.types) <= {"integer", "number"} and len(text) <= 40:
        for read in (int, float) if "number" in kind.types else (int,):
            try:
                value = read(text)
            except ValueError:
                continue
            return value if value - value == 0 else text
    return text
