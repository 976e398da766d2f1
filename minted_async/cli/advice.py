"""What a person who reads an error should do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from minted_async import errors

__all__ = ["ADVICE", "advice_for", "show_error"]

ADVICE: Final[Mapping[type[errors.MintedError], str]] = {
    errors.MintedError: "The message says what is wrong.",
    errors.ConfigurationError: "Nothing was sent. Correct the setting that the message names.",
    errors.UndocumentedOperationError: "Nothing was sent. Give the client the operation's path (paths=), or "
    "describe the operation in the spec.",
    errors.NotSentError: "Nothing was sent: it is safe to repeat. Check the address and the network.",
    errors.RequestTimeoutError: "The call only reads: it is safe to repeat, perhaps with a longer timeout.",
    errors.ConnectionLostError: "The call only reads: it is safe to repeat.",
    errors.OutcomeUnknownError: "Do not simply repeat it. Look the order up by its external_id first.",
    errors.SlippageError: "Nothing was ordered. Ask again at the new price, or allow more slippage.",
    errors.DecodeError: "The server answered, and may have carried the call out: look before you repeat "
    "it. Then report what the message shows.",
    errors.APIError: "The server refused the call; its code and message say why.",
    errors.AuthenticationError: "Nothing was done. Check the user name and password, and that this server is "
    "the one they belong to.",
    errors.PermissionDeniedError: "Nothing was done. Ask Minted what the partner account may do.",
    errors.NotFoundError: "Nothing was done. Check the id, and that this server is the one that knows it.",
    errors.ValidationError: "Nothing was done. Correct what the message names and try again.",
    errors.RateLimitedError: "Nothing was done. Wait as long as the server asks, and send less.",
    errors.ServerError: "The server failed. Look the order up by its external_id before you place it again.",
    errors.PriceExpiredError: "Nothing was sent. Fix a price anew.",
    errors.OrderNotPlacedError: "The order does not exist: it is safe to place it anew.",
    errors.StalePriceError: "Wait for a newer price, or accept an older one.",
}


def advice_for(error: errors.MintedError) -> str:
    """What to do about an error, by its class or the nearest class above it."""
    return next(ADVICE[kind] for kind in type(error).__mro__ if kind in ADVICE)


def show_error(console: Console, error: errors.MintedError) -> None:
    """Show an error as a panel: class, message, the fields that are wrong, advice."""
    parts: list[RenderableType] = [Text(str(error))]
    # Without a status this SDK refused the arguments itself, and its message names the field already.
    if isinstance(error, errors.APIError) and error.status is not None:
        details: object = error.errors
        if isinstance(details, Mapping):
            parts += [Text(), _fields(cast("Mapping[str, object]", details))]
    parts += [Text(), Text(advice_for(error), style="bold")]
    console.print(
        Panel(
            Group(*parts),
            title=Text(type(error).__name__, style="bold"),
            title_align="left",
            border_style="red",
            box=box.ROUNDED,
            padding=(0, 1),
        )
    )


def _fields(details: Mapping[str, object]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, messages in details.items():
        lines = cast("list[object]", messages) if isinstance(messages, list) else [messages]
        table.add_row(Text(str(name), style="cyan"), Text("\n".join(map(str, lines))))
    return table
