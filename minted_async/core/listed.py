"""Operations that the documentation only lists: callable as soon as the caller tells their path."""

from __future__ import annotations

import difflib
import re
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET

from minted_async.core.config import check_type
from minted_async.core.operation import ListedOperation, Operation
from minted_async.core.protocol import check_path, without_none
from minted_async.errors import ArgumentError, ConfigurationError, UndocumentedOperationError

__all__ = ["Route", "call_listed", "check_paths"]

_ROUTE: Final = re.compile(r"(?:(GET|POST|PUT|PATCH|DELETE) +)?(/\S*)")


class Route(msgspec.Struct, frozen=True):
    """Method and path of an operation, as told by the caller."""

    method: str
    path: str


def check_paths(
    paths: Mapping[str, object],
    listed: Iterable[ListedOperation],
    typed: Iterable[Operation[Any]] = (),
) -> dict[str, Route]:
    """Check the `paths` of a client.

    An operation that was listed when the program was written can be typed by now: its entry is not used, and
    a warning says so.

    Raises:
        ConfigurationError: A name is not that of a listed operation, or a value is no path.
    """
    known = {operation.id: operation for operation in listed}
    described = {operation.id for operation in typed}
    routes: dict[str, Route] = {}
    for name, text in paths.items():
        check_type("a name in paths", name, str)
        if name in described:
            warnings.warn(
                f"paths: {name} is typed now, so that its path is known; remove the entry, and pass the "
                "arguments that its docstring names",
                stacklevel=4,
            )
            continue
        operation = known.get(name)
        if operation is None:
            near = difflib.get_close_matches(name, known, 3) or sorted(known)
            raise ConfigurationError(
                f"paths: {name!r} is not an operation that is only listed; perhaps it is {' or '.join(near)}"
            )
        match = _ROUTE.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise ConfigurationError(
                f"paths[{name!r}] must be a path, like '/partner/...', or a method and a path, like "
                f"'GET /partner/...', not {text!r}"
            )
        method = match[1] or operation.method
        if method is None:
            raise ConfigurationError(
                f"paths[{name!r}] must begin with the HTTP method, like 'POST {match[2]}': the menu of the "
                "documentation does not show it"
            )
        try:
            routes[name] = Route(method, check_path(match[2], placeholders=True))
        except ArgumentError as problem:
            raise ConfigurationError(f"paths[{name!r}]: {problem.problem}") from None
    return routes


def call_listed(
    operation: ListedOperation, routes: Mapping[str, Route], arguments: Mapping[str, object]
) -> tuple[Operation[Any], tuple[Any, ...], dict[str, object] | None, object]:
    """Turn a listed operation into one that can be sent.

    Keywords that the path has a placeholder for go there; the others are the query of a GET and the JSON body
    of anything else.

    Returns:
        The operation, the values of its path, its query, and its body (UNSET if there is none).

    Raises:
        UndocumentedOperationError: The client was not told the path.
        TypeError: A placeholder of the path has no keyword.
    """
    route = routes.get(operation.id)
    if route is None:
        raise UndocumentedOperationError(
            f"{operation.id} is only listed: the documentation's menu has a page {operation.title!r} "
            f"({operation.section}), and what it says is not known",
            operation=operation.id,
            title=operation.title,
            section=operation.section,
            advice="Nothing was sent. If you have that page, either tell the client the path, "
            f'MintedClient(paths={{"{operation.id}": "{operation.method or "POST"} /partner/..."}}), or make '
            "the method typed by adding the page to the spec.",
        )
    typed: Operation[Any] = Operation(
        id=operation.id,
        method=route.method,
        path=route.path,
        result=operation.result,
        idempotent=route.method == "GET",
        alone=route.method != "GET",  # nobody knows what it moves
    )
    rest = dict(arguments)
    missing = [name for name in typed.placeholders if name not in rest]
    if missing:
        raise TypeError(f"{operation.id}: the path {route.path} needs the keyword {' and '.join(missing)}")
    path = tuple(rest[name] for name in typed.placeholders)
    for name in typed.placeholders:
        rest.pop(name, None)
    if route.method == "GET":
        return typed, path, without_none(rest), UNSET
    return typed, path, None, rest or UNSET
