"""What to do about a list of differences: which edits to make, the reasons for leaving the others, and the
making.

Only what breaks no call is written, and each edit only if the rules of the spec accept it and code can be
generated from it; one that is refused never keeps the others from being written. The spec is generated from a
copy first: the files of the checkout are replaced when that went well, and get back what they had if one of
them cannot be.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from codegen.emit.build import Build, build, generated_files, write
from codegen.files import replace_files
from codegen.findings import GeneratorError, SpecError
from codegen.kinds import Kind
from codegen.project import Project
from codegen.sync.changes import Change, Drift
from codegen.sync.writing.additions import ADDITIONS, Edit
from codegen.sync.writing.evidence import synced
from codegen.sync.writing.spec_files import FOLDER, SpecFiles, UnwritableError

UNCERTAIN = "only an example shows it"
BREAKS = "calls that work today could fail, or programs would have to change: a person decides"
BY_HAND = "it changes or takes away what is there: a person decides"
_SHOWN = 3
"""Findings of the rules that a reason quotes."""

Check = Callable[[SpecFiles], tuple[str, ...]]
"""What speaks against the files as they are: nothing if they can be written."""


class NotWrittenError(GeneratorError):
    """Nothing was written, and the checkout is as it was."""


@dataclass(frozen=True)
class Review:
    """A difference that is left for a person."""

    drift: Drift
    reason: str
    """Why it was not written."""


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
    applied: tuple[Drift, ...] = ()
    review: tuple[Review, ...] = ()
    notes: tuple[Note, ...] = ()
    base: dict[str, str | None] = field(default_factory=dict[str, str | None])
    """Text of the same files when the plan was made; None for a file that was not there."""


def plan(
    project: Project,
    drifts: Sequence[Drift],
    *checks: Check,
    files: SpecFiles | None = None,
    render: bool = True,
) -> Plan:
    """Work out what to write about some differences, whatever their order. Nothing is written.

    Args:
        project: the checkout.
        drifts: the differences between documentation and spec.
        files: the spec's files, if they were read already.
        render: whether to make the text of the new files, which takes a while.
        *checks: what else has to hold of the files, beside the rules of the spec; `is_generated` is one.

    Raises:
        SpecError: the spec as it is cannot be read.
    """
    planner = _Planner()
    ordered = sorted(drifts, key=_order)

    def rules(files: SpecFiles) -> tuple[str, ...]:
        return files.faults(project.scalars)

    files = planner.accepted(files or SpecFiles.read(project.openapi), ordered, (rules, *checks))
    applied = tuple(drift for drift in ordered if id(drift) not in planner.left)
    wanted = {**files.texts(), **synced(project.openapi, applied)} if applied and render else {}
    base = {name: _read(project.root / name) for name in wanted}
    changed = {name: text for name, text in sorted(wanted.items()) if base[name] != text}
    return Plan(
        changed,
        applied,
        tuple(Review(drift, planner.left[id(drift)]) for drift in ordered if id(drift) in planner.left),
        tuple(Note(d, text) for d in applied for text in planner.notes.get(id(d), ())),
        {name: base[name] for name in changed},
    )


@dataclass
class _Planner:
    """Finds the edits that go together with the rules, by halving what does not."""

    left: dict[int, str] = field(default_factory=dict[int, str])
    """The reasons of what is left for review, by the identity of the difference."""
    notes: dict[int, list[str]] = field(default_factory=dict[int, list[str]])

    def accepted(self, files: SpecFiles, drifts: Sequence[Drift], checks: Sequence[Check]) -> SpecFiles:
        """The files with all edits that can be made."""
        trial, made = files, list[Drift]()
        for drift in drifts:
            attempt = trial.copy()
            edit = Edit(attempt, drift)
            reason = self.edited(edit)
            if reason:
                self.left[id(drift)] = reason
            else:
                trial = attempt
                made.append(drift)
                self.notes[id(drift)] = edit.notes
        faults = next((found for check in checks if made and (found := check(trial))), ())
        if not faults:
            return trial
        if len(made) == 1:
            more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
            self.left[id(made[0])] = f"it cannot stand in the spec: {'; '.join(faults[:_SHOWN])}{more}"
            return files
        middle = len(made) // 2
        return self.accepted(self.accepted(files, made[:middle], checks), made[middle:], checks)

    def edited(self, edit: Edit) -> str:
        """Make an edit; if it must not be made, why."""
        drift = edit.drift
        if not drift.certain:
            return UNCERTAIN
        if drift.change not in ADDITIONS:
            return BY_HAND
        if drift.kind is Kind.BREAKING:
            return BREAKS
        try:
            ADDITIONS[drift.change](edit)
        except UnwritableError as reason:
            return str(reason)
        return ""


def is_generated(project: Project) -> Check:
    """The check that code can be generated from the files."""

    def check(files: SpecFiles) -> tuple[str, ...]:
        try:
            _built(project, files.texts())
        except (SpecError, GeneratorError) as error:
            return tuple(str(error).splitlines())
        return ()

    return check


def apply(project: Project, made: Plan) -> None:
    """Write a plan into the checkout that it was made for, and generate.

    Raises:
        NotWrittenError: the files changed since the plan was made, code cannot be generated from it, or a
            file could not be written. Nothing has changed then.
    """
    for name, text in made.base.items():
        if _read(project.root / name) != text:
            raise NotWrittenError(
                f"{name} has changed since it was compared with the documentation; nothing was written. "
                "Run the command again"
            )
    try:
        built = _built(project, made.files)
        paths = [*made.files, *built.spec, *built.files, *generated_files(project)]
        with _restored_on_failure(project.root, paths):
            replace_files({project.root / name: text for name, text in made.files.items()})
            write(project, built)
    except (SpecError, GeneratorError) as error:
        message = f"nothing was written, because code cannot be generated from the new spec:\n{error}"
        raise NotWrittenError(message) from error
    except OSError as error:
        raise NotWrittenError(
            f"{error.filename or project.root} cannot be written ({error.strerror or error}); "
            "nothing was changed. See that the folder is writable and has room, and run it again"
        ) from error


def _built(project: Project, files: Mapping[str, str]) -> Build:
    """Everything that is generated from a spec with some of its files changed; the checkout is only read."""
    with tempfile.TemporaryDirectory(prefix="minted-sync-") as folder:
        root = Path(folder)
        shutil.copytree(project.openapi, root / FOLDER)
        shutil.copyfile(project.root / "pyproject.toml", root / "pyproject.toml")
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, "utf-8", newline="\n")
        return build(Project(root))


@contextmanager
def _restored_on_failure(root: Path, names: Iterable[str]) -> Generator[None]:
    """Give files back what they held if something goes wrong, also when the user interrupts."""
    before = {path: path.read_bytes() if path.is_file() else None for path in (root / name for name in names)}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            if content is not None:
                path.write_bytes(content)
            elif path.is_file():
                path.unlink()
        raise


def _order(drift: Drift) -> tuple[object, ...]:
    """An order of differences that does not depend on where they come from."""
    ends = [f"{page.method} {page.path} {page.label}" for page in drift.pages]
    return list(Change).index(drift.change), drift.methods, ends, drift.at, repr(drift)


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
