"""The list of fields on a page of text: rows of name, type, required or optional, and what else is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from codegen.pages.bounds import read_bounds
from codegen.pages.lines import Line, next_filled
from codegen.pages.remarks import Remarks, quoted
from codegen.pages.typelines import TypeLine, read_type

MAX_ROWS: Final = 1000
"""Fields in a list; no honest page has 200."""

_FLAGS: Final = {"required": True, "optional": False}
_NAME = re.compile(r"[\w$@.\[\]-]{1,100}")
_FLAGGED = re.compile(r"(\S.{0,300}?) ?(required|optional)")
_TYPE_WORD = re.compile(r"string|number|integer|boolean|object|array|enum|any|file")
_LABEL = re.compile(
    r"(allowed values?|enum|const|constant|default(?: value)?|examples?|(?:match )?pattern|format) ?: ?(.*)",
    re.IGNORECASE,
)
_LABELS: Final = {
    "allowed value": "enum", "allowed values": "enum", "const": "enum", "constant": "enum",
    "default value": "default", "examples": "example", "match pattern": "pattern",
}  # fmt: skip
_ONE_VALUE = frozenset({"default", "pattern", "format"})


class Row(msgspec.Struct, kw_only=True):
    """One field as the page lists it."""

    number: int
    """The line of its name."""
    name: str
    type: TypeLine | None = None
    required: bool | None = None
    description: list[str] = msgspec.field(default_factory=list[str])
    said: dict[str, list[Line]] = msgspec.field(default_factory=dict[str, list[Line]])
    """The lines under the labels `enum`, `default`, `example`, `pattern`, `format`."""
    bounds: dict[str, int | float] = msgspec.field(default_factory=dict[str, int | float])


class FieldList(msgspec.Struct, kw_only=True):
    """A list of fields as printed: one level, whatever the nesting is."""

    root: TypeLine | None = None
    """The type of the whole, where it stands above the fields."""
    rows: list[Row] = msgspec.field(default_factory=list[Row])


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """The lines with which a row begins."""

    name: str
    type: TypeLine | None
    required: bool | None
    after: int
    """Index of the line that follows them."""
    unread: str = ""
    """A type that is not understood."""


def row_at(lines: Sequence[Line], index: int) -> Start | None:
    """The beginning of a row at a line; None if none begins there.

    A name is known by what follows it: a type, `required` or `optional`, or both.
    """
    name = lines[index].text
    if not name or name.lower() in _FLAGS or label_at(name):
        return None
    first = next_filled(lines, index + 1)
    second = next_filled(lines, first + 1)
    plain = _NAME.fullmatch(name) is not None
    kind = read_type(lines[first].text) if first < len(lines) else None
    flag, next_flag = _flag(lines, first), _flag(lines, second)
    if kind is not None and next_flag is not None:
        return Start(name=name, type=kind, required=next_flag, after=second + 1)
    if first < len(lines) and (found := _type_and_flag(lines[first].text)):
        return Start(name=name, type=found[0], required=found[1], after=first + 1)
    if plain and kind is not None:
        return Start(name=name, type=kind, required=None, after=first + 1)
    if plain and flag is not None and read_type(name) is None:
        return Start(name=name, type=None, required=flag, after=first + 1)
    if plain and next_flag is not None and not _NAME.fullmatch(lines[first].text):
        unread = lines[first].text
        return Start(name=name, type=None, required=next_flag, after=second + 1, unread=unread)
    return _on_one_line(name, index)


def label_at(text: str) -> tuple[str, str] | None:
    """The label that a line is, and what follows it on the line."""
    found = _LABEL.fullmatch(text)
    if not found:
        return None
    word = found[1].lower()
    return _LABELS.get(word, word), found[2]


def read_rows(lines: Sequence[Line], remarks: Remarks) -> FieldList:
    """Read a list of fields.

    Args:
        lines: the lines below its heading.
        remarks: collects the lines that are not understood.

    Returns:
        The rows in the page's order.
    """
    found = FieldList()
    index = next_filled(lines, 0)
    if index < len(lines) and row_at(lines, index) is None:
        found.root = read_type(lines[index].text)
        index += found.root is not None
    while (index := next_filled(lines, index)) < len(lines):
        if len(found.rows) == MAX_ROWS:
            remarks.line(lines[index].number, f"more than {MAX_ROWS} fields in a list; the rest is not read")
            break
        start = row_at(lines, index)
        if start is None:
            remarks.line(
                lines[index].number, f"{quoted(lines[index].text)} is not read: no field, and of none"
            )
            index += 1
            continue
        row = Row(number=lines[index].number, name=start.name, type=start.type, required=start.required)
        if start.unread:
            message = f"the type {quoted(start.unread)} of {quoted(start.name)} is not understood"
            remarks.line(lines[index].number, message)
        index = _rest_of_row(lines, start.after, row, remarks)
        found.rows.append(row)
    return found


def _rest_of_row(lines: Sequence[Line], index: int, row: Row, remarks: Remarks) -> int:
    """Read the lines below a row's beginning; the index of the line after them."""
    label = ""
    while (index := next_filled(lines, index)) < len(lines) and row_at(lines, index) is None:
        line = lines[index]
        index += 1
        named = label_at(line.text)
        if named:
            label = named[0]
            value = [msgspec.structs.replace(line, text=named[1], seamed=named[1])] if named[1] else []
            row.said.setdefault(label, []).extend(value)
            label = "" if named[1] else label
        elif label:
            row.said[label].append(line)
            label = "" if label in _ONE_VALUE else label
        elif not read_bounds(line, row.type, row.bounds, remarks):
            row.description.append(line.text)
    return index


def _flag(lines: Sequence[Line], index: int) -> bool | None:
    return _FLAGS.get(lines[index].text.lower()) if index < len(lines) else None


def _type_and_flag(text: str) -> tuple[TypeLine, bool] | None:
    """`string | null required`."""
    found = _FLAGGED.fullmatch(text)
    kind = read_type(found[1]) if found else None
    return (kind, _FLAGS[found[2]]) if found and kind else None


def _on_one_line(text: str, index: int) -> Start | None:
    """A whole row on one line, as older pages have it: `guid string required`, `guidstringrequired`."""
    found = _FLAGGED.fullmatch(text)
    if not found:
        return None
    for word in _TYPE_WORD.finditer(found[1], 1, 200):
        name = found[1][: word.start()].strip()
        kind = read_type(found[1][word.start() :]) if _NAME.fullmatch(name) else None
        if kind is not None:
            return Start(name=name, type=kind, required=_FLAGS[found[2]], after=index + 1)
    return None
