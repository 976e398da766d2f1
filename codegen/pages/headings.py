"""The headings on a page of text, and what stands on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec

from codegen.documents import Json
from codegen.pages.lines import Line, next_filled


class Kind(StrEnum):
    """What a part of the page is about."""

    DESCRIPTION = "description"
    AUTHORIZATION = "authorization"
    HEADER = "header"
    QUERY = "query"
    PATH = "path"
    COOKIE = "cookie"
    BODY = "body"
    SAMPLES = "samples"
    ANSWER = "answer"
    ANSWER_HEADERS = "answer headers"
    OTHER = "other"


class Part(msgspec.Struct, kw_only=True):
    """One part of the page."""

    kind: Kind
    number: int
    """The line of its heading."""
    lines: list[Line] = msgspec.field(default_factory=list[Line])
    """Its list of fields, or its text."""
    status: str = ""
    name: str = ""
    media_type: str = ""
    required: bool | None = None
    examples: list[Json] = msgspec.field(default_factory=list["Json"])
    shown: bool = False
    """Whether content of the answer was seen."""


PARTS: Final = {
    "request": Kind.OTHER,
    "authorization": Kind.AUTHORIZATION,
    "header params": Kind.HEADER,
    "query params": Kind.QUERY,
    "path params": Kind.PATH,
    "cookie params": Kind.COOKIE,
    "request samples": Kind.SAMPLES,
    "request code samples": Kind.SAMPLES,
    "request example": Kind.SAMPLES,
}
SHAPES: Final = frozenset({"body", "data schema", "schema"})
EXAMPLES: Final = frozenset({"example", "examples"})
HEADER_LISTS: Final = frozenset({"headers", "response headers"})
NOISE: Final = frozenset(
    {"copy", "generate code", "run", "try it", "try it out", "expand", "collapse", "none"}
)

_MEDIA = re.compile(r"([a-z]{1,40}/[\w.+*-]{1,80}?|\*/\*) ?(required|optional)?", re.IGNORECASE)
_BODY = re.compile(r"Body Params ?(.{0,120})", re.IGNORECASE)
_CODE = re.compile(r"HTTP (?:status )?code ?:? ?([1-5][0-9]{2})", re.IGNORECASE)
_CONTENT = re.compile(r"Content[ -]Type ?: ?(?:JSON\b ?)?(\S{0,120})", re.IGNORECASE)
_MARKED = re.compile(r"[^\w\s!-~] ?([1-5][0-9]{2}) ?(.{0,120})")
_BARE = re.compile(r"([1-5][0-9]{2}) ?([A-Z][A-Za-z ]{0,80})?")
_BEFORE = re.compile(r"(.{1,120}?) ?\( ?([1-5][0-9]{2}) ?\)")
_FOOT = re.compile(r"(?:Modified at\b.{0,80}|Previous|Next|Built with.{0,80})")
_FLAGS: Final = {"required": True, "optional": False}


def is_foot(text: str) -> bool:
    """Whether the foot of the page begins with a line."""
    return _FOOT.fullmatch(text) is not None


def read_media(text: str) -> tuple[str, bool | None] | None:
    """A media type, and whether the body is required if that is said beside."""
    found = _MEDIA.fullmatch(text)
    return (found[1], _FLAGS.get((found[2] or "").lower())) if found else None


def read_content_type(text: str) -> tuple[str, bool | None] | None:
    """The media type of older pages: `Content Type: JSON application/json`."""
    found = _CONTENT.fullmatch(text)
    if not found:
        return None
    return read_media(found[1]) or ("application/json", None)


def read_body(text: str) -> tuple[str, bool | None] | None:
    """The heading of the body with its media type; the media type is empty where it follows."""
    found = _BODY.fullmatch(text)
    if not found:
        return None
    if not found[1] or found[1].lower() in _FLAGS:
        return "", _FLAGS.get(found[1].lower())
    return read_media(found[1]) or (found[1], None)


def read_code(text: str) -> str | None:
    """The status of older pages: `HTTP Code: 200`."""
    found = _CODE.fullmatch(text)
    return found[1] if found else None


def read_answer(lines: Sequence[Line], index: int) -> tuple[str, str] | None:
    """Status and name of an answer: `200 OK` behind a coloured mark, `200OK`, `OK(200)`.

    Without a mark, the line is known by what follows it: a media type, a heading, another status.
    """
    text = lines[index].text
    found = _MARKED.fullmatch(text)
    if found:
        return found[1], found[2].strip()
    answer = _unmarked(text)
    follows = next_filled(lines, index + 1)
    if answer is None or (follows < len(lines) and not _opens(lines[follows].text)):
        return None
    return answer


def _unmarked(text: str) -> tuple[str, str] | None:
    bare = _BARE.fullmatch(text)
    if bare:
        return bare[1], (bare[2] or "").strip()
    before = _BEFORE.fullmatch(text)
    return (before[2], before[1]) if before else None


def _opens(text: str) -> bool:
    word = text.lower()
    known = word in SHAPES or word in EXAMPLES or word in HEADER_LISTS or is_foot(text)
    read = read_media(text) or read_content_type(text) or read_code(text)
    return known or read is not None or _MARKED.fullmatch(text) is not None or _unmarked(text) is not None
