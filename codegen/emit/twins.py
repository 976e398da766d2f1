"""Emits the blocking twins: beside each async class one that waits, with its names, arguments and texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from codegen.emit.docstrings import literal
from codegen.emit.models import HEADER, dotted
from codegen.project import GENERATED, TWINS

_CLIENT, _TRADES, _FEED = (f"minted_async/{name}.py" for name in ("client", "trades/trades", "feeds/feed"))
_BY_HAND = {_CLIENT: "MintedClient", _TRADES: "Trades", _FEED: "PriceFeed"}
_ITERATED = dict.fromkeys(("Reader", "Rows", "Values"), "minted_async.blocking.iterating")
_NAMES = {"__aenter__": "__enter__", "__aexit__": "__exit__", "__aiter__": "__iter__", "aclose": "close"}
_WORDS = (
    (
        r"It belongs to the event loop\s+and[^.]*\.",
        "Threads, forks and signals: see `minted_async.blocking`.",
    ),
    (r"\s*[^.`]*\bevent\s+loop\b[^.]*\.(?=\s)", ""),  # a sentence that is true of the async side only
    (r"\basync (?=for|with)|\bawait ", ""),
    (r"\b([aA])n async (?=iterable)", r"\1n "),
    (r"\ba(close|iter)\b", r"\1"),
    (r"\btask(?=s?\b)", "thread"),
)
_DEFINED = re.compile(r"^(?:(?:class|def) )?([A-Za-z]\w*)(?: = |[:(])", re.MULTILINE)
_Method = ast.FunctionDef | ast.AsyncFunctionDef


def generate_twins(resources: Mapping[str, str], root: Path) -> dict[str, str]:
    """Generate the twins of all resources, and of the classes that are written by hand where they are."""
    by_hand = {path: (root / path).read_text("utf-8") for path in _BY_HAND if (root / path).is_file()}
    trees = {path: ast.parse(text) for path, text in {**resources, **by_hand}.items()}
    classes = {path: found for path, tree in trees.items() if (found := _twinned(path, tree))}
    homes = {found.name: dotted(_place(path)) for path, found in classes.items()} | _ITERATED
    if _CLIENT in classes:  # which inherits all resources
        *imports, joined = trees[f"{GENERATED}/resources.py"].body
        assert isinstance(joined, ast.ClassDef)
        trees[_CLIENT].body += imports
        classes[_CLIENT].body += [each for each in joined.body if getattr(each, "decorator_list", [])]
    files = {_place(path): _module(path, trees[path], found, homes) for path, found in classes.items()}
    said = f'{HEADER}\n"""The blocking side of the package; nothing in this folder is written by hand."""\n'
    folders = {parent for path in files for parent in Path(path).parents if parent.is_relative_to(TWINS)}
    return files | {f"{folder.as_posix()}/__init__.py": said for folder in folders}


def _place(path: str) -> str:
    return path.replace("minted_async", TWINS, 1)


def _twinned(path: str, tree: ast.Module) -> ast.ClassDef | None:
    """The class of a module that has a twin."""
    for each in (one for one in tree.body if isinstance(one, ast.ClassDef)):
        if each.name == _BY_HAND.get(path) or "Resource" in map(ast.unparse, each.bases):
            return each
    return None


def _module(path: str, tree: ast.Module, owner: ast.ClassDef, homes: Mapping[str, str]) -> str:
    """A twin with all that it may have to import; what it does not need goes when it is formatted."""
    own = [name for name in _DEFINED.findall(ast.unparse(tree)) if name != owner.name]
    lines = [HEADER, literal(_said(tree)), "from __future__ import annotations"]
    lines += ["from minted_async.core.cached import cached_property", "from typing import Any, TYPE_CHECKING"]
    lines += [f"from minted_async.blocking.iterating import {', '.join(_ITERATED)}"]
    lines += ["from minted_async.blocking.twin import Given, Twin, open_client"]
    lines += [f"from {dotted(path)} import {', '.join((f'{owner.name} as Async{owner.name}', *own))}"]
    lines += [line for each in tree.body for line in _imports(each, homes)]
    typed = [one for each in tree.body if isinstance(each, ast.If) for one in each.body]
    lines += ["if TYPE_CHECKING:"] if typed else []
    lines += [f"    {line}" for one in typed for line in _imports(one, homes)]
    lines += [f"class {owner.name}(Twin[Async{owner.name}]):", f"    {literal(_said(owner))}"]
    for member in owner.body:
        if isinstance(member, _Method) and _is_public(member, owner, homes):
            lines += (f"    {line}" for line in _method(member, owner, homes))
    return "\n".join(lines) + "\n"


def _imports(statement: ast.stmt, homes: Mapping[str, str]) -> Iterator[str]:
    """An import, one name at a time, of the twins of what has one."""
    if isinstance(statement, ast.Import):
        yield ast.unparse(statement)
    elif isinstance(statement, ast.ImportFrom) and statement.module != "__future__":
        for alias in statement.names:
            yield f"from {homes.get(alias.name, statement.module)} import {ast.unparse(alias)}"


def _is_public(method: _Method, owner: ast.ClassDef, homes: Mapping[str, str]) -> bool:
    """Whether users call it; what takes async objects of the package as arguments is called within it."""
    if method.name == "__init__":
        return owner.name == "MintedClient"
    taken = {node.id for node in ast.walk(method.args) if isinstance(node, ast.Name)}
    return (method.name[0] != "_" or method.name in _NAMES) and not taken & homes.keys()


def _method(method: _Method, owner: ast.ClassDef, homes: Mapping[str, str]) -> Iterator[str]:
    """A method of a twin: as a rule, it has that of its async object called."""
    name, arguments = method.name, method.args
    result = ast.unparse(method.returns) if method.returns else "None"
    result = result.replace("AsyncGenerator[", "Values[")
    kind = result.partition("[")[0]
    marks = [ast.unparse(each) for each in method.decorator_list]
    is_property = bool({"property", "cached_property"}.intersection(marks))
    given = [each.arg for each in arguments.args[1:]]
    given += [f"{each.arg}={each.arg}" for each in arguments.kwonlyargs]
    given += [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    called = f"self._async.{name}"
    here = called if is_property else f"{called}({', '.join(given)})"
    there = f"self._source.then(lambda it: {here.replace('self._async', 'it')})"
    body: list[str] = []
    if "overload" in marks:
        body = ["..."]
    elif "classmethod" in marks or [ast.unparse(each) for each in method.body] == ["return self"]:
        body = [ast.unparse(method.body[-1])]
    elif name == "__init__":
        body = [f"given = Given({', '.join([f'Async{owner.name}', *given])})"]
        body += ["del password, proxy, journal", "super().__init__(open_client(given))"]
    elif name == "__aexit__":
        body = ["self.close()"]
    elif name == "aclose":
        body = [f"self._close({', '.join([f'Async{owner.name}.aclose', *given])})"]
    elif isinstance(method, ast.AsyncFunctionDef):
        if sum(getattr(each, "name", "") == name for each in owner.body) > 1:
            body, called = [f"{name}: Any = {called}"], name  # which overload, is for it to say
        run = f"self._run({', '.join([called, *given])})"
        body += [run, "return self"] if kind == "Self" else [f"return {run}"]
    elif kind == "Self":
        body = [f"return self._view({there})"]
    elif kind in ("Reader", "Values"):
        body = [f"return {result}(self._begin({', '.join([called, *given])}))"]
    elif kind in homes:
        marks = ["cached_property"] if is_property else marks
        body = [] if kind in (*_ITERATED, owner.name) else [f"from {homes[kind]} import {kind}"]
        body += [f"return {result}({there})"]
    else:
        body = [f"return {here}"]
    yield from (f"@{each}" for each in marks)
    yield f"def {_NAMES.get(name, name)}({ast.unparse(arguments)}) -> {result}:"
    said = _said(method)
    yield from (f"    {line}" for line in ([literal(said)] if said else []) + body)


def _said(documented: ast.Module | ast.ClassDef | _Method) -> str:
    """A docstring as those are to read it who do not await."""
    said = ast.get_docstring(documented, clean=False) or ""
    for pattern, instead in _WORDS:
        said = re.sub(pattern, instead, said)
    return said
