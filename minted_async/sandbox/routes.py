"""Which operation a request target means."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple
from urllib.parse import unquote

from minted_async.sandbox.accounts import Accounts
from minted_async.sandbox.bodies import Body
from minted_async.sandbox.books import Books
from minted_async.sandbox.messages import Reason, RefusedError
from minted_async.sandbox.trading import Trading


class Call(NamedTuple):
    """An operation, with what the path said already filled in. Exactly one of the two is there."""

    with_body: Callable[[Body], object] | None = None
    without_body: Callable[[], object] | None = None


class Routes:
    """The documented operations by method and path. Any other pair is answered with 404."""

    def __init__(self, books: Books) -> None:
        trading, accounts = Trading(books), Accounts(books)
        self._fixed = {
            ("POST", "/partner/pricefix"): Call(trading.fix_price),
            ("POST", "/partner/order"): Call(trading.find),
            ("POST", "/partner/order/digital/buy"): Call(trading.buy),
            ("POST", "/partner/order/digital/sell"): Call(trading.sell),
            ("POST", "/partner/customer"): Call(accounts.create),
            ("POST", "/partner/delivery/create"): Call(accounts.create_delivery),
        }
        self._by_id: dict[tuple[str, str], Callable[[str], Call]] = {
            ("GET", "/partner/order"): lambda key: Call(None, partial(trading.get, key)),
            ("GET", "/partner/customer"): lambda key: Call(None, partial(accounts.get, key)),
            ("PATCH", "/partner/customer"): lambda key: Call(partial(accounts.update, key)),
            ("GET", "/partner/balance/customer"): lambda key: Call(None, partial(accounts.balance, key)),
        }

    def find(self, method: str, path: str) -> Call:
        """The operation of a path, whose last segment may be an id, percent-decoded exactly once.

        Raises:
            RefusedError: 404, there is none; 400, the id is not UTF-8.
        """
        fixed = self._fixed.get((method, path))
        if fixed is not None:
            return fixed
        collection, _, key = path.rpartition("/")
        by_id = self._by_id.get((method, collection))
        if by_id is None or not key:
            raise RefusedError(Reason.NO_SUCH_ADDRESS)
        try:
            return by_id(unquote(key, errors="strict"))
        except UnicodeDecodeError:
            raise RefusedError(Reason.BAD_ADDRESS) from None
