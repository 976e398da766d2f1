"""Where the parts of a YAML text stand, and what they say: ruamel.yaml's nodes with plain types."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from ruamel.yaml import YAML

from codegen.documents import Json


@dataclass(frozen=True)
class Node:
    """A node of a YAML text."""

    kind: str
    """`scalar`, `mapping` or `sequence`."""
    start: int
    """Index of its first character."""
    end: int
    line: int
    column: int
    in_brackets: bool
    """Whether it is a collection in brackets."""
    on_one_line: bool
    is_block: bool
    """Whether it is text in a block (`|-`)."""
    pairs: tuple[tuple[str, Node, Node], ...] = ()
    """Keys of a mapping, with their nodes and those of their values."""
    items: tuple[Node, ...] = ()


@lru_cache(maxsize=64)
def read(text: str) -> tuple[Node | None, Json]:
    """The nodes of a text, and what they say; no node and None for an empty one.

    One file is read again for each patch, so the last results are kept; nobody may change them.
    """
    return _read(text)


def parse(text: str) -> Json:
    """What a text says."""
    return _read(text)[1]


def _read(text: str) -> tuple[Node | None, Json]:
    # YAML 1.2 with plain values, as the reader of the spec has it.
    yaml: Any = YAML(typ="safe", pure=True)
    root: Any = yaml.compose(text)
    if root is None:
        return None, None
    return _node(root, {}), cast("Json", yaml.constructor.construct_document(root))


def same(left: Json, right: Json) -> bool:
    """Whether two documents are written alike: the order of keys counts, and 1 is not true."""
    return fingerprint(left) == fingerprint(right)


def fingerprint(value: Json) -> str:
    """The same text for values that are written alike."""
    return json.dumps(_unfilled(value))


def _unfilled(value: Json, key: str = "") -> Json:
    """The value with its descriptions as whole paragraphs: where their lines break is a matter of style."""
    if isinstance(value, dict):
        return {name: _unfilled(inside, name) for name, inside in value.items()}
    if isinstance(value, list):
        return [_unfilled(inside) for inside in value]
    if isinstance(value, str) and key == "description":
        return "\n\n".join(" ".join(part.split()) for part in value.split("\n\n"))
    return value


def _node(raw: Any, known: dict[int, Node]) -> Node:
    """A node of ruamel.yaml; an alias is the node that it stands for."""
    if id(raw) not in known:
        pairs = [
            (str(key.value), _node(key, known), _node(value, known))
            for key, value in (raw.value if raw.id == "mapping" else ())
        ]
        items = [_node(value, known) for value in (raw.value if raw.id == "sequence" else ())]
        known[id(raw)] = Node(
            kind=str(raw.id),
            start=int(raw.start_mark.index),
            end=int(raw.end_mark.index),
            line=int(raw.start_mark.line),
            column=int(raw.start_mark.column),
            in_brackets=raw.id != "scalar" and bool(raw.flow_style),
            on_one_line=raw.start_mark.line == raw.end_mark.line,
            is_block=raw.id == "scalar" and raw.style in ("|", ">"),
            pairs=tuple(pairs),
            items=tuple(items),
        )
    return known[id(raw)]
