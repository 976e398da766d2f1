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
        document = cast("Json", _Loader(text).get_single_data())
    except yaml.YAMLError as error:
        marked = cast("Any", error)
        mark = getattr(marked, "problem_mark", None) or getattr(marked, "context_mark", None)
        said = f"{getattr(marked, 'context', None) or ''} {getattr(marked, 'problem', None) or ''}".strip()
        words = " ".join((said or str(error)).split())
        raise HostileYamlError(f"this is not YAML: {words[:300]}", mark.line + 1 if mark else 0) from None
    except (ValueError, LookupError, ArithmeticError) as error:
        # What slips through the parser on text such as `"\UFFFFFFFF"`.
        raise HostileYamlError(f"this is not YAML: {str(error) or type(error).__name__}") from None
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
    """Takes mappings, lists and scalars of the core schema, and no other tag."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - the library's own name and form
    yaml_constructors = {}  # noqa: RUF012

    def scalar(self, node: yaml.ScalarNode) -> Json:
        return cast("str", node.value)

    def plain(self, node: yaml.ScalarNode) -> Json:
        return _core_value(cast("str", node.value))

    def sequence(self, node: yaml.SequenceNode) -> Json:
        return self.construct_sequence(node, deep=True)

    def mapping(self, node: yaml.MappingNode) -> Json:
        found: dict[str, Json] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise HostileYamlError("a mapping or a list is no key", key.start_mark.line + 1)
            if key.value in found:
                raise HostileYamlError(f"the key {key.value[:80]} is there twice", key.start_mark.line + 1)
            found[key.value] = cast("Any", self).construct_object(value, deep=True)
        return found

    def unknown(self, node: yaml.Node) -> Json:
        raise HostileYamlError(f"the tag {node.tag[:80]} is not allowed", node.start_mark.line + 1)


cast("Any", _Loader).add_implicit_resolver("plain", re.compile(""), None)
_Loader.add_constructor("plain", _Loader.plain)
_Loader.add_constructor("tag:yaml.org,2002:str", _Loader.scalar)
_Loader.add_constructor("tag:yaml.org,2002:seq", _Loader.sequence)
_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.mapping)
_Loader.add_constructor(None, _Loader.unknown)


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
