"""The pages to which a customer's browser is sent for a card, and the callbacks at their end.

The documentation names the callbacks: `/pay/{token}/callback/success` or `fail` after a payment, the same
under `/pay/cards/` after a card was stored, `reason` and `code` in the query of a failure. The rest is
assumed:

- The token is that of the payment. The page that a completion names as `payment.redirect_url` decides at the
  first visit, without asking anything, and redirects to the callback; so it does at each later visit.
- Callbacks lead to `callback_url`, or to the sandbox itself where none is set; the sandbox then answers with
  a page of one line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import urlencode

from minted_async.sandbox.market import fresh_token
from minted_async.sandbox.state import State

CARD_PAGES: Final = "/pay/"
"""What the paths of the pages begin with. They are no paths of the API."""


class Failure(NamedTuple):
    """Why a payment failed, as the callback tells it."""

    reason: str
    code: str


@dataclass(slots=True)
class _Page:
    finish: Callable[[Failure | None], Failure | None]
    callback: str | None = None


class CardPages:
    """All pages, by path."""

    def __init__(self, state: State) -> None:
        self.callbacks: list[str] = []
        self.callback_url: str | None = None
        self.declines: list[Failure] = []
        self._state = state
        self._pages: dict[str, _Page] = {}

    def open(self, prefix: str, finish: Callable[[Failure | None], Failure | None]) -> tuple[str, str]:
        """A new page under a prefix: its token, and its address for a browser.

        Args:
            prefix: `/pay/` or `/pay/cards/`.
            finish: Called once, at the first visit, with the failure that was ordered, if one was. Answers
                what came of it: nothing is success.
        """
        token = fresh_token(self._state.rng, 32)
        self._pages[prefix + token] = _Page(finish)
        return token, f"{self._state.url}{prefix}{token}"

    def visit(self, path: str) -> str | None:
        """The callback at the end of a page, or nothing if there is no such page."""
        page = self._pages.get(path)
        if page is None:
            return None
        if page.callback is None:
            failure = page.finish(self.declines.pop(0) if self.declines else None)
            base = (self.callback_url or self._state.url).rstrip("/")
            page.callback = f"{base}{path}/callback/{'fail' if failure else 'success'}"
            if failure is not None:
                page.callback += f"?{urlencode(failure._asdict())}"
            self.callbacks.append(page.callback)
        return page.callback

    def is_callback(self, path: str) -> bool:
        """Whether a path is that of a callback which has been made."""
        page_path, _, _ = path.rpartition("/callback/")
        page = self._pages.get(page_path)
        return page is not None and page.callback is not None
