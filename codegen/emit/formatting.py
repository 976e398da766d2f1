"""Formats generated Python with ruff and this project's settings; what is no Python, ruff refuses."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from codegen.findings import GeneratorError
from codegen.project import Project


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
