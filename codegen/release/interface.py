"""The public names of the package, as users write them, and the objects behind them.

Public is what the documentation calls public: the package's own names, those of its public modules, and
everything that can be reached from a client. Where a name comes from is not: a class may move from one module
of `core` to another unnoticed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import griffe

from codegen.release.parts import CompareError

PACKAGE = "minted_async"
CLIENT = "MintedClient"
MODULES = ("models", "errors", "feeds", "prices", "trades", "sandbox", "testing")

Node: TypeAlias = griffe.Object | griffe.Alias


@dataclass
class Interface:
    """Public objects by the names that users write."""

    modules: list[str] = field(default_factory=list[str])
    classes: dict[str, griffe.Class] = field(default_factory=dict[str, griffe.Class])
    """`models.Order`, `MintedClient`; resources by the names that they have on a client, `minted.orders`."""
    functions: dict[str, griffe.Function] = field(default_factory=dict[str, griffe.Function])
    """Functions of modules; methods belong to their class."""
    attributes: dict[str, griffe.Attribute] = field(default_factory=dict[str, griffe.Attribute])
    """Constants of modules."""


def load_interface(folder: Path, side: str) -> Interface:
    """Read the public interface of a package without importing it.

    Raises:
        CompareError: there is no package, or one of its modules is not Python.
    """
    _check(folder / PACKAGE, side)
    package = griffe.load(PACKAGE, search_paths=[folder], allow_inspection=False, try_relative_path=False)
    if not isinstance(package, griffe.Module):
        raise CompareError(f"{side}: {PACKAGE} is no package; give a folder that holds its source")
    found = Interface()
    _mount(package, found)
    for prefix in ("", *(name for name in MODULES if name in package.modules)):
        if prefix:
            found.modules.append(prefix)
        for name, target in _exported(package.modules[prefix] if prefix else package):
            _place(f"{prefix}.{name}" if prefix else name, target, found)
    return found


def members(owner: griffe.Class) -> Iterator[tuple[str, griffe.Function | griffe.Attribute]]:
    """The public methods and attributes of a class, inherited ones included, and its constructor."""
    for name, member in owner.all_members.items():
        target = _target(member)
        public = not name.startswith("_") or name == "__init__"
        if public and isinstance(target, griffe.Function | griffe.Attribute):
            yield name, target


def ancestors(owner: griffe.Class) -> frozenset[str]:
    """Names of everything that a class derives from, without modules."""
    found = {str(base).partition("[")[0].rpartition(".")[2] for base in owner.bases}
    for base in owner.resolved_bases:
        if isinstance(base, griffe.Class):
            found |= ancestors(base)
    return frozenset(found)


def _check(package: Path, side: str) -> None:
    """Griffe would leave out a module that it cannot parse, and all of it would seem to be gone."""
    if not (package / "__init__.py").is_file():
        raise CompareError(f"{side} has no {PACKAGE}/__init__.py; give a whole checkout, or a revision of it")
    for path in sorted(package.rglob("*.py")):
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError) as error:
            where = path.relative_to(package.parent).as_posix()
            line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
            raise CompareError(f"{side}: {where}{line} is not Python: {error}; correct it there") from None


def _exported(module: griffe.Module) -> Iterator[tuple[str, griffe.Object]]:
    """The names in `__all__`; without one, all that neither begin with `_` nor come from elsewhere."""
    listed = module.exports
    for name in module.members if listed is None else [str(name) for name in listed]:
        target = _target(module.members[name]) if name in module.members else None
        if target is None or isinstance(target, griffe.Module) or name.startswith("__"):
            continue
        if listed is not None or (not name.startswith("_") and target.path.startswith(PACKAGE)):
            yield name, target


def _target(member: Node) -> griffe.Object | None:
    """What a name means in the end; None for what comes from another package."""
    try:
        return member.final_target if isinstance(member, griffe.Alias) else member
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None


def _place(name: str, target: griffe.Object, found: Interface) -> None:
    if isinstance(target, griffe.Class):
        found.classes.setdefault(name, target)
    elif isinstance(target, griffe.Function):
        found.functions[name] = target
    elif isinstance(target, griffe.Attribute):
        found.attributes[name] = target


def _mount(package: griffe.Module, found: Interface) -> None:
    """Name the classes behind a client's properties as users reach them: `minted.orders`."""
    client = _target(package.members[CLIENT]) if CLIENT in package.members else None
    if not isinstance(client, griffe.Class):
        return
    for name, member in members(client):
        annotation = member.annotation if isinstance(member, griffe.Attribute) else None
        if not isinstance(annotation, griffe.Expr) or not annotation.canonical_path.startswith(PACKAGE + "."):
            continue
        try:
            target = _target(package[annotation.canonical_path.removeprefix(PACKAGE + ".")])
        except KeyError:
            continue
        if isinstance(target, griffe.Class):
            found.classes[f"minted.{name}"] = target
