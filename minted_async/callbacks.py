"""The address at which a customer's browser comes back after a payment, or after a card was stored.

```python
back = callbacks.read(str(request.url))
if back.about == "payment":
    order = await minted.ecom.orders.get(customer_external_id="CST-1", cart_token=basket.token)
```
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final, Literal
from unicodedata import category
from urllib.parse import SplitResult, parse_qsl, urlsplit

from minted_async.core.checks import argument_error, check_text
from minted_async.core.masking import mask_text
from minted_async.core.model import Model

__all__ = ["Callback", "read"]

_LONGEST: Final = 8192
"""Characters of an address; the documentation names no limit, and this is what web servers take."""

_PATH: Final = re.compile(
    r"/pay/(?P<card>cards/)?(?P<token>\w[\w.~-]*)/callback/(?P<end>success|fail)", re.ASCII
)
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PRINTABLE_ASCII: Final = re.compile(r"[!-~]*")


class Callback(Model, frozen=True, kw_only=True):
    """What such an address says. It is a claim of whoever called it, and proves nothing; see `read`.

    Attributes:
        about: Whether a payment has ended, or the storing of a card.
        succeeded: Whether it says success.
        token: The token in the path. The documentation does not say of what, so compare it with what Minted
            gave you, and find the basket by what you know of the customer's session.
        reason: Why it failed, as text of the payment provider. It comes from outside: escape it where it is
            shown.
        code: The payment provider's code of the failure, as text: `"050"` is not `"50"`.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"token"})

    about: Literal["payment", "card"]
    succeeded: bool
    token: str
    reason: str | None = None
    code: str | None = None

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The fields, the token masked, and what looks like a secret in the texts too."""
        return [
            (name, mask_text(value) if name in ("reason", "code") and value else value)
            for name, value in super().__rich_repr__()
        ]


def read(url: str) -> Callback:
    """Read the address of a finished payment, `/pay/{token}/callback/success` or `.../fail`, or of a stored
    card, `/pay/cards/{token}/callback/...`.

    It proves nothing: the address is not signed, and anybody can call it, a second time too. Take it as a
    hint to look, and believe only what Minted says: `minted.ecom.orders.get(customer_external_id=...,
    cart_token=...)` reads the order (`order_creation_status` is `"order"` when it has become one), and
    `minted.cards.list` the stored cards. Deliver nothing, and tell no customer that something was paid,
    because of this address alone.

    Args:
        url: The address: `https://...`, `http://...`, or path and query as a web framework gives them.

    Returns:
        What the address says.

    Raises:
        TypeError: It is no str.
        ArgumentError: It is no such address: another path, a user name in it, a parameter twice, escapes that
            mean nothing, or more than 8192 characters. The message shows nothing of the address.
    """
    parts = _split(check_text(url, "url"))
    match = _PATH.fullmatch(parts.path)
    if match is None or (match["card"] is None and match["token"] == "cards"):
        raise argument_error(
            "url",
            "must have the path /pay/{token}/callback/(success|fail), or one with /pay/cards/{token}",
        )
    parameters = _parameters(parts.query)
    return Callback(
        about="card" if match["card"] else "payment",
        succeeded=match["end"] == "success",
        token=match["token"],
        reason=parameters.get("reason"),
        code=parameters.get("code"),
    )


def _split(url: str) -> SplitResult:
    if len(url) > _LONGEST:
        raise argument_error("url", f"must not be longer than {_LONGEST} characters")
    # Before it is taken apart: urlsplit drops some characters without a word.
    if not _PRINTABLE_ASCII.fullmatch(url) or "\\" in url or "#" in url:
        raise argument_error(
            "url",
            "must be as it was called: without spaces, control characters, letters beyond ASCII, # or \\",
        )
    try:
        parts = urlsplit(url)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        raise argument_error("url", "has a host or port that is none") from None
    if not parts.scheme and not parts.netloc:
        return parts
    if parts.scheme not in ("https", "http") or not parts.hostname or not port_is_one:
        raise argument_error("url", "must begin with https://, http:// and a host, or with /pay/")
    if "@" in parts.netloc:
        raise argument_error("url", "must have no user name or password before its host")
    return parts


def _parameters(query: str) -> dict[str, str]:
    if _BAD_ESCAPE.search(query):
        raise argument_error("url", "has a % in its query that escapes nothing")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict")
    except ValueError:
        raise argument_error("url", "has a query that is not name=value, in UTF-8") from None
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        raise argument_error("url", "has a parameter more than once, and it is not known which one counts")
    if not all(map(_is_shown, "".join(parameters.values()))):
        raise argument_error("url", "has characters in a parameter that are not shown, such as a line break")
    return parameters


def _is_shown(character: str) -> bool:
    return character.isprintable() or category(character) == "Zs"
