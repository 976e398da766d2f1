"""What to do about a list of differences: the edits that are safe to make, and a patch for each other one."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codegen.project import Project
from codegen.sync.changes import Change, Drift
from codegen.sync.editing.additions import ADDITIONS, Edit, add
from codegen.sync.editing.evidence import synced
from codegen.sync.editing.reviews import change
from codegen.sync.editing.rules import UnwritableError
from codegen.sync.editing.specfiles import FOLDER, SpecFiles
from codegen.sync.editing.targets import followed, target

UNCERTAIN = "the page could only be read with a guess"
BY_HAND = "it changes or takes away what is there, which a person decides"
_SHOWN = 3
"""Findings of the rules that a reason quotes."""


@dataclass(frozen=True)
class Review:
    """A difference that is left for a person."""

    drift: Drift
    reason: str
    """Why it was not written."""
    patch: str | None = None
    """A unified diff against the files as `Plan.files` leaves them, for `git apply` or `patch -p1`."""
    without: str = ""
    """Why there is no patch, or what has to be done beside it; empty where the patch is all."""


@dataclass(frozen=True)
class Note:
    """Something to know about a difference that was written."""

    drift: Drift
    text: str


@dataclass(frozen=True)
class Plan:
    """What to write, and what to leave for review."""

    files: dict[str, str]
    """New text by path below the root; only files that change."""
    applied: tuple[Drift, ...]
    review: tuple[Review, ...]
    notes: tuple[Note, ...] = ()
    base: dict[str, str | None] = field(default_factory=dict[str, str | None])
    """Text of the same files when the plan was made; None for a file that was not there."""


def plan(root: Path, drifts: Sequence[Drift]) -> Plan:
    """Work out what to write about some differences. Nothing is written.

    Args:
        root: the checkout.
        drifts: the differences between documentation and spec; their order makes no difference.

    Returns:
        The new files, and the differences that are left for review with their patches.

    Raises:
        SpecError: the spec as it is cannot be read.
        GeneratorError: a file of the spec cannot be edited without loss.
    """
    project = Project(root)
    planner = _Planner(SpecFiles.read(project.openapi), project.scalars, sorted(drifts, key=_order))
    planner.write()
    texts = planner.files.texts()
    review = tuple(planner.reviewed(drift, reason, texts) for drift, reason in planner.left)
    wanted = {f"{FOLDER}/{name}": text for name, text in texts.items()}
    wanted.update(synced(project.openapi, planner.applied))
    present = {name: _read(root / name) for name in wanted}
    changed = {name: text for name, text in sorted(wanted.items()) if present[name] != text}
    return Plan(
        changed,
        tuple(planner.applied),
        review,
        tuple(planner.notes),
        {name: present[name] for name in changed},
    )


@dataclass
class _Planner:
    files: SpecFiles
    scalars: frozenset[str]
    drifts: list[Drift]
    applied: list[Drift] = field(default_factory=list[Drift])
    left: list[tuple[Drift, str]] = field(default_factory=list[tuple[Drift, str]])
    notes: list[Note] = field(default_factory=list[Note])

    def write(self) -> None:
        """Make every safe edit, each on a copy that is kept only if the rules of the spec hold."""
        for drift in self.drifts:
            reason = self.refusal(drift)
            if reason:
                self.left.append((drift, reason))

    def refusal(self, drift: Drift) -> str:
        """Write a difference; if that must not be, why."""
        if not drift.certain:
            return UNCERTAIN
        if drift.change not in ADDITIONS:
            return BY_HAND
        trial = self.files.copy()
        edit = Edit(trial, drift, self.together(drift))
        try:
            add(edit)
        except UnwritableError as reason:
            return str(reason)
        faults = trial.faults(self.scalars)
        if faults:
            return f"the rules of the spec refuse it: {_quoted(faults)}"
        self.files = trial
        self.applied.append(drift)
        self.notes.extend(Note(drift, text) for text in edit.notes)
        return ""

    def together(self, drift: Drift) -> tuple[Drift, ...]:
        """The differences that add the same field to the same object, reached over several methods."""
        if drift.change is not Change.FIELD_ADDED or drift.field is None:
            return (drift,)
        place = self.owner(drift)
        name = drift.field.name
        return tuple(
            other
            for other in self.drifts
            if other.change is drift.change
            and other.field is not None
            and other.field.name == name
            and self.owner(other) == place
        )

    def owner(self, drift: Drift) -> tuple[object, ...]:
        found = followed(target(self.files, drift))
        return found.file, found.place

    def reviewed(self, drift: Drift, reason: str, texts: dict[str, str]) -> Review:
        """A difference for review, with its patch against the files as they are after all safe edits."""
        trial = self.files.copy()
        edit = Edit(trial, drift, self.together(drift))
        try:
            change(edit, self.scalars)
        except UnwritableError as obstacle:
            return Review(drift, reason, None, str(obstacle))
        patch = _patch(texts, trial.texts())
        if not patch:
            return Review(drift, reason, None, "there is nothing left to change")
        faults = trial.faults(self.scalars)
        rest = f"the rules of the spec want more: {_quoted(faults)}" if faults else ""
        return Review(drift, reason, patch, "; ".join([*edit.notes, *([rest] if rest else [])]))


def _patch(before: dict[str, str], after: dict[str, str]) -> str:
    return "".join(
        _difference(f"{FOLDER}/{name}", before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def _difference(name: str, before: str | None, after: str | None) -> str:
    lines = difflib.unified_diff(
        (before or "").splitlines(keepends=True),
        (after or "").splitlines(keepends=True),
        f"a/{name}" if before is not None else "/dev/null",
        f"b/{name}" if after is not None else "/dev/null",
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _order(drift: Drift) -> tuple[object, ...]:
    """An order of differences that does not depend on where they come from."""
    ends = [f"{page.method} {page.path} {page.label}" for page in drift.pages]
    kinds = list(Change)
    return (
        kinds.index(drift.change),
        drift.method or "",
        ends[:1],
        drift.at,
        [str(part) for part in drift.place],
        drift.message,
        ends,
        repr(drift),
    )


def _quoted(faults: Sequence[str]) -> str:
    more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return "; ".join(faults[:_SHOWN]) + more


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
