"""Programs that fork while other threads are busy."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from types import ModuleType

from minted_async import MintedClient, blocking, errors
from minted_async.core import forks

forking = threading.Event()


def fork(child: Callable[[], object]) -> None:
    """Fork; what is waited for before that comes after `forking` is set."""
    os.register_at_fork(before=forking.set)  # runs before those that were registered earlier
    pid = os.fork()
    if pid == 0:
        threading.Timer(60, os._exit, [2]).start()
        child()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0


def while_a_lock_is_held() -> None:
    """The child finds it free."""
    lock, held = forks.lock_of_module(), threading.Event()
    steps: list[str] = []

    def hold() -> None:
        with lock:
            steps.append("begun")
            held.set()
            forking.wait()
            steps.append("ended")

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()

    def child() -> None:
        with lock:
            assert steps == ["begun", "ended"]

    fork(child)
    thread.join()


def while_a_module_is_imported() -> None:
    """The child can import it: what a client imports when it is first used, and what that imports."""
    begun = threading.Event()

    class Slowly(MetaPathFinder):
        def find_spec(self, name: str, path: object, target: ModuleType | None = None) -> None:
            if name == "minted_async.trades.lookup" and not begun.is_set():
                begun.set()
                forking.wait()

    sys.meta_path.insert(0, Slowly())
    client = MintedClient("user", "password")
    thread = threading.Thread(target=lambda: client.trades)
    thread.start()
    begun.wait()
    fork(lambda: MintedClient("user", "password").trades)
    thread.join()


def beside_a_blocking_client() -> None:
    """All that it imports when it is first used is there: no thread may be importing it while one forks."""
    client = blocking.MintedClient("user", "password", base_url="https://127.0.0.1:9", retry=None)

    def child() -> None:
        there = set(sys.modules)
        assert client.trades is not None
        try:
            client.prices.fix(type="digital")
        except errors.NotSentError:
            new = {name for name in sys.modules.keys() - there if name.startswith("minted_async.")}
            assert not new, new
            return
        raise AssertionError

    fork(child)


PROGRAMS = (while_a_lock_is_held, while_a_module_is_imported, beside_a_blocking_client)


if __name__ == "__main__":
    {each.__name__: each for each in PROGRAMS}[sys.argv[1]]()
    sys.stdout.write("done\n")
