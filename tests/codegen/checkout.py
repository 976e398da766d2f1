"""Small checkouts in a temporary directory, for the generator to work on."""

from __future__ import annotations

import shutil
from pathlib import Path

from codegen.project import Project

REPOSITORY = Path(__file__).resolve().parents[2]
TORTURE = Path(__file__).parent / "torture"


def torture_checkout(root: Path) -> Project:
    """A checkout of the torture spec, with this repository's settings."""
    shutil.copytree(TORTURE / "openapi", root / "openapi")
    shutil.copyfile(REPOSITORY / "pyproject.toml", root / "pyproject.toml")
    return Project(root)


def repository_copy(root: Path) -> Project:
    """A checkout with the real spec, generator, package and recorder, to be changed at will."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("openapi", "codegen", "minted_async"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=ignored)
    (root / "tests").mkdir()
    for name in (
        "pyproject.toml",
        "tests/__init__.py",
        "tests/conftest.py",
        "tests/recorder.py",
        "tests/test_generated.py",
    ):
        shutil.copyfile(REPOSITORY / name, root / name)
    return Project(root)
