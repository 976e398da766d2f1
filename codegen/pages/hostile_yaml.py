"""Reads YAML that a stranger wrote: into plain JSON values, within bounds, by the YAML 1.2 core schema.

An alias is read as if its anchor stood there once more: a document that would unfold into millions of values,
or into ever deeper ones, is refused although it is small.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Final, cast

import yaml

from codegen.documents import Json
from codegen.pages.facts import PageError

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

_Events = Iterator[Any]


def load_hostile_yaml(text: str, source: str, first_line: int = 1) -> Json:
    """Read one YAML document into what JSON can hold.

    Keys are kept as they are written (`200:` is the key `200`), and so are dates, numbers that JSON does not
    have (`.nan`) and numbers too large for it.

    Args:
        text: the document.
        source: name of the file, or address of the page.
        first_line: the line of the page at which the document begins.

    Raises:
        PageError: it is not YAML, a key is there twice, it has a tag, or a bound is exceeded.
    """
    reader = _Reader(source, first_line)
    try:
        return reader.document(cast("_Events", yaml.parse(text, Loader=yaml.CSafeLoader)))
    except yaml.MarkedYAMLError as error:
        words = " ".join(f"{error.context or ''} {error.problem or ''}".split())
        raise reader.refused(
            f"this is not YAML: {words[:300]}", error.problem_mark or error.context_mark
        ) from None
    except (yaml.YAMLError, ValueError, LookupError, ArithmeticError) as error:
        # What slips through the parser on text such as `"\UFFFFFFFF"`.
        raise reader.refused(f"this is not YAML: {str(error) or type(error).__name__}", None) from None


@dataclass
class _Reader:
    """Reads one document from its events: libyaml builds a tree by recursion, as deep as it goes."""

    source: str
    first_line: int
    values: int = 0
    anchors: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    """The events of what has an anchor and was read."""

    def refused(self, message: str, mark: Any) -> PageError:
        return PageError(self.source, message, f"line {self.first_line + (mark.line if mark else 0)}")

    def document(self, events: _Events) -> Json:
        found: Json = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.values:
                    raise self.refused("another document begins here", event.start_mark)
                found = self.value(next(events), events, 0)
        return found

    def value(self, event: Any, events: _Events, depth: int) -> Json:
        """What an event begins; it takes the events up to its end."""
        self.values += 1
        if self.values > MAX_VALUES:
            message = f"more than {MAX_VALUES} values, with those that aliases repeat, are not read"
            raise self.refused(message, event.start_mark)
        if depth > MAX_DEPTH:
            raise self.refused(f"more than {MAX_DEPTH} levels are not read", event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise self.refused(
                    "an alias here stands for nothing, or for what it is part of", event.start_mark
                )
            again = iter(self.anchors[event.anchor])
            return self.value(next(again), again, depth)
        if event.tag not in _TAGS:
            raise self.refused(f"the tag {event.tag[:80]} is not allowed", event.start_mark)
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)
            taken = [event]
            found = self.content(event, _noted(events, taken), depth)
            self.anchors[event.anchor] = taken
            return found
        return self.content(event, events, depth)

    def content(self, event: Any, events: _Events, depth: int) -> Json:
        if isinstance(event, yaml.ScalarEvent):
            return _core_value(event.value) if event.implicit[0] else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return [self.value(item, events, depth + 1) for item in _inside(events)]
        found: dict[str, Json] = {}
        for key in _inside(events):
            if not isinstance(key, yaml.ScalarEvent):
                raise self.refused("a mapping or a list is no key", key.start_mark)
            if key.value in found:
                raise self.refused(f"the key {key.value[:80]} is there twice", key.start_mark)
            found[key.value] = self.value(next(events), events, depth + 1)
        return found


def _inside(events: _Events) -> _Events:
    """The events that begin what a mapping or a list holds."""
    return takewhile(lambda event: not isinstance(event, yaml.CollectionEndEvent), events)


def _noted(events: _Events, taken: list[Any]) -> _Events:
    for event in events:
        taken.append(event)
        yield event


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
