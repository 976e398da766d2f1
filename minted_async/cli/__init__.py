"""The `minted` command. It needs the extra `cli`; without it, `main` says so and nothing else happens."""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["main"]

MISSING_EXTRA = 2
INTERRUPTED = 130


def main() -> int:
    """Run the command with the process's arguments.

    Returns:
        The exit code: 0 all is well, 1 what was asked for failed, 2 it was asked for wrongly or the extra is
        missing, 3 an order may have been placed, 130 after Ctrl-C.
    """
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            # Imports swallow some exceptions, and an order would be sent after all. Nothing swallows an exit.
            signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))
        from minted_async.cli.app import run

        return run()
    except KeyboardInterrupt:
        return INTERRUPTED
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("cyclopts", "rich"):
            raise
        sys.stderr.write("minted needs two more packages: pip install 'minted-async[cli]'\n")
        return MISSING_EXTRA
