"""Writes what differs into CHANGELOG.md, under what is not released yet."""

from __future__ import annotations

import re
from pathlib import Path

from codegen.files import replace_files
from codegen.kinds import Kind
from codegen.release.parts import CompareError, Comparison, Difference

CHANGELOG = "CHANGELOG.md"
_UNRELEASED = re.compile(r"^## \[?Unreleased\]?[ \t]*$", re.IGNORECASE | re.MULTILINE)
_VERSION = re.compile(r"^## \[?v?(\d+\.\d+[\w.+-]*)\]?", re.MULTILINE)


def write_entry(root: Path, comparison: Comparison) -> int:
    """Add the differences to the changelog of a checkout; what is there stays, and is not written again.

    Raises:
        CompareError: the changelog has no entry of what is not released yet, or cannot be read.
    """
    if not comparison.differences:
        return 0
    path = root / CHANGELOG
    text = _read(path)
    start = _UNRELEASED.search(text)
    if start is None:
        raise CompareError(f"{path} has no line `## [Unreleased]` to write below; add it")
    entry, *after = re.split(r"(?=\n## )", text[start.end() :], maxsplit=1)
    # A person may have filled the lines anew.
    present = " ".join(entry.split())
    new = [each for each in comparison.differences if " ".join(each.sentence.split()) not in present]
    for section in ("Added", "Changed", "Removed", "Breaking"):
        lines = dict.fromkeys(f"- {each.sentence}" for each in new if _section(each) == section)
        if lines:
            entry = _with_lines(entry, section, "\n".join(lines))
    if new:
        replace_files({path: f"{text[: start.end()]}{entry.rstrip()}\n{''.join(after)}"})
    return len({each.sentence for each in new})


def released_versions(root: Path) -> list[str]:
    """The versions that a changelog has entries of, newest first; none if there is no changelog."""
    return _VERSION.findall(_read(root / CHANGELOG))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8") if path.is_file() else ""
    except UnicodeDecodeError as error:
        raise CompareError(f"{CHANGELOG} is not UTF-8 text ({error.reason} at byte {error.start})") from None


def _section(difference: Difference) -> str:
    if difference.kind is Kind.BREAKING and difference.effect != "removed":
        return "Breaking"
    return difference.effect.capitalize()


def _with_lines(entry: str, section: str, lines: str) -> str:
    """The entry with lines at the end of one of its sections, which is made if it is not there."""
    heading = re.search(rf"^### {section}[ \t]*$", entry, re.MULTILINE)
    if heading is None:
        return f"{entry.rstrip()}\n\n### {section}\n\n{lines}\n"
    inside, *rest = re.split(r"(?=\n### )", entry[heading.end() :], maxsplit=1)
    return f"{entry[: heading.end()]}{inside.rstrip()}\n{lines}\n{''.join(rest)}"
