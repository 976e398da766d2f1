"""The interface of the last release, kept in the repository: clones without tags can compare with it too.

It is a text of spec files and of Python modules without docstrings and without the bodies of functions, so
that the commit of a release shows what became of the interface, line by line.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path, PurePosixPath

import msgspec

from codegen.files import replace_files
from codegen.release.differences import CompareError
from codegen.release.interface import PACKAGE
from codegen.spec.bundle import spec_files

SNAPSHOT = "codegen/release/released.json"


class Snapshot(msgspec.Struct, frozen=True):
    """What is kept."""

    version: str
    files: dict[str, list[str]]
    """Lines of each file, by path below the root."""


def write_snapshot(root: Path, version: str) -> Path:
    """Keep the interface of a checkout as that of a release.

    Args:
        root: the checkout.
        version: the version of the release.

    Returns:
        The file.
    """
    openapi = root / "openapi"
    files = {_name(path, root): path.read_text("utf-8") for path in spec_files(openapi)}
    for path in sorted((root / PACKAGE).rglob("*.py")):
        # The command line is no part of the Python interface.
        if path.relative_to(root / PACKAGE).parts[0] != "cli":
            files[_name(path, root)] = skeleton(path.read_text("utf-8"))
    kept = {"version": version, "files": {name: text.splitlines() for name, text in sorted(files.items())}}
    target = root / SNAPSHOT
    replace_files({target: json.dumps(kept, indent=1, ensure_ascii=False) + "\n"})
    return target


def load_snapshot(root: Path) -> Snapshot | None:
    """The snapshot of a checkout, None if nothing was released yet.

    Raises:
        CompareError: the file is not a snapshot.
    """
    try:
        return msgspec.json.decode((root / SNAPSHOT).read_bytes(), type=Snapshot)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CompareError(f"{SNAPSHOT} is damaged ({error}); restore it with `git checkout`") from None


def read_snapshot(root: Path, folder: Path) -> str:
    """Bring the snapshot of a checkout out into a folder.

    Args:
        root: the checkout.
        folder: where spec and package go.

    Returns:
        The version of the release.

    Raises:
        CompareError: there is no snapshot, or the file is not one.
    """
    snapshot = load_snapshot(root)
    if snapshot is None:
        raise CompareError(f"there is no {SNAPSHOT}; `python -m codegen release-snapshot` writes it")
    for name, lines in snapshot.files.items():
        parts = PurePosixPath(name).parts
        if ".." in parts or PurePosixPath(name).is_absolute():
            raise CompareError(f"{SNAPSHOT} is damaged (it names {name}); restore it with `git checkout`")
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", "utf-8")
    return snapshot.version


def skeleton(source: str) -> str:
    """What the interface of a module is read from.

    Args:
        source: the module.

    Returns:
        The module without docstrings, and without the bodies of functions other than constructors: attributes
        are made there.
    """
    return ast.unparse(_Skeleton().visit(ast.parse(source)))


class _Skeleton(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._emptied(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._emptied(node)

    def _emptied(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        if node.name == "__init__":
            return self.generic_visit(node)
        node.body = [ast.Expr(ast.Constant(...))]
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Expr(ast.Constant(...)) if text else node


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
