"""The commands `diff`, `compatibility` and `release-snapshot`.

Exit codes: 0 nothing breaks; 1 something breaks; 2 the versions could not be compared (CompareError).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.markdown import Markdown

from codegen.kinds import Kind
from codegen.release.changelog import CHANGELOG, write_entry
from codegen.release.compare import compare
from codegen.release.gate import VERSION_FILE, check_kept, current_version, least_breaking, may_break
from codegen.release.parts import Comparison
from codegen.release.versions import SNAPSHOT, find_release, find_version, load_snapshot, write_snapshot
from codegen.terminal import report_console

HERE = Path(__file__).resolve().parents[2]
BREAKS = 1
_WIDTH = 150


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
        _say(_as_json(comparison))
    elif markdown:
        _say(_as_markdown(comparison))
    else:
        _show(comparison)
    return BREAKS if comparison.of(Kind.BREAKING) else 0


def compatibility(*, root: Path = HERE) -> int:
    """Fail what breaks the callers of the last release, unless the version says so.

    Args:
        root: the checkout.
    """
    check_kept(root)
    released = load_snapshot(root)
    if released is None:
        _say("Nothing has been released yet: there are no callers to break.")
        return 0
    return _judged(compare(released, find_version(root, None)), current_version(root))


def release_snapshot(*, root: Path = HERE) -> int:
    """Keep the interface as that of a release, for `compatibility` to compare with: a step of each release.

    Args:
        root: the checkout, with the version of the release in minted_async/_version.py.
    """
    version, released = current_version(root), load_snapshot(root)
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


COMMANDS: tuple[Callable[..., int], ...] = (diff, compatibility, release_snapshot)
"""What `codegen.__main__` registers."""


def _judged(comparison: Comparison, version: str) -> int:
    """Whether a version may have what differs from the last release."""
    released, breaking = comparison.old, len(comparison.of(Kind.BREAKING))
    if not breaking or may_break(released, version):
        _say(comparison.summary)
        return 0
    _show(comparison)
    _say(
        f"{breaking} change(s) break callers of {released}, and this is {version}: take them back, "
        f"or write {least_breaking(released)} or more into {VERSION_FILE}."
    )
    return BREAKS


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


def _show(comparison: Comparison) -> None:
    if comparison.differences:
        report_console(_WIDTH).print(Markdown(_as_markdown(comparison)))
    else:
        _say(comparison.summary)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
