"""Authentication by a token that somebody else was given: it is sent along, and that is all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from minted_async.core.config import Secret

_REFUSED: Final = "the token was refused: it may have run out; ask for a new one"


class BearerFlow:
    """The authentication of one request, as `AuthFlow` is for a user name and a password.

    It knows nothing of theirs: a token that is refused says nothing about them, and makes no call wait.

    Attributes:
        reason: Why authentication failed, after a 401; otherwise empty.
    """

    __slots__ = ("_token", "reason")

    awaited: Final = ""
    must_wait: Final = False
    signed: Final = True
    doubted: Final = False
    failure: Final = None

    def __init__(self, token: Secret) -> None:
        self._token = token
        self.reason = ""

    async def ready(self) -> None:
        """There is nothing to wait for."""

    def authorization(self, connection: object) -> str:
        """Value of the Authorization header."""
        return f"Bearer {self._token.reveal()}"

    def received(self, status: int, headers: Mapping[str, str]) -> bool:
        """Look at a response; it is never one after which to send again."""
        if status == 401:
            self.reason = _REFUSED
        return False

    async def renewed(self) -> bool:
        """There is no other token."""
        return False

    def close(self) -> None:
        """There is nothing to let go."""
