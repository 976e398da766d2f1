"""What the programs share that run in processes of their own: a client, a fork, a word on what came of it."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from minted_async import errors
from minted_async.blocking import MintedClient
from minted_async.sandbox import Sandbox
from tests.trades.orders import CUSTOMER, gold

SLOW = "/partner/order/SLOW"
UNTOLD = "untold"
"""Last argument of a program: its forks do not tell Python that they are any, like those of uWSGI."""


def fork() -> int:
    """Fork, in the way that the program was told."""
    if sys.argv[-1] != UNTOLD:
        return os.fork()
    # The lock of the interpreter itself breaks if a thread waits for it meanwhile.
    while _where_others_are() != _where_others_are():
        pass
    forked: int = ctypes.PyDLL(None).fork()  # which keeps that lock
    return forked


def watch() -> None:
    """Whatever hangs shows where, and ends."""
    faulthandler.register(signal.SIGALRM, chain=True)
    signal.alarm(20)


def say(*what: object) -> None:
    sys.stdout.write(" ".join(map(str, what)) + "\n")
    sys.stdout.flush()


def _where_others_are() -> dict[int, tuple[int, int]]:
    time.sleep(0.05)
    own = threading.get_ident()
    frames = sys._current_frames().items()  # pyright: ignore[reportPrivateUsage]
    return {thread: (id(frame), frame.f_lasti) for thread, frame in frames if thread != own}


def in_child(work: Callable[[], object], leave: Callable[[int], object] = sys.exit) -> None:
    """Do something in a fork that ends as programs do, and wait for it."""
    child = fork()
    if child == 0:
        watch()
        told(work)
        # Python would wait for threads of the parent, which it was not told that it does not have.
        (os._exit if sys.argv[-1] == UNTOLD else leave)(0)
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
