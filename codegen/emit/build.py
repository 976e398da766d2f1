"""From a checkout to all that is generated for it, and from there to the disk or to a comparison with it."""

from __future__ import annotations

import difflib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from codegen.emit.calls import generate_calls
from codegen.emit.coverage import COVERAGE, coverage_page
from codegen.emit.models import generate_models
from codegen.emit.resources import generate_resources
from codegen.emit.twins import generate_twins
from codegen.files import replace_files
from codegen.findings import GeneratorError
from codegen.project import GENERATED, GENERATED_TESTS, TEMPLATES, TWINS, Project
from codegen.spec import load_spec
from codegen.spec.bundle import DEVIATIONS_FILE, canonical_files
from codegen.spec.lint import lint
from codegen.spec.yaml import load_yaml


@dataclass(frozen=True)
class Build:
    """What a spec comes to."""

    files: dict[str, str]
    """Text of every generated file, by path below the root."""
    spec: dict[str, str]
    """Text of every file of the spec in its canonical form, by path below the root."""


@dataclass(frozen=True)
class Changes:
    """What writing a build did."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


def build(project: Project, changed: Mapping[str, str] | None = None) -> Build:
    """Generate everything in memory, from the spec with some of its files as they are going to be.

    Raises:
        SpecError: the spec cannot be read or breaks a rule.
        GeneratorError: a template or a tool failed.
    """
    texts = {**canonical_files(project.openapi), **(changed or {})}
    known = {name: load_yaml(text, name) for name, text in texts.items() if name != DEVIATIONS_FILE}
    spec = load_spec(project.openapi, known)
    lint(spec)
    # An undefined name is an error, never an empty text.
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    jinja.filters["py"] = repr
    written = (generate(spec, jinja) for generate in (generate_models, generate_resources))
    sources = {name: source for sources in written for name, source in sources.items()}
    twins = generate_twins(sources, project.root)
    files = {**format_python(sources | twins, project), **generate_calls(spec), COVERAGE: coverage_page(spec)}
    return Build(files, _below_root(project, texts))


def write_spec(project: Project) -> tuple[str, ...]:
    """Write the files of the spec in their canonical form.

    Raises:
        SpecError: a file cannot be read, or has a comment below its head.
    """
    return _replaced(project, _below_root(project, canonical_files(project.openapi)))


def write(project: Project, made: Build) -> Changes:
    """Bring the disk in line with a build: whole, or not at all.

    Every file is written beside its place first and moved there when all are written. Files that already are
    as they should be keep their time stamps; files that the build does not know are removed.
    """
    wanted = {**made.spec, **made.files}
    changed = _replaced(project, wanted)
    stale = [name for name in generated_files(project) if name not in made.files]
    for name in stale:
        (project.root / name).unlink()
    return Changes(changed, tuple(stale), len(wanted) - len(changed))


def drift(project: Project, made: Build) -> Iterator[str]:
    """Compare the disk with a build: for each file a diff from what is there to what belongs there."""
    wanted = made.spec | made.files
    for name in [*made.spec, *sorted({*made.files, *generated_files(project)})]:
        text = _read(project.root / name)
        if name not in wanted:
            yield f"{name}: no such file is generated; remove it"
        elif text is None:
            yield f"{name}: this file is missing"
        elif text != wanted[name]:
            yield _difference(name, text, wanted[name])


def generated_files(project: Project) -> list[str]:
    """The files that lie in the generated folders, whoever put them there; caches do not count."""
    found = [
        path.relative_to(project.root).as_posix()
        for folder in (GENERATED, GENERATED_TESTS, TWINS)
        for path in (project.root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return sorted(found)


def _below_root(project: Project, texts: dict[str, str]) -> dict[str, str]:
    folder = project.openapi.relative_to(project.root).as_posix()
    return {f"{folder}/{name}": text for name, text in texts.items()}


def _replaced(project: Project, wanted: dict[str, str]) -> tuple[str, ...]:
    """Write what is not on disk as it should be, all or nothing; the names of what was written, sorted."""
    changed = {name: text for name, text in wanted.items() if _read(project.root / name) != text}
    replace_files({project.root / name: text for name, text in changed.items()})
    return tuple(sorted(changed))


def _read(path: Path) -> str | None:
    """The text of a file with its line endings as they are, None if there is none."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None


def _difference(name: str, present: str, wanted: str) -> str:
    sides = present.splitlines(), wanted.splitlines()
    lines = difflib.unified_diff(*sides, f"{name} (as it is)", f"{name} (as generated)", lineterm="")
    return "\n".join(lines) or f"{name}: differs in line endings only"


def format_python(files: Mapping[str, str], project: Project) -> dict[str, str]:
    """Lint, sort and format modules as the project does.

    The files are laid out in a temporary directory as they will lie in the checkout, below a copy of its
    pyproject.toml, so that settings by folder apply.

    Raises:
        GeneratorError: a source is no Python, or breaks a rule that ruff cannot mend.
    """
    with tempfile.TemporaryDirectory(prefix="minted-codegen-") as folder:
        root = Path(folder)
        shutil.copyfile(project.root / "pyproject.toml", root / "pyproject.toml")
        for name, source in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, "utf-8")
        _ruff(root, "format", "--quiet")
        _ruff(root, "check", "--fix", "--quiet", "--output-format", "concise")
        _ruff(root, "format", "--quiet")
        return {name: (root / name).read_text("utf-8") for name in files}


def _ruff(root: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", "."]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = f"the generator wrote a module that ruff refuses:\n{done.stdout}{done.stderr}"
        raise GeneratorError(said.strip())
