"""Reads YAML that a stranger wrote: into plain JSON values, within bounds, by the YAML 1.2 core schema.

The values are built from libyaml's events, without recursion, so that each bound is checked before the memory
is spent. An alias shares the value of its anchor and counts as much as the whole of it: a document that would
unfold into millions of values is refused although it is small.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

import yaml

from codegen.documents import Json

MAX_CHARACTERS: Final = 2 * 1024 * 1024
"""Length of a document; the largest page known has 1.9 million."""
MAX_VALUES: Final = 200_000
"""Values in a document, those that aliases repeat included."""
MAX_DEPTH: Final = 100
"""Levels of mappings and lists."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,60}|0o[0-7]{1,60}|0x[0-9a-fA-F]{1,60}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,60}|[0-9]{1,60}(?:\.[0-9]{0,60})?)(?:[eE][-+]?[0-9]{1,9})?")
_WORDS: Final[dict[str, Json]] = dict.fromkeys(("", "~", "null", "Null", "NULL")) | {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_TAGS = frozenset({None, "!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))})
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C is ten times as fast; where it was not built, the one in Python gives the same events."""


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
    if len(text) > MAX_CHARACTERS:
        raise HostileYamlError(
            f"the YAML has {len(text)} characters; more than {MAX_CHARACTERS} are not read"
        )
    return _Builder().build(_events(text))


def _events(text: str) -> Iterator[Any]:
    """The parser's events, and every complaint that it makes as ours."""
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        marked = cast("Any", error)
        mark = getattr(marked, "problem_mark", None) or getattr(marked, "context_mark", None)
        said = f"{getattr(marked, 'context', None) or ''} {getattr(marked, 'problem', None) or ''}".strip()
        words = " ".join((said or str(error)).split())
        raise HostileYamlError(f"this is not YAML: {words[:300]}", mark.line + 1 if mark else 0) from None
    except (ValueError, LookupError, ArithmeticError) as error:
        # What slips through the parser on text such as `"\UFFFFFFFF"`.
        raise HostileYamlError(f"this is not YAML: {str(error) or type(error).__name__}") from None


@dataclass
class _Open:
    """A mapping or list that is being filled."""

    value: dict[str, Json] | list[Json]
    anchor: str | None
    size: int = 1
    key: str | None = None


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
        self.check(event.tag, 1)
        text = cast("str", event.value)
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise self.error("an escape stands for half a character")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            if text in top.value:
                raise self.error(f"the key {text[:80]} is there twice")
            top.key = text
            if event.anchor:
                self.anchors[event.anchor] = (text, 1)
            return
        plain = event.tag is None and event.implicit[0]
        self.add(_core_value(text) if plain else text, 1, event.anchor)

    def open(self, value: dict[str, Json] | list[Json], event: Any) -> None:
        self.check(event.tag, 1)
        self.no_key("a mapping or a list")
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
        self.check(None, size)
        self.add(value, size, None)

    def add(self, value: Json, size: int, anchor: str | None) -> None:
        """Put a finished value where it belongs."""
        if anchor:
            self.anchors[anchor] = (value, size)
        if not self.stack:
            self.result = value
            return
        top = self.stack[-1]
        top.size += size
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is not None:
            top.value[top.key] = value
        top.key = None

    def no_key(self, what: str) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            raise self.error(f"{what} is no key")

    def check(self, tag: str | None, size: int) -> None:
        """Refuse a tag, and more values than are read."""
        if tag not in _TAGS:
            raise self.error(f"the tag {str(tag)[:80]} is not allowed")
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
