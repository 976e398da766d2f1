"""`functools.cached_property` without the lock that it has in Python 3.11."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar

T = TypeVar("T")


class cached_property(functools.cached_property[T]):  # noqa: N801 (as that of functools)
    """A property that is computed once, or by each of several threads that come first at once.

    That lock is one for all objects of a class: held by a thread of the parent when a process forks, it is
    never released in the child. Python 3.12 has none either.
    """

    def __init__(self, func: Callable[[Any], T]) -> None:
        super().__init__(func)
        self.lock = nullcontext()


def computed(of: object) -> set[str]:
    """The cached properties of an object that it has computed, those of a user's subclass included."""
    kind = type(of)
    # Other threads may be adding to it.
    names = list(vars(of))
    return {name for name in names if isinstance(getattr(kind, name, None), functools.cached_property)}
