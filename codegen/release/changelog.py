"""CHANGELOG.md of a checkout: what it tells of releases, and lines for what is not released yet."""

from __future__ import annotations

import re
from pathlib import Path

from codegen.files import replace_files
from codegen.findings import Kind
from codegen.release.parts import CompareError, Comparison, Difference

CHANGELOG = "CHANGELOG.md"
_UNRELEASED = re.compile(r"## \[?Unreleased\]?[ \t]*$", re.IGNORECASE | re.MULTILINE)
_RELEASED = re.compile(r"^## \[?v?(\d+\.\d+[\w.+-]*)\]?", re.MULTILINE)


def newest_release(root: Path) -> str | None:
    """The version of the newest entry, None if nothing was released yet.

    Raises:
        CompareError: the changelog is not text.
    """
    entry = _RELEASED.search(_read(root))
    return entry[1] if entry else None


def write_entry(root: Path, comparison: Comparison) -> int:
    """Add the differences to the entry of what is not released; what is there is not written again.

    Raises:
        CompareError: there is no such entry, or the changelog is not text.
    """
    if not comparison.differences:
        return 0
    entries = re.split(r"^(?=## )", _read(root), flags=re.MULTILINE)
    at = next((at for at, entry in enumerate(entries) if _UNRELEASED.match(entry)), None)
    if at is None:
        raise CompareError(f"{root / CHANGELOG} has no line `## [Unreleased]` to write below; add it")
    sections = re.split(r"^(?=### )", entries[at], flags=re.MULTILINE)
    # A person may have filled the lines anew.
    present = " ".join(entries[at].split())
    new = [each for each in comparison.differences if " ".join(each.sentence.split()) not in present]
    for section in ("Added", "Changed", "Removed", "Breaking"):
        lines = dict.fromkeys(f"- {each.sentence}\n" for each in new if _section(each) == section)
        if lines:
            _add(sections, f"### {section}", "".join(lines))
    if new:
        entries[at] = "\n\n".join(each.rstrip() for each in sections) + "\n\n"
        replace_files({root / CHANGELOG: "".join(entries).rstrip() + "\n"})
    return len({each.sentence for each in new})


def _read(root: Path) -> str:
    path = root / CHANGELOG
    try:
        return path.read_text("utf-8") if path.is_file() else ""
    except UnicodeDecodeError as error:
        raise CompareError(f"{CHANGELOG} is not UTF-8 text ({error.reason} at byte {error.start})") from None


def _section(difference: Difference) -> str:
    if difference.kind is Kind.BREAKING and difference.effect != "removed":
        return "Breaking"
    return difference.effect.capitalize()


def _add(sections: list[str], heading: str, lines: str) -> None:
    """Put lines at the end of a section of an entry, which is made if it is not there."""
    for at, present in enumerate(sections):
        if present.partition("\n")[0].rstrip() == heading:
            sections[at] = f"{present.rstrip()}\n{lines}"
            return
    sections.append(f"{heading}\n\n{lines}")
