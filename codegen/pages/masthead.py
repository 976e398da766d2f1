"""The top of a page of text: title, status, method, path, date of the last modification."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from codegen.pages.lines import Line
from codegen.pages.paths import METHODS

STATUSES: Final = (
    "to be deprecated", "designing", "pending", "developing", "integrating", "testing", "tested", "released",
    "deprecated", "exception", "obsolete",
)  # fmt: skip
_REACH: Final = 25
"""How many filled lines the top has at most, from the title to the date."""

_METHOD = "|".join(METHODS)
_MODIFIED = re.compile(r"(\S{0,2000}?) ?Last modified ?:? ?(.{0,80}?) ?(?:Maintainer\b.*)?", re.IGNORECASE)
_MODIFIED_AT = re.compile(r"Modified at ?:? ?(.{1,80})", re.IGNORECASE)
_STATUS = re.compile("|".join(STATUSES), re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^/\s]{1,300}/?", re.IGNORECASE)
_PATH = re.compile(r"(?:https?://[^/\s{}]{1,300}|\{\{[^{}\s]{1,200}\}\})?/\S{0,2000}", re.IGNORECASE)
_CALL = re.compile(
    rf"(?:({'|'.join(STATUSES)}) ?)?({_METHOD}) ?((?:https?://[^/\s]{{1,300}})?(?:/\S{{0,2000}})?)",
    re.IGNORECASE,
)


class Masthead(msgspec.Struct, kw_only=True):
    """What stands at the top of a page."""

    title: str
    title_index: int
    """The line of the title."""
    end: int
    """Index of the line after the top."""
    method: str
    path: str
    """As written."""
    status: str | None = None
    last_modified: str | None = None


def find_masthead(lines: Sequence[Line]) -> Masthead | None:
    """Find the top of an endpoint's page.

    Args:
        lines: the page.

    Returns:
        What it says; None if there is no method with a path below it.
    """
    for index, line in enumerate(lines):
        found = _MODIFIED.fullmatch(line.text) if "odified" in line.text else None
        if found and "last modified" in line.text.lower():
            masthead = _above(lines, index, found[1], found[2].strip() or None)
            if masthead:
                return masthead
    return _without_date(lines)


def modified_at(line: Line) -> str | None:
    """The date in the line at the foot of a page, `Modified at 2023-10-11 19:12:51`."""
    found = _MODIFIED_AT.fullmatch(line.text)
    return found[1] if found else None


def _without_date(lines: Sequence[Line]) -> Masthead | None:
    """The top of a page that does not print when it was modified: the first method with a path at hand."""
    for index, line in enumerate(lines):
        found = _CALL.fullmatch(line.text) if line.text[-1:] != "." else None
        if not found or not found[2].isupper():
            continue
        for below in range(index, min(index + 8, len(lines))):
            masthead = _above(lines, below + 1, "", None) if _path_in(lines[below].text) else None
            if masthead:
                return masthead
    return None


def _above(lines: Sequence[Line], index: int, path: str, modified: str | None) -> Masthead | None:
    """Read the top from below: path, method, status, title."""
    path = path if _path_in(path) else ""
    status: str | None = None
    method: str | None = None
    method_index = index
    for at in islice(_filled_above(lines, index), _REACH):
        text = lines[at].text
        call = _CALL.fullmatch(text) if method is None else None
        if call and call[2].isupper():
            method, method_index = call[2], at
            path = path or _path_in(call[3])
            status = call[1]
        elif method is None:
            path = path or _path_in(text)
        elif _STATUS.fullmatch(text):
            status, method_index = text, at
        if status:
            break
    if method is None or not path:
        return None
    title_index = _title_index(lines, method_index, with_status=status is not None)
    if title_index is None:
        return None
    return Masthead(
        title=lines[title_index].text.lstrip("•·◦▪ "),
        title_index=title_index,
        end=index + 1 if modified else index,
        method=method,
        path=path,
        status=status.lower() if status else None,
        last_modified=modified,
    )


def _title_index(lines: Sequence[Line], index: int, *, with_status: bool) -> int | None:
    """The last filled line above the status; without one, above the environments and their addresses."""
    above = islice(_filled_above(lines, index), _REACH)
    if with_status:
        return next(above, None)
    environment = False
    for at in above:
        address = _ADDRESS.fullmatch(lines[at].text) is not None
        if not address and not environment:
            return at
        environment = address
    return None


def _filled_above(lines: Sequence[Line], index: int) -> Iterator[int]:
    """Indexes of the filled lines above a line, from below."""
    return (at for at in range(index - 1, -1, -1) if lines[at].text)


def _path_in(text: str) -> str:
    return text if _PATH.fullmatch(text) and not _ADDRESS.fullmatch(text) else ""
