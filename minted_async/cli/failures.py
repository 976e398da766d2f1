"""What went wrong, in words and as an exit code."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from minted_async.cli.console import error_console
from minted_async.errors import (
    ArgumentError,
    ConfigurationError,
    MintedError,
    OutcomeUnknownError,
    SlippageError,
)

_OPTIONS: Final = {
    **{name: f"--{name.replace('_', '-')}" for name in ("external_id", "reference_price", "max_slippage")},
    "currency_code": "--currency",
    "customer_external_id": "--customer-id",
    "external_order_id": "EXTERNAL_ID",
    "total": "--total",
    **{f"items[0].{name}": f"--{name}" for name in ("sku", "amount")},
}
"""Arguments of the package, and the options by which a command was given them."""

_ARGUMENT: Final = re.compile("|".join(rf"\b{name}\b" for name in _OPTIONS if "_" in name))

_SETTINGS: Final = {
    "client_id": "MINTED_CLIENT_ID",
    "interval": "--interval",
    "journal": "--journal",
    "locale": "MINTED_LOCALE",
    "password": "MINTED_PASSWORD",
    "username": "MINTED_USERNAME",
}
"""Settings of the package, and the variables and options by which a command was given them."""

_SETTING: Final = re.compile(rf"({'|'.join(_SETTINGS)})(?= (?:must|holds|takes) )")


class ExitCode(IntEnum):
    """How a command ends."""

    DONE = 0
    FAILED = 1
    BAD_USAGE = 2
    UNKNOWN = 3
    """An order may exist: not the code of a failure, after which a script would try again."""
    INTERRUPTED = 130


class BadUsageError(Exception):
    """The command was asked for something that cannot be meant."""


def report(error: MintedError) -> ExitCode:
    """Show an error as a panel (class, message, advice), and return its code."""
    message = by_variable(_message(error))
    console = error_console()
    console.print(
        Panel(
            Group(Text(message), Text(), Text(by_variable(error.advice), style="bold")),
            title=Text(type(error).__name__, style="bold"),
            title_align="left",
            border_style="red",
            box=box.ROUNDED,
            padding=(0, 1),
        )
    )
    if isinstance(error, ArgumentError):
        return ExitCode.BAD_USAGE
    if not isinstance(error, OutcomeUnknownError):
        return ExitCode.FAILED
    if error.external_id is not None:
        console.print(f"See what became of it: minted order get {error.external_id}", soft_wrap=True)
    return ExitCode.DONE if error.placed else ExitCode.UNKNOWN


def by_variable(text: str) -> str:
    """A text with the variables of the environment by which a command is told its server."""
    text = re.sub(r"allow_http=\S+ or (MINTED_ALLOW_HTTP=\S+) for from_env", r"\1", text)
    return re.sub(r"\b(base_url|allow_http)\b", lambda match: f"MINTED_{match[0].upper()}", text)


def _message(error: MintedError) -> str:
    """What an error says, with options where it names arguments: those are what the command was given."""
    if isinstance(error, ArgumentError):
        return f"{_OPTIONS.get(error.argument, error.argument)} {_by_option(error.problem)}"
    text = error.happened
    if isinstance(error, SlippageError):
        return _by_option(text)
    if isinstance(error, ConfigurationError):
        text = text.removesuffix(", or pass what is missing as an argument")
        return _SETTING.sub(lambda match: _SETTINGS[match[0]], text, count=1)
    return text


def _by_option(text: str) -> str:
    return _ARGUMENT.sub(lambda match: _OPTIONS[match[0]], text)
