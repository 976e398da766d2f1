"""What a nonce is good for, found out in ten seconds. It stops at the first refusal that is not `stale=true`:
that may count as a failed login.
"""

from __future__ import annotations

from typing import Final

from minted_async.core.connection import BrokenExchangeError
from minted_async.core.digest.signing import Nonce
from minted_async.doctor.context import Check, Context
from minted_async.doctor.questions import absent_order
from minted_async.doctor.report import Finding, Verdict, Word, finding
from minted_async.doctor.wire import Answer

__all__ = ["CHECKS"]

_SECONDS: Final = 10.0
"""What it may take in all."""

_RESERVE: Final = 0.5
"""Seconds of it that are left for the last request."""

_PAUSES: Final = (1.0, 2.0, 3.0, 3.0)
"""Seconds between two uses of a nonce: nine in all."""


async def _order(context: Context) -> Finding:
    """Whether a nonce is taken twice, and whether a count that was left out can be sent later."""
    context.probed_until = context.clock.monotonic() + _SECONDS - _RESERVE
    if (reason := _useless(context)) is not None:
        return reason
    nonce = await _renew(context)
    for count in (1, 2, 4, 3):
        nonce.uses = count - 1
        answer = await context.ask_raw(absent_order(context.headers))
        if answer.status == 401:
            return _count_refused(context, count, _how(answer))
    context.assume("nonce-use", True, "counts were taken in the order 1, 2, 4, 3")
    return finding(Verdict.WELL, "Counts are taken in any order.")


def _count_refused(context: Context, count: int, how: Word) -> Finding:
    context.assume("nonce-use", False, "of the counts 1, 2, 4, 3 the {count} is {how}", count=count, how=how)
    if count <= 2:
        return finding(
            Verdict.DIFFERS,
            "A nonce is good for one request: the next one is {how}.",
            "It works, if it is called stale: each call then costs one more request.",
            how=how,
        )
    return finding(
        Verdict.DIFFERS,
        "Counts have to be in order: of 1, 2, 4, 3 the {count} is {how}.",
        "Use serialize_nonces=True: calls then go out one after the other.",
        count=count,
        how=how,
    )


async def _life(context: Context) -> Finding:
    """For how long a nonce is taken, as far as there is time to wait."""
    if (reason := _useless(context)) is not None:
        return reason
    await _renew(context)
    born = context.clock.monotonic()
    lived = 0
    for pause in (0.0, *_PAUSES):
        if context.clock.monotonic() + pause > context.probed_until:
            break
        if pause:
            await context.clock.sleep(pause)
        answer = await context.ask_raw(absent_order(context.headers))
        age = round(context.clock.monotonic() - born)
        if answer.status == 401:
            context.assume("nonce-life", False, "it was refused after {age} s", age=age)
            return finding(
                Verdict.DIFFERS,
                "A nonce is good for {lived} s, and no longer after {age} s: it is {how}.",
                "It works: a nonce that has run out costs a call one more request.",
                lived=lived,
                age=age,
                how=_how(answer),
            )
        lived = age
    context.assume("nonce-life", True, "it was taken for {lived} s; nobody waited for more", lived=lived)
    return finding(Verdict.WELL, "A nonce is good for {lived} s and more.", lived=lived)


def _useless(context: Context) -> Finding | None:
    """Why nothing can be found out about nonces."""
    if context.challenge is None:
        return finding(Verdict.UNCHECKED, "The server asks for no login.")
    if context.wire.refused:
        return finding(Verdict.UNCHECKED, "One refusal is enough.")
    if context.one_time:
        context.assume("nonce-use", False, "each answer announces the next nonce")
        return finding(Verdict.UNCHECKED, "Each answer announces the next nonce.")
    return None


def _how(answer: Answer) -> Word:
    return Word("called stale" if answer.stale else "refused like a wrong password")


async def _renew(context: Context) -> Nonce:
    """Ask unsigned, which is no login, and take the nonce that is given.

    Raises:
        BrokenExchangeError: None is given.
    """
    context.nonce = None
    answer = await context.ask_raw(absent_order(context.headers))
    if answer.challenge is None:
        raise BrokenExchangeError("the server asked for a login, and does so no more")
    context.nonce = context.wire.nonce(answer.challenge)
    return context.nonce


CHECKS: Final = (Check("nonce-order", _order, limit=_SECONDS), Check("nonce-life", _life, limit=_SECONDS))
