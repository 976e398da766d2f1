"""What the doctor found, in a form that can be shown to anybody.

A report says nothing that came over the wire, and nothing that the user typed: its sentences are literals,
and what is filled into them are numbers that were counted or measured here, and words of vocabularies that
this package knows (`Word`). A text from elsewhere does not fit into it.
"""

from __future__ import annotations

import enum
import platform
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final, LiteralString, TypeAlias

import msgspec

from minted_async._version import __version__

__all__ = ["AssumptionResult", "Fact", "Finding", "Report", "Verdict", "Word", "finding"]


class Word(str):
    """A word that is known, and so tells nothing of anybody."""

    __slots__ = ()

    @classmethod
    def of(cls, text: str, known: Collection[str], otherwise: LiteralString = "another one") -> Word:
        """The text if it is one of those that are known, else something in its place."""
        return cls(text if text in known else otherwise)

    @classmethod
    def joined(cls, words: Iterable[Word | LiteralString], between: LiteralString = ", ") -> Word:
        """Several words as one."""
        return cls(between.join(words))


Fact: TypeAlias = bool | int | float | Word | None


class Verdict(enum.StrEnum):
    """How it is with one check."""

    WELL = "well"
    DIFFERS = "differs"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNCHECKED = "unchecked"


_EXIT_CODES: Final = {Verdict.DIFFERS: 1, Verdict.UNREACHABLE: 2, Verdict.REFUSED: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found.

    Attributes:
        check: Its name, which is added when it is told.
        verdict: Whether it is as the SDK assumes.
        seen: What was seen, in a sentence.
        advice: What to do about it; empty if there is nothing to be done.
        facts: The numbers and words of the sentence, for programs.
        stops: It makes no sense to go on.
    """

    check: str = ""
    verdict: Verdict
    seen: str
    advice: str = ""
    facts: dict[str, Fact] = field(default_factory=dict[str, Fact])
    stops: bool = False

    def __str__(self) -> str:
        """A line, and the advice in another one."""
        line = f"{self.verdict:<12}{self.check:<30}{self.seen}"
        return f"{line}\n{'':<42}{self.advice}" if self.advice else line


def finding(
    verdict: Verdict,
    seen: LiteralString,
    advice: LiteralString = "",
    *,
    stops: bool = False,
    **facts: Fact,
) -> Finding:
    """Make a finding.

    Args:
        verdict: Whether it is as the SDK assumes.
        seen: A sentence, with the names of facts in braces.
        advice: What to do about it; in the same form.
        stops: It makes no sense to go on.
        facts: What is filled in.

    Raises:
        TypeError: A fact is a text of which it is not known what it tells.
    """
    return Finding(
        verdict=verdict,
        seen=say(seen, **facts),
        advice=say(advice, **facts),
        facts=facts,
        stops=stops,
    )


def say(sentence: LiteralString, **facts: Fact) -> str:
    """Fill facts into a sentence.

    Raises:
        TypeError: A fact is a text of which it is not known what it tells.
    """
    for name, fact in facts.items():
        if not isinstance(fact, bool | int | float | Word | None):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"{name} may not be shown: {type(fact).__name__}")
    return sentence.format(**facts)


@dataclass(frozen=True, slots=True)
class AssumptionResult:
    """Whether the server keeps an assumption of the sandbox.

    Attributes:
        id: Its name in `minted_async.sandbox.assumptions`.
        text: What is assumed.
        kept: Whether it is so; None if that was not checked.
        seen: What was seen, or why it was not checked.
    """

    id: str
    text: str
    kept: bool | None
    seen: str

    @property
    def verdict(self) -> str:
        """`"kept"`, `"differs"` or `"not checked"`."""
        return {True: "kept", False: "differs", None: "not checked"}[self.kept]

    def __str__(self) -> str:
        """A line."""
        return f"{self.verdict:<12}{self.text} ({self.seen})"


@dataclass(frozen=True, slots=True)
class Report:
    """All findings.

    Attributes:
        server: `"staging"`, or `"another server"`.
        findings: What each check found, in the order in which they were made.
        assumptions: Which of the sandbox's assumptions the server keeps.
    """

    server: str
    findings: list[Finding]
    assumptions: list[AssumptionResult]

    @property
    def exit_code(self) -> int:
        """0 all is well, 1 something differs, 2 the server cannot be reached, 3 the credentials are refused.

        Assumptions of the sandbox do not count: where they differ, the sandbox is wrong, and nothing else.
        """
        return max((_EXIT_CODES.get(item.verdict, 0) for item in self.findings), default=0)

    def to_json(self) -> bytes:
        """The report for programs, as JSON."""
        versions = {"minted_async": __version__, "python": platform.python_version()}
        document = {
            "exit_code": self.exit_code,
            "server": self.server,
            "versions": versions,
            "findings": self.findings,
            "assumptions": self.assumptions,
        }
        return msgspec.json.format(msgspec.json.encode(document, enc_hook=str), indent=2)

    def to_text(self) -> str:
        """The report for people, to be attached to a question."""
        versions = f"minted-async {__version__}, Python {platform.python_version()}"
        return "\n".join(
            [
                f"minted doctor: {versions}, {self.server}",
                "",
                *(str(item) for item in self.findings),
                "",
                ASSUMPTIONS_TITLE,
                "",
                *(str(result) for result in self.assumptions),
                "",
            ]
        )


ASSUMPTIONS_TITLE: Final = "What the sandbox assumes, and what this server does:"
