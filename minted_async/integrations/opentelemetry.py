"""OpenTelemetry: a span for each call, and metrics of calls, price feeds and orders.

```python
from minted_async.integrations.opentelemetry import Telemetry

telemetry = Telemetry()
minted = MintedClient("user", "password", events=telemetry)
telemetry.watch(minted)
```

Spans go by the semantic conventions for HTTP clients. No id and nothing else of a customer is in a name, an
attribute or an event; `url.full` is left out because it holds ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from time import monotonic_ns, time_ns
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from minted_async import blocking
from minted_async._version import __version__
from minted_async.client import MintedClient
from minted_async.core.config import check_type
from minted_async.errors import ConfigurationError
from minted_async.events import CallFinished, Challenged, Event, Retrying
from minted_async.feeds import PriceFeed

try:
    from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation, get_meter
    from opentelemetry.trace import SpanKind, StatusCode, TracerProvider, get_tracer
except ImportError as missing:
    raise ImportError(
        "minted_async.integrations.opentelemetry needs OpenTelemetry: pip install 'minted-async[otel]'"
    ) from missing

__all__ = ["Telemetry"]

_Attributes: TypeAlias = dict[str, str | int | float | bool]

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 30)
"""Buckets: those of the conventions for HTTP, and on to the usual limit of a call."""

_CHALLENGE: Final = "minted.challenge"
_RETRY: Final = "minted.retry"


class _Step(NamedTuple):
    """What happened within a call: what it is called, when, by the monotonic clock in ns, and more of it."""

    name: str
    at: int
    attributes: _Attributes


# What is watched in this process, for as long as somebody else holds it, and what its user calls it. A gauge
# belongs to a provider of metrics, and not to one `Telemetry`: of two that observe the same one, an SDK keeps
# one value. Threads change it while an exporter's reads it: each step is one, without a lock that a fork
# might leave taken.
_WATCHED: Final[WeakKeyDictionary[object, dict[MeterProvider | None, str | None]]] = WeakKeyDictionary()


class Telemetry:
    """Tells OpenTelemetry what clients do: `MintedClient(..., events=Telemetry())`.

    One is enough for a program, whatever the number of its clients, threads and event loops. To have events
    of your own beside it, pass a function to `events=` that calls it first.

    Args:
        tracer_provider: Where spans go; None for the provider that the program has set, or sets later.
        meter_provider: The same for metrics.
    """

    def __init__(
        self, *, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
    ) -> None:
        self._provider = meter_provider
        self._tracer = get_tracer("minted_async", __version__, tracer_provider)
        meter = get_meter("minted_async", __version__, meter_provider)
        self._durations = meter.create_histogram(
            "minted.client.call.duration",
            "s",
            "From a call to its end, further attempts and waits included.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._waits = meter.create_histogram(
            "minted.client.pool.wait",
            "s",
            "How long a call stood in line for one of the client's connections.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._retries = meter.create_counter(
            "minted.client.retries", "{retry}", "Attempts that failed and were followed by another one."
        )
        self._unauthorized = meter.create_counter(
            "minted.client.unauthorized", "{response}", "Answers with the status 401."
        )
        meter.create_observable_gauge(
            "minted.feed.price.age", [self._ages], "s", "Age of the newest prices of a feed."
        )
        meter.create_observable_up_down_counter(
            "minted.trades.unsettled", [self._unsettled], "{order}", "Orders that have no outcome yet."
        )
        self._steps: dict[int, list[_Step]] = {}

    def __call__(self, event: Event) -> None:
        """Take in an event of a client."""
        match event:
            case CallFinished():
                self._finished(event)
            case Retrying():
                outcome = _outcome(event.status, event.error)
                self._retries.add(1, {"minted.operation": event.operation, **outcome})
                details = {"minted.retry.attempt": event.attempt, "minted.retry.wait": event.wait, **outcome}
                self._note(event.call, _RETRY, details)
            case Challenged():
                self._count_401(event.operation, "signed" if event.signed else "unsigned")
                self._note(event.call, _CHALLENGE, {"minted.challenge.signed": event.signed})
            case _:
                pass

    def watch(
        self,
        what: MintedClient | PriceFeed | blocking.MintedClient | blocking.PriceFeed,
        *,
        name: str | None = None,
    ) -> None:
        """Measure the orders of a client that have no outcome, or the age of a feed's prices.

        It is not kept alive by this, and measured until it is closed; a view of a client as long as you hold
        the view. Of feeds that share a name, or have none, the oldest prices count; orders of clients are
        added up.

        Args:
            what: The client, or the feed; a blocking one too.
            name: Tells it apart from others, in the attribute `minted.client.name` or `minted.feed.name`.
                It goes where the metrics go: no id.

        Raises:
            ConfigurationError: It is neither, or the name is no text.
        """
        kinds = MintedClient | PriceFeed
        if not isinstance(what, kinds):  # a program without the blocking ones does not load them
            check_type("what", what, kinds | blocking.MintedClient | blocking.PriceFeed)
        check_type("name", name, str | None)
        target = getattr(what, "trades", what)
        _WATCHED.setdefault(target, {})[self._provider] = name

    # ---------------------------------------------------------------- calls
    def _finished(self, event: CallFinished) -> None:
        steps = self._steps.pop(event.call, [])
        server = _server(event.server)
        outcome = _outcome(event.status, event.error)
        method: _Attributes = {"http.request.method": event.method}
        call: _Attributes = {"minted.operation": event.operation, **method, **server, **outcome}
        self._durations.record(event.seconds, call)
        if event.attempts:
            self._waits.record(event.waited, server)
        if event.status == 401:
            self._count_401(event.operation, "refused")
        self._trace(event, steps, {**method, **server, **outcome})

    def _trace(self, event: CallFinished, steps: list[_Step], attributes: _Attributes) -> None:
        """Make the span of a call that has ended, in its caller's context: it is called in the same task."""
        end, now = time_ns(), monotonic_ns()
        start = end - round(event.seconds * 1e9)
        attributes["url.scheme"] = event.server.partition(":")[0]
        attributes["minted.sent"] = event.sent
        attributes["minted.pool.wait"] = event.waited
        if event.path is not None:
            attributes["url.template"] = event.path
        challenges = sum(step.name is _CHALLENGE for step in steps)
        if resent := max(event.attempts - 1, 0) + challenges:
            attributes["http.request.resend_count"] = resent
        span = self._tracer.start_span(
            event.operation, kind=SpanKind.CLIENT, attributes=attributes, start_time=start
        )
        for step in steps:
            span.add_event(step.name, step.attributes, max(start, end - (now - step.at)))
        if event.error is not None:
            span.set_status(StatusCode.ERROR)  # without a description: texts of errors hold ids
        span.end(end)

    def _note(self, call: int, name: str, attributes: _Attributes) -> None:
        self._steps.setdefault(call, []).append(_Step(name, monotonic_ns(), attributes))

    def _count_401(self, operation: str, kind: str) -> None:
        self._unauthorized.add(1, {"minted.operation": operation, "minted.unauthorized.kind": kind})

    # ---------------------------------------------------------------- feeds and orders, read by the exporter
    def _ages(self, _: CallbackOptions) -> Iterable[Observation]:
        ages: dict[str | None, float] = {}
        for name, age in self._told("age"):
            ages[name] = max(age, ages.get(name, 0.0))
        return _observations("minted.feed.name", ages)

    def _unsettled(self, _: CallbackOptions) -> Iterable[Observation]:
        orders: dict[str | None, int] = {}
        for name, unsettled in self._told("unsettled"):
            orders[name] = unsettled + orders.get(name, 0)
        return _observations("minted.client.name", orders)

    def _told(self, attribute: str) -> Iterator[tuple[str | None, Any]]:
        """What those that are still there tell of themselves, with their names."""
        for reference in _WATCHED.keyrefs():
            target = reference()
            names = {} if target is None else _WATCHED.get(target, {})
            if self._provider not in names:
                continue
            value = None
            with suppress(ConfigurationError):  # it was opened before this process was forked
                value = getattr(target, attribute, None)
            if value is not None:
                yield names[self._provider], value


def _observations(key: str, values: Mapping[str | None, float]) -> list[Observation]:
    return [Observation(value, {} if name is None else {key: name}) for name, value in values.items()]


def _outcome(status: int | None, error: str | None) -> _Attributes:
    """Status and kind of error, as far as there are any."""
    found: _Attributes = {} if status is None else {"http.response.status_code": status}
    return found if error is None else {**found, "error.type": error}


@lru_cache(maxsize=64)
def _server(base: str) -> Mapping[str, str | int]:
    url = urlsplit(base)
    port = url.port or (443 if url.scheme == "https" else 80)
    return {"server.address": url.hostname or "", "server.port": port}
