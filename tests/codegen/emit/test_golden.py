"""What the torture spec comes to, line by line; `python -m tests.codegen.emit.renew` renews the files."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.emit.build import Build
from codegen.project import GENERATED, GENERATED_TESTS, TWINS, Project
from tests.codegen.checkout import REPOSITORY, torture_checkout
from tests.codegen.emit.renew import FILES, GOLDEN, golden


@pytest.mark.parametrize("name", FILES)
def test_the_torture_spec_comes_to_its_golden_files(name: str, torture_build: Build) -> None:
    assert torture_build.files[name] == golden(name).read_text("utf-8")


def test_there_is_no_golden_file_of_something_that_is_not_generated() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {golden(name).name for name in FILES}


def test_the_output_depends_neither_on_hash_seed_nor_on_directory(
    tmp_path: Path, torture_project: Project, torture_build: Build
) -> None:
    elsewhere = torture_checkout(tmp_path / "another directory")
    subprocess.run(
        [sys.executable, "-m", "codegen", "generate", "--root", elsewhere.root],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        check=True,
        capture_output=True,
    )
    assert torture_build.files.keys() == _sums(elsewhere).keys()
    assert _sums(elsewhere) == _sums(torture_project)


def _sums(project: Project) -> dict[str, str]:
    return {
        path.relative_to(project.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in (GENERATED, GENERATED_TESTS, TWINS, "docs")
        for path in (project.root / folder).rglob("*")
        if path.is_file()
    }
