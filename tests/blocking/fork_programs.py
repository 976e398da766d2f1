"""Programs that fork, in the middle of anything."""

from __future__ import annotations

import importlib.abc
import inspect
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp

from minted_async import MintedClient as AsyncMintedClient
from minted_async import errors
from minted_async.blocking import MintedClient
from minted_async.events import Event
from minted_async.sandbox import Sandbox
from minted_async.trades import MemoryJournal, SqliteJournal
from tests.blocking.program import SLOW, buy, client_of, fork, in_child, say, told
from tests.trades.orders import BUY, CUSTOMER, gold, sent_orders


def fork_with_everything_in_use(sandbox: Sandbox, journal: str) -> None:
    """What was got before the fork works in the child, on the same journal, and the parent goes on."""
    os.chdir(Path(journal).parent)
    client = client_of(sandbox, Path(journal).name)
    orders, trades, view = client.orders, client.trades, client.with_options(locale="tr")
    hasty = trades.with_options(settle_timeout=1)
    rows = client.ecom.products.all(total=5)
    say(buy(client, "PARENT-1"))
    os.chdir("/")

    def child() -> str:
        assert orders.get("PARENT-1") == view.orders.get("PARENT-1")
        assert hasty.buy(customer=CUSTOMER, items=gold(), external_id="CHILD-1").external_id
        assert len(list(rows)) > 20
        try:
            buy(client, "PARENT-1")
        except errors.ArgumentError as refused:
            say("refused:", refused.argument)
        record = trades.outcome("PARENT-1")
        assert record is not None
        assert record.outcome is not None
        client.close()
        return "child is done"

    in_child(child)
    in_child(lambda: buy(client, "CHILD-2"))
    say(buy(client, "PARENT-2"), orders.get("CHILD-1").external_id)
    client.close()
    say(dict(sent_orders(sandbox)))


def fork_with_a_database(sandbox: Sandbox, journal: str) -> None:
    """A journal in PostgreSQL is opened anew in the child; the connections of the parent stay its own."""
    with client_of(sandbox, journal) as client:
        say(buy(client, "PARENT-1"))

        def child() -> str:
            record = client.trades.outcome("PARENT-1")
            assert record is not None
            return f"{record.outcome}, {buy(client, 'CHILD-1')}"

        in_child(child)
        say(buy(client, "PARENT-2"))
    say(dict(sent_orders(sandbox)))


def fork_during_a_call(sandbox: Sandbox, journal: str) -> None:
    """A fork hangs in no call of another thread, and disturbs none."""
    client = client_of(sandbox, journal)
    client.prices.fix(type="digital")
    sandbox.fail_next("delay", path=BUY, seconds=1.5)
    with ThreadPoolExecutor(2) as pool:
        buying = pool.submit(buy, client, "PARENT-1")
        sandbox.wait_until(lambda: not sandbox.unmet_faults)
        in_child(lambda: buy(client, "CHILD-1"))
        in_child(lambda: client.trades.recover(timeout=0.1))
        say(buying.result(30))
    client.close()
    say(dict(sent_orders(sandbox)))


def fork_while_a_lock_is_held(sandbox: Sandbox) -> None:
    """A lock that another thread held is no lock of the child."""
    client = client_of(sandbox)
    client.prices.fix(type="digital")
    held, go_on = threading.Event(), threading.Event()

    class Slow(Mapping[str, str]):
        def __iter__(self) -> Iterator[str]:
            held.set()
            go_on.wait(30)
            return iter(())

        def __len__(self) -> int:
            return 0

        def __getitem__(self, name: str) -> str:
            raise KeyError(name)

    thread = threading.Thread(target=lambda: client.with_options(headers=Slow()))
    thread.start()
    held.wait(30)
    in_child(lambda: bool(client.with_options(locale="tr").prices.fix(type="digital").prices))
    go_on.set()
    thread.join()
    client.close()


class ImportsSlowly(importlib.abc.MetaPathFinder):
    """Holds a module up while it is imported, with the locks that this takes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.begun, self.go_on = threading.Event(), threading.Event()

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == self.name and not self.begun.is_set():
            self.begun.set()
            self.go_on.wait(30)


def fork_while_a_module_is_imported(sandbox: Sandbox, module: str, attribute: str) -> None:
    """What a thread of the parent was importing can be imported in the child."""
    client = client_of(sandbox)
    slowly = ImportsSlowly(module)
    sys.meta_path.insert(0, slowly)
    thread = threading.Thread(target=getattr, args=(client, attribute))
    thread.start()
    slowly.begun.wait(30)
    os.register_at_fork(before=slowly.go_on.set)
    in_child(lambda: getattr(client, attribute) is not None)
    thread.join()
    client.close()


def fork_while_a_property_is_computed(sandbox: Sandbox) -> None:
    """What a thread of the parent was computing can be computed in the child."""
    begun, go_on = threading.Event(), threading.Event()

    def slowly(client: object) -> str:
        begun.set()
        go_on.wait(30)
        return ""

    for each in (MintedClient, AsyncMintedClient):
        begun.clear()
        go_on.clear()
        found = inspect.getattr_static(each, "trades")
        found.func = slowly
        thread = threading.Thread(target=found.__get__, args=(each("user", "password"),))
        thread.start()
        begun.wait(30)

        def child(found: Any = found, each: Any = each) -> object:
            found.func = str
            return found.__get__(each("user", "password")).count("MintedClient")

        in_child(child)
        go_on.set()
        thread.join()


def fork_with_an_open_feed(sandbox: Sandbox) -> None:
    """A feed that the parent has open is not open in the child, and can be opened there."""
    client = client_of(sandbox)
    with client.price_feed(interval=0.02) as feed:
        reader = iter(feed)
        seen = next(reader).version

        def child() -> bool:
            told(lambda: feed.latest)
            told(lambda: next(reader))
            reader.close()
            with feed:
                return feed.latest["GAU"].buy > 0 and next(iter(feed)).version > 0

        in_child(child)
        say(next(reader).version > seen)
    client.close()


def fork_with_a_journal_object(sandbox: Sandbox, journal: str) -> None:
    """A journal that is an object belongs to the process that used it."""
    for made in (SqliteJournal(journal), MemoryJournal()):
        with MintedClient("demo", "demo", base_url=sandbox.url, journal=made) as client:
            buy(client, f"PARENT-{type(made).__name__}")
            in_child(lambda: client.orders.get("PARENT-1"))
            in_child(client.close)


def fork_with_a_quote_in_memory(sandbox: Sandbox) -> None:
    """What the parent keeps in memory is not in the child, which says what to do."""
    with client_of(sandbox) as client:
        quote = client.trades.quote(customer_external_id="CST-1", currency="TRY")
        in_child(lambda: client.trades.buy(quote=quote.id, customer=CUSTOMER, items=gold()))
        say(client.trades.buy(quote=quote.id, customer=CUSTOMER, items=gold()).items[0].amount)


def fork_with_a_shared_connector(sandbox: Sandbox) -> None:
    """A connector of the parent's event loop is refused in the child."""
    made: list[aiohttp.TCPConnector] = []

    def connector() -> aiohttp.TCPConnector:
        made.extend([] if made else [aiohttp.TCPConnector()])
        return made[0]

    client = MintedClient("demo", "demo", base_url=sandbox.url, connector=connector)
    say(bool(client.prices.fix(type="digital").prices))
    in_child(lambda: client.prices.fix(type="digital"))
    client.close()


def fork_in_a_thread(sandbox: Sandbox) -> None:
    """The thread that forks is the only one in the child."""
    with client_of(sandbox) as client, ThreadPoolExecutor(1) as pool:
        say(buy(client, "PARENT-1"))
        pool.submit(in_child, lambda: buy(client, "CHILD-1"), os._exit).result(30)


def fork_where_the_client_works(sandbox: Sandbox) -> None:
    """A fork in the function that events are told to is the client's own thread, until it has forked."""
    forked = threading.Event()

    def on_event(event: Event) -> None:
        if not forked.is_set():
            forked.set()
            child = fork()
            if child == 0:
                told(lambda: buy(client, "CHILD-1"))
                os._exit(0)
            os.waitpid(child, 0)

    with MintedClient("demo", "demo", base_url=sandbox.url, events=on_event) as client:
        say(buy(client, "PARENT-1"))


def fork_in_a_signal_handler(sandbox: Sandbox) -> None:
    """A child that comes back into a call of its parent is told that it is the parent's."""
    with client_of(sandbox) as client:
        client.prices.fix(type="digital")
        sandbox.fail_next("delay", path=SLOW, seconds=1)
        main, children = threading.get_ident(), list[int]()

        def handler(number: int, frame: object) -> None:
            children.append(fork())

        signal.signal(signal.SIGUSR1, handler)

        def interrupt() -> None:
            sandbox.wait_until(lambda: not sandbox.unmet_faults)
            signal.pthread_kill(main, signal.SIGUSR1)

        threading.Thread(target=interrupt).start()
        told(lambda: client.orders.get("SLOW"))
        if children == [0]:
            told(lambda: bool(client.prices.fix(type="digital").prices))
            client.close()
            os._exit(0)
        os.waitpid(children[0], 0)


def workers_of_a_client_that_was_only_made(sandbox: Sandbox, journal: str) -> None:
    """Prefork: the parent makes the client, its workers and theirs use it, each order is placed once."""
    client = client_of(sandbox, journal)
    trades = client.trades

    def worker(name: str) -> None:
        for number in range(5):
            trades.buy(customer=CUSTOMER, items=gold(), external_id=f"{name}-{number}")
        client.close()

    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=worker, args=(f"WORKER-{number}",)) for number in range(4)]
    for process in workers:
        process.start()
    for process in workers:
        process.join(60)
    say([process.exitcode for process in workers])
    in_child(lambda: in_child(lambda: buy(client, "GRANDCHILD-1")))
    say(len(sent_orders(sandbox)), set(sent_orders(sandbox).values()))
    say([thread.name for thread in threading.enumerate() if thread.name == "minted-blocking"])
    client.close()


def spawn_is_told_where_to_make_a_client(sandbox: Sandbox) -> None:
    """A client does not travel to a process that is started anew."""
    with client_of(sandbox) as client:
        process = multiprocessing.get_context("spawn").Process(target=say, args=(client,))
        told(process.start)
