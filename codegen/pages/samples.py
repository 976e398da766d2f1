"""Examples on a page of text: JSON documents, and the body of the sample request."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, cast

import msgspec

from codegen.documents import Json
from codegen.pages.lines import Line
from codegen.pages.remarks import Remarks

_DATA = re.compile(r"--data(?:-raw|-binary|-urlencode)? +\$?'")
_HALF = re.compile("[\ud800-\udfff]")
_MAX_DEPTH: Final = 100


class Sample(msgspec.Struct, frozen=True):
    """A JSON document among the lines."""

    value: Json
    after: int
    """Index of the line after it."""


class _UnreadableError(ValueError):
    """JSON that is valid, but not to be kept."""


def sample_at(lines: Sequence[Line], index: int, remarks: Remarks) -> Sample | None:
    """The JSON document that begins on a line; None, with a remark, if it breaks off or is no JSON."""
    text = "\n".join(line.text for line in lines[index:])
    try:
        value, end = _decoded(text)
    except (ValueError, RecursionError) as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        at = lines[index].number
        if isinstance(error, json.JSONDecodeError):
            at = lines[min(index + error.lineno - 1, len(lines) - 1)].number
            why = f"{why} in line {at}"
        remarks.line(lines[index].number, f"the example that begins here is not read: {why}")
        return None
    return Sample(value, index + text.count("\n", 0, end) + 1)


def request_sample(lines: Sequence[Line]) -> Json:
    """The JSON body in the sample request for curl; None if it has none that can be read."""
    text = "\n".join(line.text for line in lines)
    found = _DATA.search(text)
    if not found:
        return None
    try:
        return _decoded(text[found.end() :].replace("'\\''", "'").lstrip())[0]
    except (ValueError, RecursionError):
        return None


def strings_by_key(values: Sequence[Json]) -> dict[str, set[str]]:
    """The strings that examples have under each key, at whatever depth."""
    found: dict[str, set[str]] = {}
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            for key, inner in value.items():
                strings = [inner] if isinstance(inner, str) else inner if isinstance(inner, list) else []
                found.setdefault(key, set()).update(text for text in strings if isinstance(text, str))
            waiting.extend(value.values())
    return found


def _decoded(text: str) -> tuple[Json, int]:
    decoder = json.JSONDecoder(parse_constant=_no_constant, parse_float=_float, object_pairs_hook=_object)
    value, end = decoder.raw_decode(text)
    if _HALF.search(json.dumps(value, ensure_ascii=False)):
        raise _UnreadableError("an escape stands for half a character")
    _check_depth(value)
    return cast("Json", value), end


def _no_constant(name: str) -> Json:
    raise _UnreadableError(f"{name} is no JSON")


def _float(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    read = dict(pairs)
    if len(read) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise _UnreadableError(f"the key {twice[:80]} is there twice")
    return read


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(_MAX_DEPTH):
        inner: list[object] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(cast("dict[str, object]", item).values())
            elif isinstance(item, list):
                inner.extend(cast("list[object]", item))
        level = inner
    if level:
        raise _UnreadableError(f"it has more than {_MAX_DEPTH} levels")
