"""The names under which secrets travel: one list for plain values, models, texts, headers and the spec."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

MASK: Final = "***"
"""What stands in the place of a secret."""

SECRET_NAMES: Final = frozenset(
    {
        "api_key",
        "authentication_info",
        "authorization",
        "card_no",
        "card_number",
        "cookie",
        "cvc",
        "cvv",
        "exp_month",
        "exp_year",
        "expire_month",
        "expire_year",
        "expiry",
        "iban",
        "identity_no",
        "identity_number",
        "otp",
        "pan",
        "passwd",
        "password",
        "pin",
        "secret",
        "security_code",
        "tckn",
        "cc_number",
        "csc",
        "kart_no",
        "tc_kimlik_no",
        "tc_no",
        "valid_thru",
        "token",
    }
)
"""What makes a name that of a secret when it stands in it as whole words."""

_JOINED: Final = frozenset(name.replace("_", "") for name in SECRET_NAMES)
_LONGEST: Final = max(map(len, _JOINED))
# Digits are words of their own: cvv2 is a cvv.
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Bounds what one name costs and what the caches hold: names come from servers too.
_LOOKED_AT: Final = 64


def unseen(self: object) -> list[tuple[str, Any]]:
    """The `__rich_repr__` of a struct whose `repr` hides its fields: rich would show all of them."""
    return []


def is_secret(name: str) -> bool:
    """Whether a value of this name is a secret, however the name is written.

    `card_number`, `cardNumber`, `Card-Number` and `new_cardnumber2` are names of a card's number; `company`
    is no `pan`.
    """
    return _is_secret(name[-_LOOKED_AT:])


def is_id(name: str) -> bool:
    """Whether a value of this name is an id (`external_id`, `orderId`): shown, whatever its digits."""
    return _is_id(name[-_LOOKED_AT:])


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    return any(run in _JOINED for start in range(len(words)) for run in _runs(words, start))


@lru_cache(maxsize=1024)
def _is_id(name: str) -> bool:
    words = _WORD.findall(name)
    return bool(words) and words[-1].lower() in ("id", "ids")


def _runs(words: list[str], start: int) -> Iterator[str]:
    """The words from `start` on, joined: one, two, and so on."""
    joined = ""
    for word in words[start:]:
        joined += word
        if len(joined) > _LONGEST:
            return
        yield joined
