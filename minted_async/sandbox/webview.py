"""Bearer authentication, by which a customer's webview calls."""

from __future__ import annotations

import random

from minted_async.sandbox.authentication import Verdict
from minted_async.sandbox.market import fresh_token


class BearerGuard:
    """The tokens of webviews. One is good for as long as the sandbox runs."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._customers: dict[str, str] = {}

    def issue(self, customer_external_id: str) -> str:
        """A new token of a customer."""
        token = fresh_token(self._rng, 64)
        self._customers[token] = customer_external_id
        return token

    def challenges(self, *, stale: bool, backend: int) -> list[str]:
        """The value of the `WWW-Authenticate` header. Tokens know neither nonces nor backends."""
        del stale, backend
        return ['Bearer realm="minted-sandbox"']

    def verify(self, authorization: str | None) -> Verdict:
        """Judge the `Authorization` header of a request."""
        token = read_token(authorization)
        customer = None if token is None else self._customers.get(token)
        return Verdict(accepted=customer is not None, bearer=True, customer=customer)


def read_token(authorization: str | None) -> str | None:
    """The token of an `Authorization` header, or nothing if it is not of the Bearer kind."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
