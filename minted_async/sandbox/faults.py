"""Misbehaviour on purpose: what can go wrong, how often, and what a test orders for the next request.

Faults happen to authenticated API calls only, never to the 401 that starts a digest conversation. *Before*
means that the request was read and not carried out; *after* means that it was carried out and only its
answer suffers.
"""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from typing import Literal, get_args

from minted_async.sandbox.arguments import check_method, convert_fields, path_pattern

FaultName = Literal[
    "delay",
    "delay_after",
    "forbidden",
    "reset_after",
    "reset_before",
    "server_error",
    "server_error_html",
    "server_error_html_after",
    "stale_nonces",
    "too_many_requests",
    "truncate",
]
"""What `Sandbox.fail_next` takes."""

FAULT_NAMES: frozenset[str] = frozenset(get_args(FaultName))

_EXCLUSIVE: tuple[FaultName, ...] = (
    "reset_before",
    "reset_after",
    "truncate",
    "too_many_requests",
    "server_error",
    "server_error_html",
    "server_error_html_after",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How a sandbox misbehaves. Probabilities are shares of the authenticated calls, from 0 to 1.

    Of the faults with a probability at most one happens to a call, so their sum, `stale_nonces` aside, is at
    most 1; `delay` comes on top. What happens is drawn from the sandbox's seed.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: A probability outside 0 to 1, a sum above 1, a delay whose bounds are negative or the
            wrong way round, a negative `retry_after`, or fewer than one backend.
    """

    delay: tuple[float, float] | None = None
    """Wait this many seconds, at least and at most, before each call is carried out. A client that gives up
    meanwhile does not stop it: the call is carried out all the same, as by a server behind a slow line."""
    reset_before: float = 0.0
    """Reset the connection (RST) after reading the request, without carrying it out."""
    reset_after: float = 0.0
    """Carry the request out, then reset the connection instead of answering."""
    truncate: float = 0.0
    """Carry the request out, announce the whole answer in Content-Length, send half of it and close."""
    too_many_requests: float = 0.0
    """Answer 429 with the envelope, without carrying the request out."""
    retry_after: int | None = 1
    """Seconds in the Retry-After header of a 429; None leaves the header away."""
    retry_after_as_date: bool = False
    """Write Retry-After as an HTTP date, by the machine's time, which `Sandbox.advance` leaves alone."""
    server_error: float = 0.0
    """Answer 500 with the envelope, without carrying the request out."""
    server_error_html: float = 0.0
    """Answer 502 with an HTML page, as a gateway does, without carrying the request out."""
    server_error_html_after: float = 0.0
    """The same 502, but the request was carried out: the gateway lost the answer."""
    stale_nonces: float = 0.0
    """Answer a rightly signed call with 401 and stale=true, without carrying it out."""
    one_time_nonces: bool = False
    """Each nonce is good for one request; the answer carries the next in Authentication-Info."""
    backends: int = 1
    """Servers behind the one address; a connection stays with one, and they do not share nonces."""

    def __post_init__(self) -> None:
        convert_fields(self)
        for name in (*_EXCLUSIVE, "stale_nonces"):
            share: float = getattr(self, name)
            if not 0 <= share <= 1:
                raise ValueError(f"{name} is a probability from 0 to 1: {share!r}")
        if math.fsum(getattr(self, name) for name in _EXCLUSIVE) > 1 + 1e-9:
            raise ValueError(f"the probabilities of {', '.join(_EXCLUSIVE)} add up to more than 1")
        if self.delay is not None:
            shortest, longest = self.delay
            if not (0 <= shortest <= longest and math.isfinite(longest)):
                raise ValueError(f"delay is (shortest, longest) in seconds: {self.delay!r}")
        if self.retry_after is not None and self.retry_after < 0:
            raise ValueError(f"retry_after is a number of seconds, not negative: {self.retry_after!r}")
        if self.backends < 1:
            raise ValueError(f"backends is at least 1: {self.backends!r}")


@dataclass(slots=True)
class _Script:
    fault: FaultName
    times: int
    path: str | None
    pattern: re.Pattern[str] | None
    method: str | None
    seconds: float
    optional: bool
    ordered: int

    def __str__(self) -> str:
        limits = (("path", self.path), ("method", self.method))
        shown = "".join(f', {name}="{value}"' for name, value in limits if value is not None)
        return f'fail_next("{self.fault}"{shown}): {self.times} of {self.ordered} did not happen'


class FaultPlan:
    """Decides what happens to each call: first what a test ordered, then what the dice say."""

    def __init__(self, faults: Faults, rng: random.Random) -> None:
        self._rng = rng
        self._scripts: list[_Script] = []
        self.faults = faults

    @property
    def faults(self) -> Faults:
        """What may go wrong; can be exchanged at any time."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._faults = faults
        self._shares: list[tuple[FaultName, float]] = [
            (name, getattr(faults, name)) for name in _EXCLUSIVE if getattr(faults, name)
        ]

    @property
    def unmet(self) -> tuple[str, ...]:
        """The ordered faults that have not happened yet and had to, each as a sentence."""
        return tuple(str(script) for script in self._scripts if not script.optional)

    def order(
        self,
        fault: FaultName,
        *,
        times: int,
        path: str | None,
        method: str | None,
        seconds: float,
        optional: bool,
    ) -> None:
        """Order a fault for the next calls that fit; see `Sandbox.fail_next`."""
        if fault not in FAULT_NAMES:
            raise ValueError(f"no such fault: {fault!r}; there are {', '.join(sorted(FAULT_NAMES))}")
        if method is not None:
            check_method(method)
        pattern = None if path is None else path_pattern(path)
        if times < 1:
            raise ValueError(f"times is at least 1: {times!r}")
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError(f"seconds is not negative: {seconds!r}")
        self._scripts.append(_Script(fault, times, path, pattern, method, seconds, optional, times))

    def forget(self) -> None:
        """Take the orders back."""
        self._scripts.clear()

    def draw(self, method: str, path: str) -> tuple[FaultName | None, float]:
        """The fault of this call, if any, and how long to wait if the fault is a delay."""
        for script in self._scripts:
            if script.method in (None, method) and (script.pattern is None or script.pattern.fullmatch(path)):
                script.times -= 1
                if not script.times:
                    self._scripts.remove(script)
                return script.fault, script.seconds
        if self._faults.stale_nonces and self._rng.random() < self._faults.stale_nonces:
            return "stale_nonces", 0.0
        if self._shares:
            dice = self._rng.random()
            for fault, share in self._shares:
                dice -= share
                if dice < 0:
                    return fault, 0.0
        return None, 0.0

    def delay(self) -> float:
        """Seconds to wait before this call is carried out."""
        return 0.0 if self._faults.delay is None else self._rng.uniform(*self._faults.delay)
