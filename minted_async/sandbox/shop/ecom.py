"""The shop behind the E-Commerce tab, as tests see it and move it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from minted_async.sandbox.arguments import typed
from minted_async.sandbox.shop.baskets import Basket, Baskets
from minted_async.sandbox.shop.catalog import Catalog, ecom_catalog
from minted_async.sandbox.shop.payments import CARD_PAGES, CardPages, Failure
from minted_async.sandbox.state import State
from minted_async.sandbox.webview import BearerGuard


class Ecom:
    """The shop behind the E-Commerce tab.

    The methods are the sandbox's own: the paths of adding to a basket, of making a webview's token and of
    storing a card are not known.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self.catalog: Catalog = ecom_catalog(state.lock)
        """The articles by sku; their `stock` and `price` may be set."""
        self.baskets = Baskets(
            state, self.catalog, currency="TRY", first_id=201, numbered=False, first_status="Pending"
        )
        """All baskets by token, those that became orders included."""
        self.pages = CardPages(state)
        """The card pages; `callbacks`, `decline_next` and `card_page` say what tests need of them."""
        self.bearer = BearerGuard(state.rng)
        """The tokens of webviews; `webview_token` makes one."""

    @typed
    def fill_basket(
        self, customer_external_id: str, items: Mapping[str, int], *, token: str | None = None
    ) -> Basket:
        """Put pieces into a basket, on top of what it holds.

        Args:
            customer_external_id: The customer, who is known.
            items: How many pieces of each sku.
            token: The basket; without it a new one is opened.

        Raises:
            KeyError: The customer has no such basket, or there is no such customer or article.
            ValueError: A count is not positive, or the basket is completed.
        """
        return self.baskets.fill(customer_external_id, items, token=token, kind="buy")

    @typed
    def webview_token(self, customer_external_id: str) -> str:
        """A new token with which a customer's webview calls (`Authorization: Bearer`).

        Raises:
            KeyError: There is no such customer.
        """
        with self._state.lock:
            return self.bearer.issue(self._state.customers[customer_external_id].external_id)

    @property
    def callback_url(self) -> str | None:
        """Where the card pages redirect to, before `/pay/...`; the sandbox itself if it is None."""
        return self.pages.callback_url

    @callback_url.setter
    @typed
    def callback_url(self, url: str | None) -> None:
        with self._state.lock:
            self.pages.callback_url = url

    @property
    def callbacks(self) -> Sequence[str]:
        """The addresses to which the card pages redirected, oldest first."""
        return tuple(self.pages.callbacks)

    @typed
    def decline_next(self, reason: str = "Do not honour", code: str = "050") -> None:
        """Let the next card page end in a failure."""
        with self._state.lock:
            self.pages.declines.append(Failure(reason, code))

    def card_page(self) -> str:
        """The address of a new page that stores a card. It ends at a `/pay/cards/` callback."""
        with self._state.lock:
            return self.pages.open(f"{CARD_PAGES}cards/", lambda failure: failure)[1]
