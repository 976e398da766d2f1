"""The public names of the package, as users write them, and the objects behind them.

Public is what the documentation calls public: the package's own names, those of its public modules, and
everything that can be reached from a client. Where a name comes from is not: a class may move from one module
of `core` to another unnoticed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import griffe

from codegen.release.parts import CompareError

PACKAGE = "minted_async"
CLIENT = "MintedClient"
RESOURCE = "Resource"
MODULES = ("models", "errors", "feeds", "prices", "trades", "sandbox", "testing", "blocking")


def public_objects(folder: Path, side: str) -> dict[str, griffe.Object]:
    """Modules, classes, functions and constants by the names that users write, without importing them.

    Raises:
        CompareError: there is no package, or one of its modules is not Python.
    """
    _check(folder / PACKAGE, side)
    package = griffe.load(PACKAGE, search_paths=[folder], allow_inspection=False, try_relative_path=False)
    if not isinstance(package, griffe.Module):
        raise CompareError(f"{side}: {PACKAGE} is no package; give a folder that holds its source")
    client = _target(package.members[CLIENT]) if CLIENT in package.members else None
    found: dict[str, griffe.Object] = dict(_mounted(client, "minted")) | dict(_exported(package))
    modules = {name: package.modules[name] for name in MODULES if name in package.modules}
    # The models of each tab are in a module below the shared ones.
    tabs = modules["models"].modules.items() if "models" in modules else ()
    for prefix, module in (modules | {f"models.{name}": tab for name, tab in tabs}).items():
        found |= {prefix: module, **{f"{prefix}.{name}": target for name, target in _exported(module)}}
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
    bases = (str(base) for each in (owner, *owner.mro()) for base in each.bases)
    return frozenset(base.partition("[")[0].rpartition(".")[2] for base in bases)


def _check(package: Path, side: str) -> None:
    """Griffe would leave out a module that it cannot parse, and all of it would seem to be gone."""
    if not (package / "__init__.py").is_file():
        raise CompareError(f"{side} has no {PACKAGE}/__init__.py; give a whole checkout, or a revision of it")
    for path in sorted(package.rglob("*.py")):
        try:
            ast.parse(path.read_bytes(), path.name)
        except (SyntaxError, ValueError) as error:
            where = path.relative_to(package.parent).as_posix()
            raise CompareError(f"{side}: {where} is not Python: {error}; correct it there") from None


def _exported(module: griffe.Module) -> Iterator[tuple[str, griffe.Object]]:
    """The names in `__all__`; without one, all that neither begin with `_` nor come from elsewhere."""
    for name, member in module.members.items():
        target = _target(member)
        if target and member.is_public and not target.is_module and not name.startswith("__"):
            yield name, target


def _mounted(owner: griffe.Object | None, shown: str) -> Iterator[tuple[str, griffe.Class]]:
    """The classes behind the properties of a client and its resources, named as users reach them."""
    for name, member in members(owner) if isinstance(owner, griffe.Class) else ():
        annotation = member.annotation if isinstance(member, griffe.Attribute) else member.returns
        path = annotation.canonical_path if isinstance(annotation, griffe.Expr) else ""
        try:
            target = _target(member.modules_collection[path])
        except (KeyError, ValueError):
            continue  # what is no class of the package
        if isinstance(target, griffe.Class):
            resource = RESOURCE in ancestors(target)
            if resource or isinstance(member, griffe.Attribute):
                yield f"{shown}.{name}", target
            if resource:
                yield from _mounted(target, f"{shown}.{name}")


def _target(member: griffe.Object | griffe.Alias) -> griffe.Object | None:
    """What a name means in the end; None for what comes from another package."""
    try:
        return member.final_target if isinstance(member, griffe.Alias) else member
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
