"""What a test gives to the sandbox is looked at where it is given; later there would only be bad answers."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, ParamSpec, TypeVar, get_type_hints

import msgspec

P = ParamSpec("P")
R = TypeVar("R")

_hints: Final = functools.cache(get_type_hints)
"""Annotations are text, which is read once and not with each call."""

_METHOD: Final = re.compile(r"[A-Z]+")
_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_]\w*)\}", re.ASCII)
_LITERAL: Final = re.compile(r"(?:(?![?#{}])[!-~])*")


def typed(function: Callable[P, R]) -> Callable[P, R]:
    """A function that raises TypeError, with the argument's name, for what its annotations do not allow."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            given = signature.bind(*args, **kwargs)
        except TypeError:
            return function(*args, **kwargs)  # which says it better
        given.arguments |= convert(_hints(function), given.arguments)
        return function(*given.args, **given.kwargs)

    return checked


def convert(hints: Mapping[str, Any], values: Mapping[str, object]) -> dict[str, Any]:
    """The values that have other types than their hints, in these: a whole number as a float, and so on.

    Raises:
        TypeError: One of them has another type. It is not shown: it may be a password.
    """
    converted: dict[str, Any] = {}
    for name in values.keys() & hints.keys():
        if _is(values[name], hints[name]):
            continue
        try:
            # The sandbox shares nothing with the core, and what has its type already did not get here.
            converted[name] = msgspec.convert(values[name], hints[name])  # noqa: TID251
        except msgspec.ValidationError as problem:
            raise TypeError(f"{name} has the wrong type: {problem}") from None
    return converted


def convert_fields(instance: object) -> None:
    """Look at the fields of a frozen dataclass that is being made, as at arguments."""
    kind: Any = type(instance)
    hints = _hints(kind)
    for name, value in convert(hints, {name: getattr(instance, name) for name in hints}).items():
        object.__setattr__(instance, name, value)


def _is(value: object, hint: Any) -> bool:
    try:
        return isinstance(value, hint) and not isinstance(value, bool)
    except TypeError:  # what is in brackets is looked into
        return False


def check_method(method: str) -> None:
    """Look at an HTTP method.

    Raises:
        ValueError: It is none.
    """
    if not _METHOD.fullmatch(method):
        raise ValueError(f"a method is in capitals, such as GET: {method!r}")


def path_pattern(path: str) -> re.Pattern[str]:
    """What fits a path in which `{name}` stands for one segment, or a part of it.

    Raises:
        ValueError: No request can have such a path.
    """
    # Every second part is the name of a placeholder.
    parts = _PLACEHOLDER.split(path)
    names = parts[1::2]
    if not (path.startswith("/") and _LITERAL.fullmatch("".join(parts[::2])) and len({*names}) == len(names)):
        raise ValueError(
            "a path starts with /, is percent-encoded as it is sent, has no query or blank, and each {name} "
            f"in it is another: {path!r}"
        )
    return re.compile(
        "".join(f"(?P<{part}>[^/]+)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    )
