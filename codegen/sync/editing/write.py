"""Brings a plan to the disk: spec, evidence and everything that is generated from them, whole or not at all.

The spec is first written to a copy and generated from there. Only when that went well are the files of the
checkout replaced; if one of them cannot be, all get back what they had.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codegen.emit.build import Build, Changes, build, generated_files, write
from codegen.files import replace_files
from codegen.findings import GeneratorError, SpecError
from codegen.project import README, Project
from codegen.sync.changes import Drift
from codegen.sync.editing.planning import Note, Plan, Review, plan
from codegen.sync.editing.specfiles import FOLDER

__all__ = ["NotWrittenError", "Note", "Plan", "Review", "Written", "apply", "plan"]


class NotWrittenError(GeneratorError):
    """Nothing was written, and the checkout is as it was.

    Attributes:
        drifts: the differences at fault, where that could be found out.
    """

    def __init__(self, message: str, drifts: Sequence[Drift] = ()) -> None:
        self.drifts = tuple(drifts)
        super().__init__(message)


@dataclass(frozen=True)
class Written:
    """What applying a plan did."""

    spec: tuple[str, ...]
    """The files of the spec that were written, by path below the root."""
    generated: Changes


def apply(project: Project, made: Plan) -> Written:
    """Write a plan, and generate.

    Args:
        project: the checkout that the plan was made for.
        made: the plan.

    Returns:
        What was written.

    Raises:
        NotWrittenError: the files changed since the plan was made, the spec that it leads to breaks a rule,
            the generator failed, or a file could not be written. Nothing has changed then.
    """
    _unchanged_since(project, made)
    try:
        built = _built(project, made.files)
        paths = [*made.files, *built.files, README, *generated_files(project)]
        with _restored_on_failure(project.root, paths):
            replace_files({project.root / name: text for name, text in made.files.items()})
            generated = write(project, built)
    except (SpecError, GeneratorError) as error:
        raise _refused(project, made, error) from error
    except OSError as error:
        raise NotWrittenError(
            f"{error.filename or project.root} cannot be written ({error.strerror or error}); "
            "nothing was changed. See that the folder is writable and has room, and run it again"
        ) from error
    return Written(tuple(made.files), generated)


def _unchanged_since(project: Project, made: Plan) -> None:
    for name, text in made.base.items():
        path = project.root / name
        if (path.read_text("utf-8") if path.exists() else None) != text:
            raise NotWrittenError(
                f"{name} has changed since it was compared with the documentation; nothing was written. "
                "Run the command again"
            )


def _built(project: Project, files: Mapping[str, str]) -> Build:
    """Everything that is generated from a spec with some of its files changed; the checkout is only read."""
    with tempfile.TemporaryDirectory(prefix="minted-sync-") as folder:
        root = Path(folder)
        shutil.copytree(project.openapi, root / FOLDER)
        shutil.copyfile(project.root / "pyproject.toml", root / "pyproject.toml")
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
        return build(Project(root))


def _refused(project: Project, made: Plan, error: SpecError | GeneratorError) -> NotWrittenError:
    """Says which difference the generator cannot take, if one alone is enough to make it fail."""
    guilty = [] if _fails(project, []) else _guilty(project, list(made.applied))
    said = f" The reason is most likely: {guilty[0].message}" if guilty else ""
    told = f"nothing was written, because code cannot be generated from the new spec:\n{error}\n{said}"
    return NotWrittenError(told.rstrip(), guilty)


def _guilty(project: Project, drifts: list[Drift]) -> list[Drift]:
    """The one difference that fails by itself, found by halving; nothing if it takes several."""
    while len(drifts) > 1:
        middle = len(drifts) // 2
        halves = (drifts[:middle], drifts[middle:])
        drifts = next((half for half in halves if _fails(project, half)), list[Drift]())
    return drifts


def _fails(project: Project, drifts: list[Drift]) -> bool:
    try:
        _built(project, plan(project.root, drifts).files)
    except (SpecError, GeneratorError):
        return True
    return False


@contextmanager
def _restored_on_failure(root: Path, names: Iterable[str]) -> Generator[None]:
    """Give files back what they held if something goes wrong, also when the user interrupts."""
    before = {name: _bytes(root / name) for name in names}
    try:
        yield
    except BaseException:
        for name, content in before.items():
            path = root / name
            if content is None:
                path.unlink(missing_ok=True)
            elif _bytes(path) != content:
                path.write_bytes(content)
        raise


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
