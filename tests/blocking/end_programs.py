"""Programs that are interrupted, that end, and that lack what they need."""

from __future__ import annotations

import asyncio
import atexit
import builtins
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

from minted_async import MintedClient as AsyncMintedClient
from minted_async import errors
from minted_async.blocking import MintedClient
from minted_async.sandbox import Sandbox
from tests.blocking.program import SLOW, buy, client_of, say, told
from tests.trades.orders import BUY, sent_orders


class SoftTimeLimitError(Exception):
    """What Celery's SoftTimeLimitExceeded is: raised by a signal handler, in the middle of anything."""


def _signal_once(sandbox: Sandbox, number: int) -> None:
    """Send a signal to the main thread as soon as all faults that were ordered have happened."""

    def send() -> None:
        sandbox.wait_until(lambda: not sandbox.unmet_faults)
        signal.pthread_kill(threading.main_thread().ident or 0, number)

    threading.Thread(target=send, daemon=True).start()


def interrupted_by_ctrl_c(sandbox: Sandbox, journal: str) -> None:
    """Ctrl-C cancels an order that is under way and tells what is known; `recover` accounts for it."""
    with client_of(sandbox, journal) as client:
        client.prices.fix(type="digital")
        sandbox.fail_next("delay_after", path=BUY, seconds=600)
        _signal_once(sandbox, signal.SIGINT)
        try:
            buy(client, "ORD-1")
        except KeyboardInterrupt as interrupt:
            say(interrupt.__notes__)
        for recovery in client.trades.recover():
            say(recovery.external_id, recovery.order is not None)
        say(dict(sent_orders(sandbox)))


def interrupted_by_a_time_limit(sandbox: Sandbox, journal: str) -> None:
    """What a signal handler raises comes out of the call, which is cancelled; the client goes on."""

    def handler(number: int, frame: object) -> NoReturn:
        raise SoftTimeLimitError

    signal.signal(signal.SIGUSR1, handler)
    with client_of(sandbox, journal) as client:
        client.prices.fix(type="digital")
        sandbox.fail_next("delay", path=SLOW, seconds=600)
        _signal_once(sandbox, signal.SIGUSR1)
        try:
            client.orders.get("SLOW")
        except SoftTimeLimitError as exceeded:
            say(exceeded.__notes__)
        say(buy(client, "ORD-1"))


def interrupted_twice(sandbox: Sandbox) -> None:
    """A second Ctrl-C does not wait for what does not heed its cancellation."""
    with client_of(sandbox) as client:
        stuck, go_on = threading.Event(), threading.Event()

        def never(prices: object) -> bool:
            stuck.set()
            go_on.wait(30)
            return False

        def interrupt() -> None:
            stuck.wait(30)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            first.wait(30)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        first = threading.Event()

        def handler(number: int, frame: object) -> NoReturn:
            first.set()
            raise KeyboardInterrupt

        signal.signal(signal.SIGINT, handler)
        with client.price_feed(interval=0.05) as feed:
            threading.Thread(target=interrupt, daemon=True).start()
            try:
                feed.wait_for(never)
            except KeyboardInterrupt as interrupted:
                say("out", isinstance(interrupted.__context__, KeyboardInterrupt))
            go_on.set()
        say(bool(client.prices.fix(type="digital").prices))


def ends_with_an_open_client(sandbox: Sandbox, journal: str) -> None:
    """A client that nobody closes does not keep the interpreter."""
    client = client_of(sandbox, journal)
    say(buy(client, "ORD-1"))
    feed = client.price_feed(interval=0.02).__enter__()
    say(feed.latest.version > 0)
    globals()["kept"] = client, feed


def ends_with_a_client_at_rest(sandbox: Sandbox) -> None:
    """A client that was used and is not closed is torn down without a word of its own."""
    client = client_of(sandbox)
    say(bool(client.prices.fix(type="digital").prices))
    globals()["kept"] = client


def ends_with_what_outlives_its_modules(sandbox: Sandbox) -> None:
    """What a library holds to the very end, as those that instrument programs do."""

    async def use() -> object:
        async with (
            AsyncMintedClient("demo", "demo", base_url=sandbox.url) as minted,
            minted.price_feed(interval=0.02) as feed,
        ):
            reader = aiter(feed)
            await anext(reader)
            return minted, reader

    with client_of(sandbox) as client:
        rows = iter(client.ecom.products.all(total=5))
        next(rows)
        # Modules that somebody holds lose their names, those that were imported last first.
        modules = list(sys.modules.values())
        threading.__dict__["kept"] = modules, client, client.orders, rows, asyncio.run(use())
    say(True)


class Late:
    """Calls when the interpreter is torn down."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.call = call

    def __del__(self) -> None:
        try:
            self.call()
        except errors.MintedError as error:
            os.write(1, f"{type(error).__name__}\n".encode())


def calls_when_the_interpreter_is_torn_down(sandbox: Sandbox) -> None:
    """A call that nobody can make any more does not hang."""
    client = client_of(sandbox)
    client.prices.fix(type="digital")
    builtins.__dict__["late"] = Late(lambda: client.prices.fix(type="digital"))


def closes_at_exit(sandbox: Sandbox, journal: str) -> None:
    """A client may be closed when the interpreter ends."""
    client = client_of(sandbox, journal)
    atexit.register(client.close)
    say(buy(client, "ORD-1"))


def works_after_the_main_thread(sandbox: Sandbox, journal: str) -> None:
    """Threads of a program may go on when its main thread has ended, and look names up as before."""
    client = MintedClient(
        sandbox.username,
        sandbox.password,
        base_url=sandbox.url.replace("127.0.0.1", "localhost"),
        journal=journal,
    )
    client.prices.fix(type="digital")

    def work() -> None:
        threading.main_thread().join()
        told(lambda: buy(client, "ORD-1"))  # on a connection of its own
        client.close()

    threading.Thread(target=work).start()


def ends_during_a_lookup(sandbox: Sandbox) -> None:
    """A name server that does not answer does not keep the interpreter."""
    looked_up = threading.Event()

    def never(*arguments: object, **options: object) -> NoReturn:
        looked_up.set()
        threading.Event().wait()
        raise AssertionError

    socket.getaddrinfo = never
    client = MintedClient("user", "password", base_url="https://minted.example", timeout=60)
    threading.Thread(target=told, args=(lambda: client.orders.get("ORD-1"),), daemon=True).start()
    looked_up.wait(30)


def calls_at_exit(sandbox: Sandbox) -> None:
    """A first call that comes when no thread can be started any more is refused."""
    client = client_of(sandbox)

    @atexit.register
    def late() -> None:
        told(lambda: bool(client.prices.fix(type="digital").prices))
        client.close()


def no_event_loop_can_be_made(sandbox: Sandbox) -> None:
    """A machine out of descriptors is told so, and a later call works."""
    import resource

    with client_of(sandbox) as client:
        prices = client.prices  # imported while there are descriptors
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        told(lambda: prices.fix(type="digital"))
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        told(lambda: bool(client.prices.fix(type="digital").prices))
