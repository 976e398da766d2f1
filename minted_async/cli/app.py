"""The commands; each lives in a module of its own, which is imported when it is needed."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from typing import Final

from cyclopts import App, CycloptsError, Group

from minted_async._version import __version__
from minted_async.cli.console import error_console, output_console
from minted_async.cli.failures import BadUsageError, ExitCode, report
from minted_async.cli.streams import OutputError, guard_streams
from minted_async.errors import MintedError

_HELP: Final = """\
Digital gold, silver and platinum through the Minted Connect partner API.

Begin with `minted demo`: it needs no account, no network and no set-up. Then write your own program against
`minted sandbox`; `minted demo --code` prints one to start from. With the credentials of a partner account the
same program talks to the real API.
"""

_TRY = Group("Try it", sort_key=1)
_TRADE = Group("Trade", sort_key=2)
_LOOK = Group("Look things up", sort_key=3)


def _version() -> str:
    packages = (f"{name} {version(name)}" for name in ("aiohttp", "msgspec"))
    return f"minted-async {__version__} (Python {platform.python_version()}, {', '.join(packages)})"


app = App(
    name="minted",
    help=_HELP,
    help_format="markdown",
    version=_version,
    version_format="plaintext",
    group_commands=_LOOK,
)
app["--help"].group = app["--version"].group = Group("Options", sort_key=4)
order = App(
    name="order",
    help="Read orders: `minted order get`, `minted order watch`.",
    help_format="markdown",
    group=_TRADE,
)
journal = App(
    name="journal",
    help="The journal of a fleet, in PostgreSQL: `minted journal init`.",
    help_format="markdown",
    group=_TRADE,
)
for _parent, _place, _group in (
    (app, "demo:demo", _TRY),
    (app, "sandbox:sandbox", _TRY),
    (app, "prices:prices", _TRY),
    (app, "trade:buy", _TRADE),
    (app, "trade:sell", _TRADE),
    (app, "operations:operations", _LOOK),
    (app, "doctor:doctor", _LOOK),
    (order, "order:get", None),
    (order, "order:watch", None),
    (journal, "journal:init", None),
    (journal, "journal:schema", None),
):
    _parent.command(f"minted_async.cli.{_place}", name=_place.partition(":")[2], group=_group)
app.command(order)
app.command(journal)
_HELP_PAGES: Final = {"": app, "--help": app, "-h": app, "order": order, "journal": journal}
"""By the first argument: pages that show what several commands say of themselves."""


def run() -> int:
    """Run the command with the process's arguments and return the exit code."""
    guard_streams()
    page = _HELP_PAGES.get("".join(sys.argv[1:2]))
    if page is not None:
        for name in page:
            page[name]  # imports the command
    try:
        code = app(
            sys.argv[1:],
            console=output_console(),
            error_console=error_console(),
            exit_on_error=False,
            result_action="return_value",
        )
        sys.stdout.flush()
    except CycloptsError:
        return ExitCode.BAD_USAGE
    except BadUsageError as error:
        error_console().print(f"minted {sys.argv[1]}: {error}", soft_wrap=True)
        return ExitCode.BAD_USAGE
    except MintedError as error:
        return report(error)
    except OutputError as error:
        if error.unread:
            return ExitCode.DONE
        error_console().print(f"minted: standard output cannot be written to: {error}", soft_wrap=True)
        return ExitCode.FAILED
    return code if isinstance(code, int) else ExitCode.DONE
