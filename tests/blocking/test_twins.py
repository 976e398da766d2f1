"""All that the async side has, the blocking side has: the same names and arguments, without the awaitable."""

from __future__ import annotations

import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from typing import Any

import pytest

import minted_async.blocking.twins
import minted_async.generated
from minted_async import MintedClient, Rows, blocking
from minted_async.blocking.twin import Twin
from minted_async.core.operation import Resource
from minted_async.feeds import PriceFeed, Reader
from minted_async.trades import Trades

NAMES = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "aclose": "close",
}
WITHIN = {Trades: {"over"}, Reader: {"accepts", "retry"}, Rows: set[str]()}
"""What the package itself calls, with async objects."""


def modules(package: Any) -> Iterator[Any]:
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        yield import_module(found.name)


def defined(module: Any) -> list[Any]:
    """The classes of a module, which have a generic base or are resources."""
    values: dict[str, Any] = module.__dict__
    kinds = [
        each for each in values.values() if isinstance(each, type) and each.__module__ == module.__name__
    ]
    return [kind for kind in kinds if issubclass(kind, Twin | Resource)]


def pairs() -> dict[type, type]:
    """Each class of the async side with its twin."""
    found: dict[type, type] = {Rows: blocking.Rows, Reader: blocking.Reader}
    for module in modules(minted_async.blocking.twins):
        for value in defined(module):
            (base,) = value.__orig_bases__
            found[base.__args__[0]] = value
    return found


PAIRS = pairs()


def names(kind: type) -> list[str]:
    return [
        name
        for name in dir(kind)
        if (not name.startswith("_") or name in NAMES) and name not in WITHIN.get(kind, ())
    ]


METHODS = [(kind, name) for kind in PAIRS for name in names(kind)]


def test_every_class_that_a_user_of_the_async_client_meets_has_a_twin() -> None:
    resources = {kind for module in modules(minted_async.generated) for kind in defined(module)}
    assert len(resources) > 20
    assert PAIRS.keys() == {MintedClient, Trades, PriceFeed, Rows, Reader} | resources


def function(member: Any) -> Any:
    """What is behind a property or a class method; they stay what they are."""
    within = {"property": "fget", "cached_property": "func", "classmethod": "__func__"}
    name = within.get(type(member).__name__)
    return member if name is None else getattr(member, name)


def returned(method: Any) -> str:
    annotation = inspect.signature(method).return_annotation
    return re.sub(r"^(AsyncGenerator|AsyncIterator|Iterator)\b", "Values", str(annotation))


@pytest.mark.parametrize(
    ("kind", "name"), METHODS, ids=[f"{kind.__qualname__}.{name}" for kind, name in METHODS]
)
def test_a_name_has_its_twin_with_the_same_arguments_and_the_result_that_is_awaited(
    kind: type, name: str
) -> None:
    theirs = function(inspect.getattr_static(kind, name))
    ours = function(inspect.getattr_static(PAIRS[kind], NAMES.get(name, name)))
    assert not inspect.iscoroutinefunction(ours)
    assert inspect.signature(ours).parameters == inspect.signature(theirs).parameters
    if kind not in (Rows, Reader):
        assert returned(ours) == returned(theirs)


@pytest.mark.parametrize(
    ("used", "not_loaded"),
    [
        ("from minted_async import MintedClient, models", "minted_async.blocking"),
        ("import minted_async.blocking", "aiohttp"),
        (
            "from minted_async.blocking import MintedClient; MintedClient('user', 'password')",
            "minted_async.trades",
        ),
    ],
)
def test_what_is_not_used_is_not_imported(used: str, not_loaded: str) -> None:
    program = f"import sys; {used}; print({not_loaded!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_what_is_read_without_a_call_is_read_without_one_by_both() -> None:
    def read(kind: type) -> set[str]:
        found = ((name, inspect.getattr_static(kind, name, None)) for name in dir(kind))
        return {
            name for name, each in found if name[0] != "_" and isinstance(each, property | cached_property)
        }

    assert {kind: read(kind) for kind in PAIRS} == {kind: read(twin) for kind, twin in PAIRS.items()}


def test_the_client_is_made_with_the_same_arguments() -> None:
    assert inspect.signature(blocking.MintedClient) == inspect.signature(MintedClient)


@pytest.mark.parametrize("twin", PAIRS.values(), ids=lambda twin: twin.__qualname__)
def test_nothing_that_a_twin_says_of_itself_is_about_awaiting(twin: type) -> None:
    said = [inspect.getdoc(twin) or "", *(inspect.getdoc(getattr(twin, name)) or "" for name in names(twin))]
    # What is handed to the client is called within, where it is async: sources, conditions, credentials.
    texts = [re.sub(r"async callable|async function|is async", "", text) for text in said]
    assert [text for text in texts if re.search(r"\bawait|\basync\b|\baclose|event loop|\btask", text)] == []
