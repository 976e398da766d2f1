"""The checks, one after the other: each has its time, and none is made that cannot tell anything."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

import anyio
from msgspec import structs

from minted_async.client import MintedClient
from minted_async.clock import Clock
from minted_async.core.config import Timeout, check_type
from minted_async.core.origin import STAGING
from minted_async.doctor import login, probe, reach, reading, refusals, speed
from minted_async.doctor.context import TO_A_QUESTION, Check, Context, Kept, ThrottledError
from minted_async.doctor.failures import BROKEN, failed
from minted_async.doctor.questions import READS, read
from minted_async.doctor.report import AssumptionResult, Finding, Report, Verdict, Word, finding
from minted_async.doctor.wire import LoginRefusedError, Wire
from minted_async.errors import ArgumentError, ConfigurationError
from minted_async.sandbox.assumptions import ASSUMPTIONS

__all__ = ["examine"]

_CHECKS: Final = (
    *reach.CHECKS,
    *login.CHECKS,
    speed.KEEP_ALIVE,
    reading.PRICES,
    *refusals.CHECKS,
    *reading.CHECKS,
    *speed.CHECKS,
)


async def examine(
    minted: MintedClient,
    *,
    order_id: str | None = None,
    customer_id: str | None = None,
    probe_nonces: bool = False,
    limit: float = 10.0,
    on_finding: Callable[[Finding], object] = lambda finding: None,
    clock: Clock = Clock(),  # noqa: B008 (immutable)
) -> Report:
    """Check everything between here and Minted, with a client as it is set up.

    Nothing is ordered and nothing is changed: it reads, and fixes prices. A wrong password is tried once.

    Args:
        minted: The client; it stays open.
        order_id: Your own id of an order, to see whether it can be read.
        customer_id: Your own id of a customer.
        probe_nonces: Find out what a nonce is good for; it takes ten seconds.
        limit: Seconds that each check may take.
        on_finding: Called with each finding as soon as it is made.
        clock: Time, for tests.

    Returns:
        What was found. It holds no secret, no id and no value that came over the wire.

    Raises:
        ConfigurationError: An argument makes no sense, or the client is closed.
    """
    Timeout.of(limit)  # which refuses what is no positive number of seconds
    ids = {"order": order_id, "customer": customer_id}
    for name, value in ids.items():
        if value == "":
            raise ConfigurationError(f"{name}_id must not be empty")
        check_type(f"{name}_id", value, str | None)
    sender = structs.replace(minted._sender, retry=None)  # pyright: ignore[reportPrivateUsage]
    options = sender.transport.options
    if options.password is None:
        raise ConfigurationError(
            "the doctor needs a client that was made with a password: credentials= is not asked"
        )
    wire = Wire(options, options.password, connect=limit, monotonic=clock.monotonic)
    context = Context(
        sender=sender,
        wire=wire,
        clock=clock,
        ids={name: value for name, value in ids.items() if value is not None},
        limit=limit,
    )
    for operation in READS.values():
        try:
            read(operation, context.headers, partial(context.id_for, operation))
        except ArgumentError as problem:
            raise ConfigurationError(f"an id cannot be asked for: {problem.happened}") from problem
    findings: list[Finding] = []
    left = deque((*_CHECKS, *(probe.CHECKS if probe_nonces else ())))
    try:
        while left:
            check = left.popleft()
            made = await _make(check, context)
            if made is None:
                continue
            told = [replace(made, check=check.name)]
            if made.stops and left:
                names = Word.joined(Word(other.name) for other in left)
                left.clear()
                rest = finding(Verdict.UNCHECKED, "Not tried: {names}.", names=names)
                told.append(replace(rest, check="all others"))
            for item in told:
                findings.append(item)
                on_finding(item)
    finally:
        await wire.aclose()
    server = "staging" if options.origin.base == STAGING else "another server"
    return Report(server, findings, list(_assumptions(context)))


async def _make(check: Check, context: Context) -> Finding | None:
    limit = check.limit or context.limit
    try:
        with anyio.fail_after(limit):
            return await check.run(context)
    except LoginRefusedError:
        return finding(
            Verdict.REFUSED,
            "The server refuses a login that it took before.",
            "Was the account locked, or the password changed, just now? Or are there several servers behind "
            "the address, or nonces that run out without stale=true? Nothing more was tried.",
            stops=True,
        )
    except ThrottledError:
        return finding(
            Verdict.DIFFERS,
            "HTTP 429: a few requests are too many for the server.",
            "Run the doctor again later. If it stays so, ask Minted for the limit: a price feed asks once a "
            "second unless it has a longer interval.",
            stops=True,
        )
    except ConfigurationError:
        raise
    except BROKEN as problem:
        return replace(failed(problem, limit), stops=check.path)
    except Exception:
        # A server can answer what nobody has thought of; its answer would stand in a traceback.
        return finding(
            Verdict.DIFFERS,
            "What is answered here makes no sense to the doctor.",
            TO_A_QUESTION,
            stops=check.path,
        )


def _assumptions(context: Context) -> Iterator[AssumptionResult]:
    for name, text, how, checked, part in ASSUMPTIONS:
        known = context.kept.get(name) or Kept(None, f"not seen; it is checked {how}" if checked else how)
        yield AssumptionResult(name, f"{part}: {text}" if part else text, known.kept, known.seen)
