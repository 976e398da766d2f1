"""The command `diff`: what an upgrade does to the programs of users, for them, for programs and for the
changelog.

Exit codes: 0 nothing breaks; 1 something breaks; 2 the versions could not be compared (CompareError).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import msgspec
from rich.markdown import Markdown

from codegen.files import replace_files
from codegen.kinds import Kind
from codegen.release.compare import compare
from codegen.release.parts import CompareError, Comparison, Difference
from codegen.release.versions import find_release, find_version
from codegen.terminal import report_console

HERE = Path(__file__).resolve().parents[2]
BREAKS = 1
CHANGELOG = "CHANGELOG.md"
_WIDTH = 150
_UNRELEASED = re.compile(r"^## \[?Unreleased\]?[ \t]*$", re.IGNORECASE | re.MULTILINE)


def diff(
    old: str | None = None,
    new: str | None = None,
    /,
    *,
    root: Path = HERE,
    json: bool = False,
    markdown: bool = False,
    changelog: bool = False,
) -> int:
    """Say what an upgrade from one version to another does to the programs of users.

    Args:
        old: a folder with openapi/ and minted_async/, or a tag, branch or commit; by default the last
            release.
        new: the same; by default the working tree.
        root: the checkout.
        json: print JSON.
        markdown: print Markdown, for a pull request.
        changelog: also add the differences to CHANGELOG.md, under Unreleased.
    """
    before = find_version(root, old) if old is not None else find_release(root)
    comparison = compare(before, find_version(root, new))
    if changelog:
        count = write_entry(root, comparison)
        sys.stderr.write(f"{count} line(s) added to {CHANGELOG}.\n")
    if json:
        sys.stdout.write(_as_json(comparison) + "\n")
    elif markdown:
        sys.stdout.write(_as_markdown(comparison) + "\n")
    else:
        show(comparison)
    return BREAKS if comparison.of(Kind.BREAKING) else 0


def _as_json(comparison: Comparison) -> str:
    counts = {kind.value: len(comparison.of(kind)) for kind in (Kind.BREAKING, Kind.ADDITIVE)}
    shown = counts | msgspec.to_builtins(comparison)
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()


def _as_markdown(comparison: Comparison) -> str:
    lines = [f"## From {comparison.old} to {comparison.new}", "", comparison.summary]
    for kind in (Kind.BREAKING, Kind.ADDITIVE):
        told = [
            f"- {each.sentence}" + (f" ({each.pointer})" if each.pointer else "")
            for each in comparison.of(kind)
        ]
        lines += ["", f"### {kind.capitalize()}", "", *told] if told else []
    return "\n".join(lines)


def show(comparison: Comparison) -> None:
    """Print a comparison for people."""
    if comparison.differences:
        report_console(_WIDTH).print(Markdown(_as_markdown(comparison)))
    else:
        sys.stdout.write(comparison.summary + "\n")


# ---------------------------------------------------------------------- the changelog
def write_entry(root: Path, comparison: Comparison) -> int:
    """Add the differences to the changelog of a checkout; what is there stays, and is not written again.

    Raises:
        CompareError: the changelog has no entry of what is not released yet, or cannot be read.
    """
    if not comparison.differences:
        return 0
    path = root / CHANGELOG
    text = read_changelog(root)
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


def read_changelog(root: Path) -> str:
    """The changelog of a checkout; empty if there is none.

    Raises:
        CompareError: it is not text.
    """
    path = root / CHANGELOG
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
