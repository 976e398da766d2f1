"""The commands `diff` and `compatibility`: what an upgrade breaks, and whether the version says so.

What breaks callers needs a greater major number from 1.0 on. Below 1.0, where Semantic Versioning promises
nothing, it needs a greater minor number: users who allow for `~=0.1.0` are not broken either way.

Exit codes: 0 nothing breaks; 1 something breaks; 2 the versions could not be compared (CompareError).
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import msgspec
from packaging.version import InvalidVersion
from packaging.version import Version as Number

from codegen.findings import Kind
from codegen.project import HERE
from codegen.release.changelog import CHANGELOG, newest_release, write_entry
from codegen.release.compare import compare
from codegen.release.parts import CompareError, Comparison
from codegen.release.versions import find_version, last_tag
from codegen.terminal import show

BREAKS = 1
VERSION_FILE = "minted_async/_version.py"


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
            release, which is the last tag v*.
        new: the same; by default the working tree.
        root: the checkout.
        json: print JSON.
        markdown: print Markdown, for a pull request.
        changelog: also add the differences to CHANGELOG.md, under Unreleased.
    """
    old = last_tag(root) if old is None else old
    if old is None:
        raise CompareError(
            "there is no release to compare with: no tag v*; name the older version, a folder or a revision "
            "such as HEAD~3 (a clone may lack tags: `git fetch --tags`)"
        )
    comparison = compare(find_version(root, old), find_version(root, new))
    if changelog:
        count = write_entry(root, comparison)
        sys.stderr.write(f"{count} line(s) added to {CHANGELOG}.\n")
    if json:
        sys.stdout.write(_as_json(comparison) + "\n")
    elif markdown or not comparison.differences:
        sys.stdout.write(_as_markdown(comparison) + "\n")
    else:
        show(_as_markdown(comparison))
    return BREAKS if comparison.of(Kind.BREAKING) else 0


def compatibility(*, root: Path = HERE) -> int:
    """Fail what breaks the callers of the last release, unless the version says so.

    Args:
        root: the checkout.
    """
    tag, told = last_tag(root), newest_release(root)
    if told is not None and (tag is None or _number(told) > _number(tag)):
        # Without the tag, what breaks the callers of that release would pass.
        raise CompareError(
            f"there is an entry of {told} in {CHANGELOG}, but no tag of it: `git fetch --tags`, or tag its "
            f"commit v{told}"
        )
    if tag is None:
        sys.stdout.write("Nothing has been released yet: there are no callers to break.\n")
        return 0
    comparison = compare(find_version(root, tag), find_version(root, None))
    version, least = _current_version(root), least_breaking(tag)
    breaking = comparison.of(Kind.BREAKING)
    if not breaking or _number(version).release >= _number(least).release:
        sys.stdout.write(comparison.summary + "\n")
        return 0
    show(_as_markdown(comparison))
    sys.stdout.write(
        f"{len(breaking)} change(s) break callers of {tag}, and this is {version}: take them back, "
        f"or write {least} or more into {VERSION_FILE}.\n"
    )
    return BREAKS


def least_breaking(released: str) -> str:
    """The smallest version that may break the callers of a release."""
    number = _number(released)
    return f"{number.major + 1}.0.0" if number.major else f"0.{number.minor + 1}.0"


def _number(version: str) -> Number:
    try:
        return Number(version)
    except InvalidVersion:
        raise CompareError(f"{version!r} is no version; write three numbers, such as 0.2.0") from None


def _current_version(root: Path) -> str:
    try:
        return str(runpy.run_path(str(root / VERSION_FILE))["__version__"])
    except (OSError, KeyError):
        message = f'{VERSION_FILE} has no version; write `__version__ = "0.1.0"` there'
        raise CompareError(message) from None


def _as_json(comparison: Comparison) -> str:
    counts = {kind.value: len(comparison.of(kind)) for kind in (Kind.BREAKING, Kind.ADDITIVE)}
    shown = counts | msgspec.to_builtins(comparison)
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()


def _as_markdown(comparison: Comparison) -> str:
    if not comparison.differences:
        return comparison.summary
    lines = [f"## From {comparison.old} to {comparison.new}", "", comparison.summary]
    for kind in (Kind.BREAKING, Kind.ADDITIVE):
        told = [
            f"- {each.sentence}" + (f" ({each.pointer})" if each.pointer else "")
            for each in comparison.of(kind)
        ]
        lines += ["", f"### {kind.capitalize()}", "", *told] if told else []
    return "\n".join(lines)
