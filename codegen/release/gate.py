"""The commands `compatibility` and `release-snapshot`: what breaks callers needs a version that says so.

From 1.0 on that is a greater major number. Below 1.0, where Semantic Versioning promises nothing, it is a
greater minor number: users who allow for `~=0.1.0` are not broken either way. Exit codes are those of `diff`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from codegen.kinds import Kind
from codegen.release.compare import compare
from codegen.release.diff import BREAKS, CHANGELOG, HERE, read_changelog, show
from codegen.release.parts import CompareError, Comparison
from codegen.release.versions import SNAPSHOT, find_version, last_tag, load_snapshot, write_snapshot

VERSION_FILE = "minted_async/_version.py"
_ASSIGNED = re.compile(r"^__version__\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
_RELEASED = re.compile(r"^## \[?v?(\d+\.\d+[\w.+-]*)\]?", re.MULTILINE)
_NUMBERS = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")


def compatibility(*, root: Path = HERE) -> int:
    """Fail what breaks the callers of the last release, unless the version says so.

    Args:
        root: the checkout.
    """
    _check_kept(root)
    released = load_snapshot(root)
    if released is None:
        _say("Nothing has been released yet: there are no callers to break.")
        return 0
    return _judged(compare(released, find_version(root, None)), _current_version(root))


def release_snapshot(*, root: Path = HERE) -> int:
    """Keep the interface as that of a release, for `compatibility` to compare with: a step of each release.

    Args:
        root: the checkout, with the version of the release in minted_async/_version.py.
    """
    version, released = _current_version(root), load_snapshot(root)
    if released is not None:
        # Once it is replaced, nothing tells any more what the last release was.
        last = compare(released, find_version(root, None))
        if code := _judged(last, version):
            return code
        if last.differences and last.old == version:
            _say(
                f"{SNAPSHOT} holds another {version} already: write a greater version into {VERSION_FILE}, "
                "or remove the file if that one was never published."
            )
            return BREAKS
    write_snapshot(root, version)
    _say(f"{SNAPSHOT} holds the interface of {version}; commit it with the release.")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _judged(comparison: Comparison, version: str) -> int:
    """Whether a version may have what differs from the last release."""
    released, breaking = comparison.old, len(comparison.of(Kind.BREAKING))
    if not breaking or may_break(released, version):
        _say(comparison.summary)
        return 0
    show(comparison)
    _say(
        f"{breaking} change(s) break callers of {released}, and this is {version}: take them back, "
        f"or write {least_breaking(released)} or more into {VERSION_FILE}."
    )
    return BREAKS


def _current_version(root: Path) -> str:
    """The version of a checkout.

    Raises:
        CompareError: the file that holds it has none.
    """
    path = root / VERSION_FILE
    found = _ASSIGNED.search(path.read_text("utf-8")) if path.is_file() else None
    if found is None:
        raise CompareError(f'{VERSION_FILE} has no version; write `__version__ = "0.1.0"` there')
    return found[1]


def numbers(version: str) -> tuple[int, int, int]:
    """The three numbers of a version; what follows them does not matter here.

    Raises:
        CompareError: it has none.
    """
    match = _NUMBERS.match(version)
    if match is None:
        raise CompareError(f"{version!r} is no version; write three numbers, such as 0.2.0")
    return int(match[1]), int(match[2]), int(match[3] or 0)


def may_break(released: str, version: str) -> bool:
    """Whether a version may break the callers of a release."""
    return numbers(version) >= numbers(least_breaking(released))


def least_breaking(released: str) -> str:
    """The smallest version that may break the callers of a release."""
    major, minor, _ = numbers(released)
    return f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"


def _check_kept(root: Path) -> None:
    """Make sure that the snapshot is that of the last release: without it everything would pass.

    Raises:
        CompareError: the changelog or a tag tells of a release that left no snapshot.
    """
    snapshot, tag = load_snapshot(root), last_tag(root)
    kept = numbers(snapshot.name) if snapshot else (-1, 0, 0)
    state = f"is of {snapshot.name}" if snapshot else "is missing"
    told: dict[str, str] = {}
    if entry := _RELEASED.search(read_changelog(root)):
        told[entry[1]] = f"an entry of {entry[1]} in {CHANGELOG}"
    if tag is not None and _NUMBERS.match(tag):
        told[tag] = f"the tag {tag}"
    for version, what in told.items():
        if numbers(version) > kept:
            raise CompareError(
                f"there is {what}, but {SNAPSHOT} {state}; "
                "run `python -m codegen release-snapshot` in a checkout of that release, and commit the file"
            )
