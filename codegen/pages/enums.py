"""Splits allowed values that a page prints run together: `BuySellDelivery`, `cashcredit-card`.

The spec and the page's examples know many values. A text that known values split in one way only is split for
certain. Otherwise known values are taken where they fit, the rest is cut where a capital follows a small
letter, and the result is a guess.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec

_MAX_LENGTH: Final = 2000
_MAX_VALUE: Final = 200
_JOINTS: Final = ("-", "_", " ", ".", "/")
"""Characters that stand inside of values, never at their ends."""
_SEAM = re.compile(r"(?<=[^\W_A-Z])(?=[A-Z])")
_SEPARATORS = re.compile(r" ?[,;|\n] ?")


class Split(msgspec.Struct, frozen=True):
    """Allowed values, and whether they are certain."""

    values: tuple[str, ...]
    certain: bool


def split_values(text: str, known: Collection[str]) -> Split:
    """Split allowed values that are printed run together.

    Args:
        text: the values as printed.
        known: values that may be among them.

    Returns:
        The values, and whether that is the only way to split them into known values.
    """
    text = text.strip()
    pieces = [piece for piece in _SEPARATORS.split(text) if piece]
    if len(pieces) > 1:
        return Split(tuple(dict.fromkeys(pieces)), certain=all(piece in known for piece in pieces))
    if not text or len(text) > _MAX_LENGTH:
        return Split((text,) if text else (), certain=False)
    places = _places(text, known)
    values = tuple(dict.fromkeys(_cheapest(text, places)))
    return Split(values, certain=_ways(text, places) == 1)


def _places(text: str, known: Collection[str]) -> dict[int, list[int]]:
    """Where known values can stand in the text: begins by ends. None begins or ends inside of a word."""
    places: dict[int, list[int]] = {}
    for word in {word for word in known if 0 < len(word) <= _MAX_VALUE}:
        start = text.find(word)
        while start >= 0:
            end = start + len(word)
            if text[start - 1 : start] not in _JOINTS and text[end : end + 1] not in _JOINTS:
                places.setdefault(end, []).append(start)
            start = text.find(word, start + 1)
    return places


def _ways(text: str, places: Mapping[int, Sequence[int]]) -> int:
    """In how many ways known values alone make up the text; 2 stands for more."""
    ways = [1] + [0] * len(text)
    for end in sorted(places):
        ways[end] = min(2, sum(ways[start] for start in places[end]))
    return ways[-1]


def _cheapest(text: str, places: Mapping[int, Sequence[int]]) -> list[str]:
    """The split that leaves the fewest characters unknown, and of those the one with the fewest values.

    What is unknown lies between known values or where a capital follows a small letter or a digit, and is cut
    there.
    """
    seams = [0, *(found.start() for found in _SEAM.finditer(text)), len(text)]
    edges = sorted({*seams, *places, *(start for starts in places.values() for start in starts)})
    best: dict[int, tuple[int, int, int]] = {0: (0, 0, 0)}
    for end in edges[1:]:
        seam = seams[bisect_left(seams, end) - 1]
        unknown = [start for start in edges[bisect_left(edges, seam) :] if start < end]
        options = [
            (best[start][0], best[start][1] + 1, start) for start in places.get(end, ()) if start in best
        ]
        options += [
            (best[start][0] + end - start, best[start][1] + 1, start) for start in unknown if start in best
        ]
        if options:
            best[end] = min(options)
    pieces: list[str] = []
    end = len(text)
    while end:
        start = best[end][2]
        pieces.append(text[start:end].strip())
        end = start
    return pieces[::-1]
