"""What the programs share that run in processes of their own: a client, a fork, a word on what came of it."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from collections.abc import Callable

from minted_async import errors
from minted_async.blocking import MintedClient
from minted_async.sandbox import Sandbox
from tests.trades.orders import CUSTOMER, gold

SLOW = "/partner/order/SLOW"


def watch() -> None:
    """Whatever hangs shows where, and ends."""
    faulthandler.register(signal.SIGALRM, chain=True)
    signal.alarm(20)


def say(*what: object) -> None:
    sys.stdout.write(" ".join(map(str, what)) + "\n")
    sys.stdout.flush()


def in_child(work: Callable[[], object], leave: Callable[[int], object] = sys.exit) -> None:
    """Do something in a fork that ends as programs do, and wait for it."""
    child = os.fork()
    if child == 0:
        watch()
        told(work)
        leave(0)
    _, status = os.waitpid(child, 0)
    say("child ended with", os.waitstatus_to_exitcode(status))


def told(work: Callable[[], object]) -> None:
    try:
        say(work())
    except errors.MintedError as error:
        say(f"{type(error).__name__}: {error}")


def client_of(sandbox: Sandbox, journal: str | None = None) -> MintedClient:
    return MintedClient(
        sandbox.username, sandbox.password, base_url=sandbox.url, locale="en", journal=journal
    )


def buy(client: MintedClient, external_id: str) -> str | None:
    return client.trades.buy(customer=CUSTOMER, items=gold(), external_id=external_id).external_id
