"""Writes what differs into CHANGELOG.md, under what is not released yet."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from codegen.files import replace_files
from codegen.kinds import Kind
from codegen.release.comparison import Comparison
from codegen.release.differences import CompareError, Difference, Effect

CHANGELOG = "CHANGELOG.md"
_WIDTH = 140
_ORDER = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Breaking")
"""Sections in the order of Keep a Changelog; what breaks callers comes last, and stands out."""
_RELEASE = re.compile(r"## ")
_UNRELEASED = re.compile(r"## \[?Unreleased\]?\s*$", re.IGNORECASE)
_VERSION = re.compile(r"## \[?v?(\d+\.\d+[\w.+-]*)\]?")
_SECTIONS = {Effect.ADDED: "Added", Effect.REMOVED: "Removed", Effect.CHANGED: "Changed"}


def write_entry(root: Path, comparison: Comparison) -> int:
    """Add the differences to the changelog of a checkout.

    What a person wrote stays as it is; a line that is there already is not written again. The file is
    replaced whole, or not at all.

    Args:
        root: the checkout.
        comparison: what differs.

    Returns:
        How many lines were added.

    Raises:
        CompareError: there is no changelog.
    """
    path = root / CHANGELOG
    text = read_changelog(root)
    if text is None:
        raise CompareError(f"there is no {path} to write to; begin one with the line `## [Unreleased]`")
    written, count = with_entry(text, comparison.differences)
    if count:
        replace_files({path: written})
    return count


def read_changelog(root: Path) -> str | None:
    """The changelog of a checkout with its line endings as they are, None if there is none."""
    try:
        return (root / CHANGELOG).read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise CompareError(f"{CHANGELOG} is not UTF-8 text ({error.reason} at byte {error.start})") from None


def released_versions(text: str) -> list[str]:
    """The versions that a changelog has entries of, newest first."""
    return [match[1] for line in text.splitlines() if (match := _VERSION.match(line))]


def with_entry(text: str, differences: list[Difference]) -> tuple[str, int]:
    """Put differences into the text of a changelog.

    Args:
        text: the changelog.
        differences: what differs.

    Returns:
        The new text, and how many lines are new in it.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    if not any(_UNRELEASED.match(line) for line in lines):
        lines = _begun(lines)
    start, end = _entry(lines)
    present = _sentences(lines[start:end])
    count = 0
    for section in _ORDER:
        wanted = dict.fromkeys(each.sentence for each in differences if _section(each) == section)
        missing = [sentence for sentence in wanted if _flat(sentence) not in present]
        if missing:
            bullets = [line for sentence in missing for line in _wrapped(sentence)]
            end += _insert(lines, start, end, section, bullets)
            count += len(missing)
    return (newline.join(lines) + newline, count) if count else (text, 0)


def _section(difference: Difference) -> str:
    if difference.kind is Kind.BREAKING and difference.effect is not Effect.REMOVED:
        return "Breaking"
    return _SECTIONS[difference.effect]


def _begun(lines: list[str]) -> list[str]:
    """The changelog with an empty entry above its newest release."""
    at = next((index for index, line in enumerate(lines) if _RELEASE.match(line)), len(lines))
    before, after = lines[:at], lines[at:]
    gap = [""] if before and before[-1].strip() else []
    return [*before, *gap, "## [Unreleased]", *([""] if after else []), *after]


def _entry(lines: list[str]) -> tuple[int, int]:
    """Where the entry of what is not released yet begins, and where it ends."""
    start = next(index for index, line in enumerate(lines) if _UNRELEASED.match(line))
    later = (index for index, line in enumerate(lines) if index > start and _RELEASE.match(line))
    return start, next(later, len(lines))


def _insert(lines: list[str], start: int, end: int, section: str, bullets: list[str]) -> int:
    """Add bullets to a section of the entry, which is made where it belongs; how many lines that took."""
    headings = {lines[at][4:].strip(): at for at in range(start, end) if lines[at].startswith("### ")}
    before = len(lines)
    if section in headings:
        at = _end_of(lines, headings[section], end)
        lines[at:at] = bullets
        return len(lines) - before
    earlier = [headings[name] for name in _ORDER[: _ORDER.index(section)] if name in headings]
    if earlier:
        at = _end_of(lines, max(earlier), end)
        lines[at:at] = ["", f"### {section}", "", *bullets]
    else:
        first = min(headings.values(), default=end)
        at = _end_of(lines, start, first)
        lines[at:at] = ["", f"### {section}", "", *bullets]
        if at + len(bullets) + 3 < len(lines) and lines[at + len(bullets) + 3].strip():
            lines.insert(at + len(bullets) + 3, "")
    return len(lines) - before


def _end_of(lines: list[str], heading: int, end: int) -> int:
    """Where the text below a heading ends, empty lines left out."""
    stop = next((at for at in range(heading + 1, end) if lines[at].startswith("#")), end)
    while stop > heading + 1 and not lines[stop - 1].strip():
        stop -= 1
    return stop


def _sentences(lines: list[str]) -> set[str]:
    """The bullets of an entry, each as one line."""
    found: list[str] = []
    for line in lines:
        if line.startswith(("- ", "* ")):
            found.append(line[2:])
        elif found and line.startswith(" "):
            found[-1] += " " + line
    return {_flat(sentence) for sentence in found}


def _flat(sentence: str) -> str:
    return " ".join(sentence.split())


def _wrapped(sentence: str) -> list[str]:
    return textwrap.wrap(
        sentence,
        _WIDTH,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
