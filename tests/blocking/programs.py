"""Programs that fork, interrupt themselves and end: `python -m tests.blocking.programs NAME [ARGUMENT...]`.

Each runs in a process of its own, for pytest's threads are none that one wants to fork. It has a sandbox of
its own, in a thread, and prints what it found.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from minted_async.sandbox import Sandbox
from tests.blocking import end_programs, fork_programs
from tests.blocking.program import UNTOLD, watch


def program(name: str) -> Callable[..., object]:
    """A program by its name."""
    found: Callable[..., object] | None = getattr(fork_programs, name, None) or getattr(
        end_programs, name, None
    )
    assert found is not None, name
    return found


if __name__ == "__main__":
    watch()
    # Not left: its thread is a daemon, and a child that ends must not stop the sandbox of its parent.
    running = Sandbox(status_delays=(0, 0)).in_thread().__enter__()
    program(sys.argv[1])(running, *(argument for argument in sys.argv[2:] if argument != UNTOLD))
