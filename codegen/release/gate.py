"""What breaks callers needs a version that says so.

From 1.0 on that is a greater major number. Below 1.0, where Semantic Versioning promises nothing, it is a
greater minor number: users who allow for `~=0.1.0` are not broken either way.
"""

from __future__ import annotations

import re
from pathlib import Path

from codegen.release.changelog import read_changelog, released_versions
from codegen.release.comparison import Comparison, compare
from codegen.release.differences import CompareError
from codegen.release.revisions import last_release
from codegen.release.sides import opened, opened_snapshot
from codegen.release.snapshot import SNAPSHOT, load_snapshot

VERSION_FILE = "minted_async/_version.py"
_ASSIGNED = re.compile(r"^__version__\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
_NUMBERS = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")

Version = tuple[int, int, int]


def current_version(root: Path) -> str:
    """The version of a checkout.

    Raises:
        CompareError: the file that holds it has none.
    """
    path = root / VERSION_FILE
    found = _ASSIGNED.search(path.read_text("utf-8")) if path.is_file() else None
    if found is None:
        raise CompareError(f'{VERSION_FILE} has no version; write `__version__ = "0.1.0"` there')
    return found[1]


def numbers(version: str) -> Version:
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
    old, new = numbers(released), numbers(version)
    return new[:1] > old[:1] if old[0] else new[:2] > old[:2]


def least_breaking(released: str) -> str:
    """The smallest version that may break the callers of a release."""
    major, minor, _ = numbers(released)
    return f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"


def since_release(root: Path) -> Comparison | None:
    """What differs from the last release.

    Args:
        root: the checkout.

    Returns:
        The comparison with the snapshot of the last release; None if nothing has been released yet.

    Raises:
        CompareError: one of the two cannot be read.
    """
    if load_snapshot(root) is None:
        return None
    with opened_snapshot(root) as old, opened(root, None) as new:
        return compare(old, new)


def check_kept(root: Path) -> None:
    """Make sure that the snapshot is that of the last release: without it everything would pass.

    Raises:
        CompareError: the changelog or a tag tells of a release that left no snapshot.
    """
    snapshot = load_snapshot(root)
    kept = numbers(snapshot.version) if snapshot else (-1, 0, 0)
    entries = [(f"an entry of {version} in CHANGELOG.md", version) for version in _entries(root)]
    tag = last_release(root)
    tags = [(f"the tag {tag}", tag)] if tag is not None and _NUMBERS.match(tag) else []
    state = f"is of {snapshot.version}" if snapshot else "is missing"
    for what, version in (*entries, *tags):
        if numbers(version) > kept:
            raise CompareError(
                f"there is {what}, but {SNAPSHOT} {state}; "
                "run `python -m codegen release-snapshot` in a checkout of that release, and commit the file"
            )


def _entries(root: Path) -> list[str]:
    text = read_changelog(root)
    return released_versions(text)[:1] if text is not None else []
