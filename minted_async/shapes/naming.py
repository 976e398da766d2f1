"""What may be written down in words: names of fields and headers, values of enums, codes.

What the spec names is no secret. Anything else is written down only if it has the form of such a word, and
stood in the answers to three different questions, about different things, without standing in them, or in
the questions, as a text too. An id, a name or an address that a server puts where nobody expects it belongs
to one customer, and fails that.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from minted_async.core.protocol import Response

QUESTIONS: Final = 3
"""In the answers to how many different questions a word must have stood."""

_MOST_WAITING: Final = 500
_MOST_ALLOWED: Final = 5_000
_VALUE: Final = re.compile(r"(?=.{1,40}$)[^\W\d_]+(?:[ _-][^\W\d_]+)*")
_CODE: Final = re.compile(r"(?=.{1,40}$)[A-Za-z]+(?:[._-][A-Za-z]+)*")
_AMOUNT: Final = re.compile(r"-?[0-9]{0,5}(?:\.[0-9]*)?")
_SMALL_CODE: Final = re.compile(r"-?[0-9]{1,5}", re.ASCII)
_HEADER: Final = re.compile(r"(?=.{1,40}$)[a-z]+[0-9]?(?:-[a-z]+[0-9]?)*")
_SEGMENT: Final = re.compile(r"\{\w+\}|[A-Za-z]+(?:[_-][A-Za-z]+)*|v[0-9]{1,2}|")
_COMMON_HEADERS: Final = re.compile(
    "age|allow|authentication-info|cache-control|connection|content-(encoding|language|length|type)|date|etag|"
    "expires|keep-alive|last-modified|location|pragma|retry-after|server|set-cookie|strict-transport-security|"
    "transfer-encoding|vary|via|www-authenticate|x-content-type-options|x-frame-options|x-powered-by|"
    "x-request-id"
)


class Naming:
    """The words of one operation and status that may be written down, and those that still wait.

    Keys are places for names, and `place=word` for words.
    """

    def __init__(self) -> None:
        self._allowed: set[str] = set()
        # The questions so far, and what all of them name.
        self._waiting: dict[str, tuple[set[int], frozenset[str]]] = {}

    def allow(self, key: str) -> None:
        """A word that needs no waiting: the spec has it."""
        if len(self._allowed) < _MOST_ALLOWED:
            self._allowed.add(key)

    def allows(self, key: str) -> bool:
        """Whether a word may be written down."""
        return key in self._allowed

    def met(self, key: str, question: int, named: frozenset[str]) -> None:
        """A word stood in the answer to a question.

        Args:
            key: The word.
            question: The question's number.
            named: What the question names. What all of them name may be whom the word belongs to.
        """
        if key not in self._waiting and len(self._waiting) >= _MOST_WAITING:
            return
        questions, common = self._waiting.get(key, (set[int](), named))
        questions.add(question)
        common &= named
        self._waiting[key] = questions, common
        if len(questions) >= QUESTIONS and not common:
            del self._waiting[key]
            self.allow(key)


def could_be_value(text: str, public: Collection[str]) -> bool:
    """Whether a text looks like the value of an enum: one word of letters, or several, if the spec uses one.

    Several words with a space between them may be the name of somebody.
    """
    words = text.split(" ")
    return _VALUE.fullmatch(text) is not None and (
        len(words) == 1 or any(word.casefold() in public for word in words)
    )


def could_be_code(text: str) -> bool:
    """Whether a text looks like a code: letters without a space."""
    return _CODE.fullmatch(text) is not None


def could_be_header(name: str) -> bool:
    """Whether a text looks like the name of a header."""
    return _HEADER.fullmatch(name) is not None


def is_common_header(name: str) -> bool:
    """Whether it is the name of a header that many servers send."""
    return _COMMON_HEADERS.fullmatch(name) is not None


def is_small_code(code: str) -> bool:
    """Whether a code is a number too small to be that of somebody."""
    return _SMALL_CODE.fullmatch(code) is not None


def path_template(path: str) -> str:
    """A path that was told by the user, without what may be an id in it."""
    return "/".join(part if _SEGMENT.fullmatch(part) else "*" for part in path.split("/"))


def named_by(told: tuple[str, ...]) -> frozenset[str]:
    """Who or what a question is about; no amounts, which many have in common."""
    return frozenset(text for text in told if not _AMOUNT.fullmatch(text))


def question_of(told: tuple[str, ...], response: Response) -> int:
    """A number for the question; where it names nothing, each answer that differs counts for one."""
    return hash(told) if told else hash(response.body)
