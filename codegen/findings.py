"""What is found: what is wrong with the spec, and where; and what a change means to callers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One thing that is wrong in one place of one file."""

    file: str
    place: str
    """A JSON pointer (`/Order/properties/total`), or line and column where the file is not even YAML."""
    message: str
    """What is wrong and what to do about it."""

    def __str__(self) -> str:
        return f"{self.file}#{self.place}: {self.message}"


class SpecError(Exception):
    """The spec cannot be read, or breaks a rule; nothing was generated."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(set(findings)))
        super().__init__("\n".join(f"openapi/{finding}" for finding in self.findings))


class GeneratorError(Exception):
    """The generator itself, one of its templates or one of its tools failed: not a fault of the spec."""


class Kind(StrEnum):
    """What a change of the API means to those who call it through this SDK."""

    BREAKING = "breaking"
    """Calls that work today can fail, or code that uses the SDK must change when the spec follows."""
    ADDITIVE = "additive"
    """Nothing that works today stops working."""
    WORDING = "wording"
    """Titles, dates and page ids; the API itself is as it was."""


def pointer(*parts: str | int) -> str:
    """Join parts into a JSON pointer (RFC 6901), empty for the whole document."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def pointer_parts(text: str) -> tuple[str, ...]:
    """Split a JSON pointer into its unescaped parts."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])
