"""What breaks callers needs a version that says so.

From 1.0 on that is a greater major number. Below 1.0, where Semantic Versioning promises nothing, it is a
greater minor number: users who allow for `~=0.1.0` are not broken either way.
"""

from __future__ import annotations

import re
from pathlib import Path

from codegen.release.changelog import CHANGELOG, released_versions
from codegen.release.parts import CompareError
from codegen.release.versions import SNAPSHOT, last_tag, load_snapshot

VERSION_FILE = "minted_async/_version.py"
_ASSIGNED = re.compile(r"^__version__\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
_NUMBERS = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")


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


def check_kept(root: Path) -> None:
    """Make sure that the snapshot is that of the last release: without it everything would pass.

    Raises:
        CompareError: the changelog or a tag tells of a release that left no snapshot.
    """
    snapshot, tag = load_snapshot(root), last_tag(root)
    kept = numbers(snapshot.name) if snapshot else (-1, 0, 0)
    state = f"is of {snapshot.name}" if snapshot else "is missing"
    told = {version: f"an entry of {version} in {CHANGELOG}" for version in released_versions(root)[:1]}
    if tag is not None and _NUMBERS.match(tag):
        told[tag] = f"the tag {tag}"
    for version, what in told.items():
        if numbers(version) > kept:
            raise CompareError(
                f"there is {what}, but {SNAPSHOT} {state}; "
                "run `python -m codegen release-snapshot` in a checkout of that release, and commit the file"
            )
