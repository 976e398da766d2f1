"""Imports run one way: the contracts stand in pyproject.toml."""

from __future__ import annotations

import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in ("minted_async", "codegen"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_all_contracts_are_kept() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("core/protocol.py", "minted_async.generated.models"),
        ("core/checks.py", "asyncio"),
        ("errors.py", "minted_async.core.config"),
        ("client.py", "codegen.spec"),
        ("client.py", "minted_async.doctor.report"),
        ("trades/placement.py", "minted_async.core.transport"),
        ("generated/orders.py", "minted_async.core.transport"),
        ("client.py", "minted_async.integrations.fastapi"),
        ("core/model.py", "pydantic"),
        ("integrations/shown.py", "minted_async.client"),
        ("client.py", "minted_async.blocking"),
        ("trades/trades.py", "minted_async.blocking.door"),
    ],
)
def test_an_import_in_the_wrong_direction_is_found(copy: Path, module: str, forbidden: str) -> None:
    path = copy / "minted_async" / module
    path.write_text(f"{path.read_text()}\nimport {forbidden}\n")
    result = lint_imports(copy)
    assert result.returncode == 1
    assert forbidden.split(".")[-1] in result.stdout


def test_the_sandbox_may_import_nothing_else_of_the_package(copy: Path) -> None:
    others = {f"minted_async.{name}" for _, name, _ in pkgutil.iter_modules([ROOT / "minted_async"])}
    others.remove("minted_async.sandbox")
    path = copy / "minted_async" / "sandbox" / "market.py"
    path.write_text("\n".join([path.read_text(), *(f"import {other}" for other in others)]))
    found = set(re.findall(r"minted_async\.sandbox\.market -> (\S+)", lint_imports(copy).stdout))
    assert others <= found


def test_nothing_of_the_package_imports_a_framework_by_itself() -> None:
    program = """
import pkgutil, sys, importlib
import minted_async
for module in pkgutil.walk_packages(minted_async.__path__, "minted_async."):
    if not module.name.startswith(("minted_async.integrations.", "minted_async.cli")):
        importlib.import_module(module.name)
print({"pydantic", "pydantic_core", "fastapi", "starlette", "django"} & sys.modules.keys())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
