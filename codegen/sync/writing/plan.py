"""What to do about a list of differences: which edits to make, the reasons for leaving the others, and the
making.

Only what breaks no call is written, and each edit only if the rules of the spec accept it and code can be
generated from it; one that is refused never keeps the others from being written. All is generated in memory
first: the files of the checkout are replaced when that went well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from codegen.emit.build import build, write
from codegen.findings import GeneratorError, Kind, SpecError
from codegen.pages.facts import ENOUGH
from codegen.project import Project
from codegen.spec.lint import lint
from codegen.spec.view import formed
from codegen.sync.changes import Drift
from codegen.sync.writing.additions import ADDITIONS, FROM_ANSWERS
from codegen.sync.writing.draft import FOLDER, Draft, UnwritableError, refuse_if
from codegen.sync.writing.endpoints import Edit
from codegen.sync.writing.evidence import synced

UNCERTAIN = "only an example shows it"
TOO_FEW = f"fewer than {ENOUGH} answers show it"
CONTRADICTS = "answers contradict what is documented: a person decides"
BREAKS = "calls that work today could fail, or programs would have to change: a person decides"
BY_HAND = "it changes or takes away what is there: a person decides"
_SHOWN = 3
"""Findings of the rules that a reason quotes."""

Check = Callable[[Draft], object]
"""Raises SpecError or GeneratorError if a spec cannot be written as it is."""


class NotWrittenError(GeneratorError):
    """Nothing was written, and the checkout is as it was."""


@dataclass(frozen=True)
class Fate:
    """What becomes of a difference."""

    drift: Drift
    reason: str = ""
    """Why it is left for a person; empty for one that is written."""
    notes: tuple[str, ...] = ()
    """What there is to know about one that is written."""


@dataclass(frozen=True)
class Plan:
    """What to write, and what to leave for review."""

    draft: Draft
    """The spec with everything that is written."""
    fates: tuple[Fate, ...]

    @property
    def applied(self) -> tuple[Drift, ...]:
        """The differences that are written."""
        return tuple(fate.drift for fate in self.fates if not fate.reason)

    @property
    def review(self) -> tuple[Fate, ...]:
        """The differences that are left for a person."""
        return tuple(fate for fate in self.fates if fate.reason)

    @cached_property
    def files(self) -> dict[str, str]:
        """The new text of the files that change, by path below the root.

        Raises:
            SpecError: the evidence of earlier runs cannot be read.
        """
        texts = {**self.draft.texts(), **synced(self.draft, self.applied)} if self.applied else {}
        return {f"{FOLDER}/{name}": text for name, text in texts.items()}


def plan(
    project: Project, drifts: Sequence[Drift], check: Check | None = None, draft: Draft | None = None
) -> Plan:
    """Work out what to write about some differences. Nothing is written.

    The check is what has to hold of the new spec: by default its rules; `is_generated` asks for more.

    Raises:
        SpecError: the spec as it is cannot be read.
    """

    def rules(draft: Draft) -> None:
        lint(formed(draft.bundle))

    fates: dict[int, Fate] = {}
    draft = _edited(draft or Draft.read(project.openapi), drifts, check or rules, fates)
    return Plan(draft, tuple(fates[id(drift)] for drift in drifts))


def _edited(draft: Draft, drifts: Sequence[Drift], check: Check, fates: dict[int, Fate]) -> Draft:
    """The spec with all edits that can be made: what does not pass the check together is halved."""
    trial, made = draft, list[Drift]()
    for drift in drifts:
        attempt = trial.copy()
        fate = fates[id(drift)] = _edit(attempt, drift)
        if not fate.reason:
            trial = attempt
            made.append(drift)
    try:
        if made:
            check(trial)
    except (SpecError, GeneratorError) as error:
        faults = str(error).splitlines()
    else:
        return trial
    if len(made) == 1:
        more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        reason = f"it cannot stand in the spec: {'; '.join(faults[:_SHOWN])}{more}"
        fates[id(made[0])] = Fate(made[0], reason)
        return draft
    middle = len(made) // 2
    return _edited(_edited(draft, made[:middle], check, fates), made[middle:], check, fates)


def _edit(draft: Draft, drift: Drift) -> Fate:
    """Make one edit, if it may be made."""
    edit, seen = Edit(draft, drift), drift.observed
    edits = FROM_ANSWERS if seen else ADDITIONS
    few = not drift.certain or (seen and all(page.answered < ENOUGH for page in drift.pages))
    try:
        refuse_if(few, TOO_FEW if seen else UNCERTAIN)
        refuse_if(drift.change not in edits, CONTRADICTS if seen else BY_HAND)
        refuse_if(drift.kind is Kind.BREAKING and not seen, BREAKS)
        edits[drift.change](edit)
    except UnwritableError as reason:
        return Fate(drift, str(reason))
    draft.prune()
    return Fate(drift, notes=tuple(edit.notes))


def is_generated(project: Project) -> Check:
    """The check that a spec keeps its rules and code can be generated from it."""
    return lambda draft: build(project, draft.texts())


def apply(project: Project, made: Plan) -> None:
    """Write a plan into the checkout that it was made for, and generate.

    Raises:
        NotWrittenError: the files changed since the plan was made, code cannot be generated from it, or a
            file could not be written. Nothing has changed then.
    """
    for name in made.files:
        path, before = project.root / name, made.draft.present.get(name.removeprefix(f"{FOLDER}/"))
        if (path.read_text("utf-8") if path.is_file() else None) != before:
            raise NotWrittenError(
                f"{name} has changed since it was compared with the documentation; nothing was written. "
                "Run the command again"
            )
    try:
        built = build(project, made.draft.texts())
        write(project, replace(built, spec={**built.spec, **made.files}))
    except (SpecError, GeneratorError) as error:
        message = f"nothing was written, because code cannot be generated from the new spec:\n{error}"
        raise NotWrittenError(message) from error
    except OSError as error:
        raise NotWrittenError(
            f"{error.filename or project.root} cannot be written ({error.strerror or error}); "
            "nothing was changed. See that the folder is writable and has room, and run it again"
        ) from error
