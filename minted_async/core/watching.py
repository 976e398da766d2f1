"""Who looks at calls without taking part in them: what they do, and what befalls them, changes no call."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from typing import Any, Final, Protocol, cast

from minted_async.core.logs import FAULTS, Log
from minted_async.core.operation import Operation
from minted_async.core.protocol import Request, Response
from minted_async.errors import ConfigurationError
from minted_async.events import Event

logger: Final = Log("minted_async")

CALLS: Final = itertools.count(1)
"""Numbers of the calls of which somebody is told."""


class Watcher(Protocol):
    """Sees every answer before it is read."""

    def see(self, operation: Operation[Any], request: Request, response: Response) -> None:
        """Look at an answer. Never raises."""
        ...


class Emitter:
    """Gives events to the callable of the user."""

    __slots__ = ("_callback",)

    def __init__(self, callback: Callable[[Event], object]) -> None:
        self._callback = callback

    @classmethod
    def of(cls, callback: object) -> Emitter | None:
        """What the argument `events` of a client asks for.

        Raises:
            ConfigurationError: It is no plain function.
        """
        if callback is None:
            return None
        if not callable(callback) or _runs_later(callback) or _runs_later(type(callback).__call__):
            raise ConfigurationError(
                "events must be a plain function of one event (not async: it is called in the middle of a "
                "call); put what takes time in a queue"
            )
        return cls(cast("Callable[[Event], object]", callback))

    def emit(self, event: Event) -> None:
        """Hand an event over; what the callable raises is logged."""
        try:
            result = self._callback(event)
            if inspect.iscoroutine(result):
                result.close()
                raise TypeError("it gave a coroutine, which nobody awaits: events= is a plain function")
        except FAULTS as problem:
            # What it was raised in the middle of is the error of the call, which names ids.
            link: BaseException | None = problem
            while link is not None:
                link.__suppress_context__ = True
                link = link.__cause__
            logger.exception(
                "events= raised for %s, which changes nothing for the call", type(event).__name__
            )


def _runs_later(function: Callable[..., object]) -> bool:
    """Whether calling it does nothing yet."""
    return (
        inspect.iscoroutinefunction(function)
        or inspect.isgeneratorfunction(function)
        or inspect.isasyncgenfunction(function)
    )
