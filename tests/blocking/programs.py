"""Programs that fork, interrupt themselves and end: `python -m tests.blocking.programs NAME [ARGUMENT...]`.

Each runs in a process of its own, for pytest's threads are none that one wants to fork. It has a sandbox of
its own, in a thread, and prints what it found.
"""

from __future__ import annotations

import atexit
import builtins
import faulthandler
import importlib.abc
import inspect
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import aiohttp

from minted_async import MintedClient as AsyncMintedClient
from minted_async import errors
from minted_async.blocking import MintedClient
from minted_async.events import Event
from minted_async.sandbox import Sandbox
from minted_async.trades import MemoryJournal, SqliteJournal
from tests.trades.orders import BUY, CUSTOMER, gold, sent_orders

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


# -------------------------------------------------------------------------------- forks
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
            child = os.fork()
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
            children.append(os.fork())

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


# -------------------------------------------------------------------------------- interrupts
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


# -------------------------------------------------------------------------------- the end
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


PROGRAMS: Mapping[str, Callable[..., object]] = {
    name: value for name, value in globals().items() if callable(value) and getattr(value, "__doc__", None)
}


if __name__ == "__main__":
    watch()
    # Not left: its thread is a daemon, and a child that ends must not stop the sandbox of its parent.
    running = Sandbox(status_delays=(0, 0)).in_thread().__enter__()
    PROGRAMS[sys.argv[1]](running, *sys.argv[2:])
