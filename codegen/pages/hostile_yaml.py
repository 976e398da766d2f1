"""Reads YAML that a stranger wrote: into plain JSON values, within bounds, by the YAML 1.2 core schema.

An alias shares the value of its anchor and counts as much as the whole of it: a document that would unfold
into millions of values is refused although it is small.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, Final, cast

import yaml

from codegen.documents import Json

MAX_VALUES: Final = 200_000
"""Values in a document, those that aliases repeat included."""
MAX_DEPTH: Final = 100
"""Levels of mappings and lists."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,60}|0o[0-7]{1,60}|0x[0-9a-fA-F]{1,60}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,60}|[0-9]{1,60}(?:\.[0-9]{0,60})?)(?:[eE][-+]?[0-9]{1,9})?")
_WORDS: Final[dict[str, Json]] = dict.fromkeys(("", "~", "null", "Null", "NULL")) | {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_TAGS = frozenset({"plain", *(f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))})


class HostileYamlError(Exception):
    """YAML that is broken, or that no honest page would hold.

    Attributes:
        message: what is wrong.
        line: the line of the text, from 1; 0 where it is about the whole.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        self.message = message
        self.line = line
        super().__init__(message)


def load_hostile_yaml(text: str) -> Json:
    """Read one YAML document into what JSON can hold.

    Keys are kept as they are written (`200:` is the key `200`), and so are dates, numbers that JSON does not
    have (`.nan`) and numbers too large for it.

    Raises:
        HostileYamlError: it is not YAML, a key is there twice, it has a tag, or a bound is exceeded.
    """
    try:
        _refuse_depth(text)  # libyaml builds the tree by recursion
        tree = cast("Any", yaml.compose(text, Loader=_Loader))
    except yaml.YAMLError as error:
        marked = cast("Any", error)
        mark = getattr(marked, "problem_mark", None) or getattr(marked, "context_mark", None)
        said = f"{getattr(marked, 'context', None) or ''} {getattr(marked, 'problem', None) or ''}".strip()
        words = " ".join((said or str(error)).split())
        raise HostileYamlError(f"this is not YAML: {words[:300]}", mark.line + 1 if mark else 0) from None
    except (ValueError, LookupError, ArithmeticError) as error:
        # What slips through the parser on text such as `"\UFFFFFFFF"`.
        raise HostileYamlError(f"this is not YAML: {str(error) or type(error).__name__}") from None
    document = None if tree is None else _value(tree, {})
    if _size(document, {}) > MAX_VALUES:
        raise HostileYamlError(f"more than {MAX_VALUES} values, with those that aliases repeat, are not read")
    return document


def _refuse_depth(text: str) -> None:
    depth = 0
    events = cast("Iterator[Any]", yaml.parse(text, Loader=yaml.CSafeLoader))
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1
            raise HostileYamlError(f"more than {MAX_DEPTH} levels are not read", line)


def _size(value: Json, known: dict[int, int]) -> int:
    """How many values a value has, itself included; one that aliases share counts each time."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(one, known) for one in inner)
    return known[id(value)]


class _Loader(yaml.CSafeLoader):
    """Knows no types: a scalar without quotes has the tag `plain`, whatever it looks like."""

    yaml_implicit_resolvers = {None: [("plain", re.compile(""))]}  # noqa: RUF012 - as the library has it


def _value(node: Any, done: dict[int, Json]) -> Json:
    """What a node says; one that aliases repeat is read once."""
    line = node.start_mark.line + 1
    if node.tag not in _TAGS:
        raise HostileYamlError(f"the tag {node.tag[:80]} is not allowed", line)
    if isinstance(node, yaml.ScalarNode):
        text = cast("str", node.value)
        return _core_value(text) if node.tag == "plain" else text
    if id(node) in done:
        if done[id(node)] is None:
            raise HostileYamlError("an alias here stands for what it is part of", line)
        return done[id(node)]
    done[id(node)] = None
    if isinstance(node, yaml.MappingNode):
        done[id(node)] = _mapping(node, done)
    else:
        done[id(node)] = [_value(item, done) for item in node.value]
    return done[id(node)]


def _mapping(node: yaml.MappingNode, done: dict[int, Json]) -> Json:
    found: dict[str, Json] = {}
    for key, value in cast("list[tuple[Any, Any]]", node.value):
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise HostileYamlError("a mapping or a list is no key", line)
        if key.value in found:
            raise HostileYamlError(f"the key {key.value[:80]} is there twice", line)
        found[key.value] = _value(value, done)
    return found


def _core_value(text: str) -> Json:
    """What a plain scalar means in the core schema; text where that is nothing that JSON has."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text
