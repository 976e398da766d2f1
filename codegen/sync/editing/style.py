"""How a new node is written in the spec's files: as somebody who edits them by hand would write it.

References and small types stand on one line (`items: {$ref: '#/Wallet'}`), rows of tables too
(`- {page: null, title: ...}`), long descriptions become `|-` blocks, and text that YAML would read as a
number or a date stands in double quotes.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString, SingleQuotedScalarString

from codegen.documents import Json

WIDTH = 120
"""The column up to which descriptions and lists are filled; rows of a table may be longer."""
STEP = 2
"""Columns by which what is inside is indented."""

_ROWS = frozenset({"x-minted-docs", "fields", "headers", "path_params", "query", "body", "schema"})
"""Lists whose items are rows of a table, one a line."""
_SMALL = frozenset({"schema", "items", "additionalProperties", "body"})
"""Keys whose value stands on one line when it is small."""
_SENTENCES = frozenset({"gaps"})
"""Lists of sentences, one a line however short."""
_LISTS = frozenset({"schemas"})
"""Mappings that list references, one a line."""
_NUMBERLIKE = re.compile(r"[-+.]?[0-9][0-9_.:eE+\-]*|[-+]?\.(?:inf|nan)|0[xo][0-9a-fA-F]+", re.IGNORECASE)
_DELICATE = re.compile(r"^[-?:!&*|>%@`]|:(?!//)|[\[\]{},]|\s#|^\s|\s$")
"""What a text inside brackets may hold only in quotes."""
_WORDS = frozenset({"null", "~", "true", "false", ""})


def entry(key: str, value: Json, column: int, holder: str = "") -> str:
    """A key and its value as lines of a block mapping.

    Args:
        key: the key.
        value: what it holds.
        column: how far the key is indented.
        holder: the key of the mapping.

    Returns:
        The lines, each with its newline.
    """
    if holder in _LISTS and isinstance(value, dict) and set(value) == {"$ref"}:
        return " " * column + f"{key}: {flow(value)}\n"
    return _lines(_mapping({key: value}, "", column, flow=False), column)


def item(value: Json, key: str, column: int) -> str:
    """One item of a block sequence as lines.

    Args:
        value: the item.
        key: the key that holds the sequence.
        column: how far the dash is indented.

    Returns:
        The lines, each with its newline.
    """
    return "".join(
        " " * column + ("- " if number == 0 else "  ") + line if line.strip() else line
        for number, line in enumerate(_item(value, key, column).splitlines(keepends=True))
    )


def flow(value: Json) -> str:
    """A value on one line: a scalar, or a collection in brackets."""
    # Inside a mapping: a sequence would leave out the braces of a mapping with one key.
    return _dump(CommentedMap(v=_styled(value, "", 0, flow=True)), flow=True)[len("{v: ") : -len("}\n")]


def scalar(value: Json) -> str:
    """A scalar as the value of a key that is not in brackets."""
    return _dump(CommentedMap(v=_styled(value, "", 0, flow=False))).removeprefix("v:").strip()


def wrapped(text: str, column: int) -> str:
    """A description as it is stored: filled up to the width where it does not fit on its line.

    Args:
        text: paragraphs with blank lines between them.
        column: how far the key `description` is indented.

    Returns:
        The text, on one line if it fits there.
    """
    if len(text) + column + len("description: ") <= WIDTH and "\n" not in text:
        return text
    filled = (
        textwrap.fill(
            " ".join(part.split()), WIDTH - column - STEP, break_long_words=False, break_on_hyphens=False
        )
        for part in text.split("\n\n")
    )
    return "\n\n".join(filled)


def _item(value: Json, key: str, column: int) -> str:
    if isinstance(value, dict):
        if not value or (key in _ROWS and not any(map(_deep, value.values()))):
            return flow(value) + "\n"
        return _dump(_mapping(value, "", column + STEP, flow=False))
    if isinstance(value, list):
        return flow(value) + "\n"
    return _dump(CommentedSeq([_styled(value, "", column, flow=False)])).lstrip().removeprefix("- ")


def _lines(node: Any, column: int) -> str:
    return textwrap.indent(_dump(node), " " * column)


def _styled(node: Json, key: str, column: int, *, flow: bool) -> Any:
    if isinstance(node, dict):
        return _mapping(node, key, column, flow=flow or not node or _small(node, key))
    if isinstance(node, list):
        return _sequence(node, key, column, flow=flow)
    return _scalar(node, key, column, flow=flow) if isinstance(node, str) else node


def _mapping(node: dict[str, Json], key: str, column: int, *, flow: bool) -> Any:
    styled: Any = CommentedMap()
    for name, value in node.items():
        inside = column if not key else column + STEP
        styled[_scalar(name, "", 0, flow=flow)] = _styled(value, name, inside, flow=flow)
    if flow:
        styled.fa.set_flow_style()
    return styled


def _sequence(node: list[Json], key: str, column: int, *, flow: bool) -> Any:
    on_one_line = sum(len(str(value)) + 2 for value in node) + len(key) + column + 4 <= WIDTH
    flow = (
        flow
        or not node
        or (on_one_line and key not in _SENTENCES and not any(isinstance(v, dict | list) for v in node))
    )
    styled: Any = CommentedSeq(
        _styled(value, "", column + 2 * STEP, flow=flow or _is_row(value, key)) for value in node
    )
    if flow:
        styled.fa.set_flow_style()
    return styled


def _scalar(text: str, key: str, column: int, *, flow: bool) -> Any:
    if key == "$ref":
        return SingleQuotedScalarString(text)
    if key == "description" and not flow:
        text = wrapped(text, column)
    if "\n" in text and not flow:
        return LiteralScalarString(text)
    if text.lower() in _WORDS or (flow and _DELICATE.search(text)):
        return SingleQuotedScalarString(text)
    return DoubleQuotedScalarString(text) if _NUMBERLIKE.fullmatch(text) else text


def _small(node: dict[str, Json], key: str) -> bool:
    """Whether a mapping stands on one line: a mere reference or type, where it is all that a key holds."""
    is_reference = set(node) == {"$ref"}
    is_type = set(node) <= {"type", "format"} and all(isinstance(value, str) for value in node.values())
    return key in _SMALL and (is_reference or is_type)


def _is_row(value: Json, key: str) -> bool:
    return isinstance(value, dict) and key in _ROWS and not any(map(_deep, value.values()))


def _deep(value: Json) -> bool:
    """Whether a value is too much for a row: a mapping, or a list of more than scalars."""
    inside = value if isinstance(value, list) else ()
    return isinstance(value, dict) or any(isinstance(part, dict | list) for part in inside)


def _dump(node: Any, *, flow: bool = False) -> str:
    yaml = YAML()
    yaml.width = 1_000_000
    yaml.indent(mapping=STEP, sequence=2 * STEP, offset=STEP)
    yaml.representer.add_representer(type(None), _null)
    if flow:
        node.fa.set_flow_style()
    out = io.StringIO()
    cast("Callable[[Any, io.StringIO], None]", yaml.dump)(node, out)  # pyright: ignore[reportUnknownMemberType]
    return out.getvalue()


def _null(representer: Any, _: None) -> Any:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")
