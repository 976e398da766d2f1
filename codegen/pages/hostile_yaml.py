"""Reads YAML that a stranger wrote: into plain JSON values, within bounds, by the YAML 1.2 core schema.

The values are built from the parser's events, without recursion, so that each bound is checked before the
memory is spent. An alias shares the value of its anchor and counts as much as the whole of it: a document
that would unfold into millions of values is refused although it is small.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from codegen.documents import Json

MAX_CHARACTERS: Final = 2 * 1024 * 1024
"""Length of a document; the largest page known has 60 thousand."""
MAX_VALUES: Final = 200_000
"""Values in a document, those that aliases repeat included."""
MAX_DEPTH: Final = 100
"""Levels of mappings and lists."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,60}|0o[0-7]{1,60}|0x[0-9a-fA-F]{1,60}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,60}|[0-9]{1,60}(?:\.[0-9]{0,60})?)(?:[eE][-+]?[0-9]{1,9})?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS: Final[dict[str, Json]] = dict.fromkeys(("", "~", "null", "Null", "NULL")) | {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_CORE = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset(_CORE + name for name in ("str", "int", "float", "bool", "null"))
_COLLECTION_TAGS = frozenset({_CORE + "map", _CORE + "seq"})


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

    Args:
        text: the document.

    Returns:
        Its value; None for an empty document.

    Raises:
        HostileYamlError: it is not YAML, a key is there twice, it has a tag, or a bound is exceeded.
    """
    if len(text) > MAX_CHARACTERS:
        raise HostileYamlError(
            f"the YAML has {len(text)} characters; more than {MAX_CHARACTERS} are not read"
        )
    return _Builder().build(_events(text))


def _events(text: str) -> Iterator[Any]:
    """The parser's events, and every complaint that it makes as ours."""
    parse = cast("Callable[[str], Iterable[Any]]", YAML(typ="safe", pure=True).parse)  # pyright: ignore[reportUnknownMemberType]
    try:
        yield from parse(text)
    except YAMLError as error:
        raise _not_yaml(error) from None
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError) as error:
        # What slips through the parser on text such as `"\UFFFFFFFF"`.
        raise HostileYamlError(f"this is not YAML: {str(error) or type(error).__name__}") from None


def _not_yaml(error: YAMLError) -> HostileYamlError:
    marked = cast("Any", error)
    mark = getattr(marked, "problem_mark", None) or getattr(marked, "context_mark", None)
    said = f"{getattr(marked, 'context', None) or ''} {getattr(marked, 'problem', None) or ''}".strip()
    words = " ".join((said or str(error)).split())
    return HostileYamlError(f"this is not YAML: {words[:300]}", mark.line + 1 if mark else 0)


@dataclass
class _Open:
    """A mapping or list that is being filled."""

    value: dict[str, Json] | list[Json]
    anchor: str | None
    size: int = 1
    key: str | None = None
    merging: bool = False
    own: set[str] = field(default_factory=set[str])
    """Keys that the mapping has itself, not by `<<`."""


@dataclass
class _Builder:
    """Builds the value of a document from its events."""

    stack: list[_Open] = field(default_factory=list[_Open])
    anchors: dict[str, tuple[Json, int]] = field(default_factory=dict[str, tuple[Json, int]])
    total: int = 0
    result: Json = None
    line: int = 0

    def build(self, events: Iterable[Any]) -> Json:
        documents = 0
        for event in events:
            self.line = event.start_mark.line + 1
            match type(event).__name__:
                case "DocumentStartEvent":
                    documents += 1
                    if documents > 1:
                        raise self.error("a second document begins here; one is expected")
                case "ScalarEvent":
                    self.scalar(event)
                case "AliasEvent":
                    self.alias(event.anchor)
                case "MappingStartEvent":
                    self.open({}, event)
                case "SequenceStartEvent":
                    self.open([], event)
                case "MappingEndEvent" | "SequenceEndEvent":
                    done = self.stack.pop()
                    self.add(done.value, done.size, done.anchor)
                case _:
                    pass
        return self.result

    def scalar(self, event: Any) -> None:
        tag = str(event.tag) if event.tag else None
        if tag is not None and tag not in _SCALAR_TAGS and tag != "!":
            raise self.error(f"the tag {tag[:80]} is not allowed")
        if _SURROGATE.search(event.value):
            raise self.error("an escape stands for half a character")
        self.count(1)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self.set_key(top, event.value, plain=event.implicit[0])
            self.anchor(event.anchor, event.value, 1)
            return
        text = cast("str", event.value)
        plain = tag not in (_CORE + "str", "!") if tag else event.implicit[0]
        self.add(_core_value(text) if plain else text, 1, event.anchor)

    def set_key(self, top: _Open, key: str, *, plain: bool) -> None:
        if key in top.own:
            raise self.error(f"the key {key[:80]} is there twice")
        top.key = key
        top.merging = plain and key == "<<"
        if not top.merging:
            top.own.add(key)

    def open(self, value: dict[str, Json] | list[Json], event: Any) -> None:
        tag = str(event.tag) if event.tag else None
        if tag is not None and tag not in _COLLECTION_TAGS:
            raise self.error(f"the tag {tag[:80]} is not allowed")
        self.no_key("a mapping or a list")
        self.count(1)
        if len(self.stack) >= MAX_DEPTH:
            raise self.error(f"more than {MAX_DEPTH} levels are not read")
        if event.anchor:
            self.anchors.pop(event.anchor, None)
        self.stack.append(_Open(value, event.anchor))

    def alias(self, name: str) -> None:
        self.no_key("an alias")
        if name not in self.anchors:
            raise self.error(f"the alias *{name[:80]} stands for nothing, or for what it is part of")
        value, size = self.anchors[name]
        self.count(size)
        self.add(value, size, None)

    def add(self, value: Json, size: int, anchor: str | None) -> None:
        """Put a finished value where it belongs."""
        self.anchor(anchor, value, size)
        if not self.stack:
            self.result = value
            return
        top = self.stack[-1]
        top.size += size
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.merging:
            self.merge(top, top.value, value)
        elif top.key is not None:
            top.value[top.key] = value
        top.key = None

    def merge(self, top: _Open, into: dict[str, Json], value: Json) -> None:
        """`<<`: the keys of other mappings, as far as the mapping does not have them itself."""
        for other in value if isinstance(value, list) else [value]:
            if not isinstance(other, dict):
                raise self.error("the merge key << needs a mapping")
            for key, merged in other.items():
                if key not in top.own:
                    into.setdefault(key, merged)
        top.merging = False

    def anchor(self, name: str | None, value: Json, size: int) -> None:
        if name:
            self.anchors[name] = (value, size)

    def no_key(self, what: str) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            raise self.error(f"{what} is no key")

    def count(self, size: int) -> None:
        self.total += size
        if self.total > MAX_VALUES:
            raise self.error(f"more than {MAX_VALUES} values, with those that aliases repeat, are not read")

    def error(self, message: str) -> HostileYamlError:
        return HostileYamlError(message, self.line)


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
