"""Modules may be imported by several threads at once, from whichever end: none waits for who waits for it.

A thread holds the lock of a module while it imports it. A module waits for what it imports, and for the
package that it is in; where that makes a circle, two threads that enter it at different places get "deadlock
detected" from Python, or a module that is half done.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = "minted_async"
# Whatever is imported of the package, its root comes first; what the root imports is imported by it alone.
OF_THE_ROOT = {f"{PACKAGE}._lazily", f"{PACKAGE}._version"}


def modules() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in (ROOT / PACKAGE).rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported_at_once(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """What a module imports while it is imported, and not when something in it is called."""
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement
        elif isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            yield from imported_at_once(statement.orelse)
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            for name in ("body", "orelse", "finalbody"):
                yield from imported_at_once(getattr(statement, name, []))


def waits_for() -> dict[str, set[str]]:
    known = modules()
    graph: dict[str, set[str]] = {}
    for module, path in known.items():
        needed = {module.rpartition(".")[0]}
        for statement in imported_at_once(ast.parse(path.read_text()).body):
            if isinstance(statement, ast.Import):
                needed |= {each.name for each in statement.names}
            elif statement.module is not None:
                needed |= {statement.module, *(f"{statement.module}.{each.name}" for each in statement.names)}
        graph[module] = (needed & known.keys()) - OF_THE_ROOT
    return graph


def test_no_module_waits_for_one_that_waits_for_it() -> None:
    TopologicalSorter(waits_for()).prepare()


def test_what_the_root_imports_imports_nothing() -> None:
    assert {name: waits_for()[name] for name in OF_THE_ROOT} == {name: {PACKAGE} for name in OF_THE_ROOT}


def test_each_public_name_is_found_where_it_is_said_to_be() -> None:
    program = """
import importlib, pathlib, sys
root = pathlib.Path(importlib.import_module("minted_async").__file__).parent
for init in sorted(root.rglob("__init__.py")):
    package = importlib.import_module(".".join(init.parent.relative_to(root.parent).parts))
    for name in getattr(package, "__all__", ()):
        assert name in dir(package), (package, name)
        getattr(package, name)
    try:
        package.nothing_of_the_kind
    except AttributeError as error:
        assert "nothing_of_the_kind" in str(error)
    else:
        raise AssertionError(package)
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=120)
