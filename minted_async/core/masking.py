"""Keeping secrets out of everything that can be printed: error texts, captured exchanges, log lines.

What others wrote is cut before it is looked at, and looking at it takes time that is linear in its length: an
odd answer must not block the event loop.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, cast

import msgspec

from minted_async.core.decoding import UndecodableError, decode
from minted_async.core.model import Model
from minted_async.core.secret_names import MASK, is_id, is_secret, unseen

EXCERPT_LENGTH: Final = 500
"""Characters of an answer that an error keeps."""

TEXT_LENGTH: Final = 2_000
"""Characters of a text of others that are shown."""

DETAILS_LENGTH: Final = 8_192
"""Bytes of the details of a refusal that are read as JSON; of longer ones an excerpt is kept.

An excerpt is made of as many: in fewer characters, a secret at its end would not be recognised.
"""

# Shorter values (a month, a digit) stand in any text, and masking them would leave nothing to read; under
# their names they are masked all the same.
_SHORTEST: Final = 3

_LONG_NUMBER: Final = re.compile(r"\d{13,}")


class Secrets(msgspec.Struct, frozen=True):
    """What a request must not show, and what it may.

    Attributes:
        values: Secret values, masked wherever they occur.
        ids: Long numbers in the caller's own ids, which are not taken for those of cards.
    """

    values: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """How many there are."""
        return f"<Secrets: {len(self.values)}>"

    __rich_repr__ = unseen


NO_SECRETS: Final = Secrets()


def mask_text(
    text: str, secrets: Secrets = NO_SECRETS, *, limit: int | None = TEXT_LENGTH, cards: bool = True
) -> str:
    """Mask secrets in text that may be JSON, a form, HTML or anything else.

    Args:
        text: What is about to be shown.
        secrets: What is known to be secret.
        limit: How many characters of it are shown; None for all.
        cards: Whether what looks like the number of a payment card is masked. The caller's own addresses may
            hold ids that look like one.
    """
    masked = _mask(text, secrets, len(text) if limit is None else limit, cards)
    return masked if limit is None or len(text) <= limit else f"{masked}..."


def excerpt(body: bytes, secrets: Secrets = NO_SECRETS) -> str:
    """The first characters of an answer for an error, secrets masked."""
    text = body[:DETAILS_LENGTH].decode("utf-8", "replace")
    return _mask(text, secrets, EXCERPT_LENGTH, cards=True)


def mask_details(raw: bytes | msgspec.Raw, secrets: Secrets = NO_SECRETS) -> Any:
    """What a refusal holds as plain values, secrets masked; an excerpt if it is too long, or no JSON."""
    if len(raw) > DETAILS_LENGTH:
        return excerpt(bytes(memoryview(raw)[:DETAILS_LENGTH]), secrets)
    try:
        return mask_json(decode(object, raw), secrets)
    except (UndecodableError, RecursionError):
        return excerpt(bytes(raw), secrets)


def mask_json(value: Any, secrets: Secrets = NO_SECRETS, *, cards: bool = True) -> Any:
    """Mask secrets in plain JSON values: those known to be secret, and those whose name says so."""
    match value:
        case str():
            return mask_text(value, secrets, cards=cards)
        case list():
            return [mask_json(item, secrets, cards=cards) for item in cast("list[object]", value)]
        case dict():
            items = cast("dict[str, Any]", value).items()
            return {mask_text(name, secrets): _mask_field(name, item, secrets) for name, item in items}
        case bool():
            return value
        case int() | Decimal():
            number = str(value)
            return value if mask_text(number, secrets, cards=cards) == number else MASK
        case _:
            return value


def mask_headers(headers: Mapping[str, str], secrets: Secrets = NO_SECRETS) -> dict[str, str]:
    """Headers with lower-case names, credentials and secrets masked; of very long ones the beginning."""
    shown: dict[str, str] = {}
    left = DETAILS_LENGTH
    for name, value in headers.items():
        shown[name.lower()] = (
            MASK if is_secret(name) else mask_text(value, secrets, limit=min(left, TEXT_LENGTH))
        )
        left = max(left - len(value), 0)
    return shown


def secret_values(value: Any) -> Secrets:
    """The secrets inside what a request was made of (models, mappings, sequences), found by their names."""
    values: set[str] = set()
    ids: set[str] = set()
    pending: list[tuple[Any, bool, bool]] = [(value, False, False)]
    while pending:
        item, hidden, known = pending.pop()
        if isinstance(item, Model):
            own = item.__secret_fields__
            for name in item.__struct_fields__:
                pending.append((getattr(item, name), hidden or name in own or is_secret(name), is_id(name)))
        elif isinstance(item, Mapping):
            for key, entry in cast("Mapping[object, object]", item).items():
                pending.append((entry, hidden or is_secret(str(key)), is_id(str(key))))
        elif isinstance(item, list | tuple):
            pending.extend((entry, hidden, known) for entry in cast("Sequence[Any]", item))
        elif hidden and isinstance(item, str | int | Decimal):
            if len(text := str(item)) >= _SHORTEST and not isinstance(item, bool):
                values.add(text)
        elif known and isinstance(item, str):
            ids.update(_LONG_NUMBER.findall(item))
    return Secrets(frozenset(values), frozenset(ids))


def _mask_field(name: str, value: Any, secrets: Secrets) -> Any:
    # Under the name of a field, a refusal holds its messages: lists and objects are looked into.
    if value is not None and is_secret(name) and not isinstance(value, list | dict):
        return MASK
    return mask_json(value, secrets, cards=not is_id(name))


def _mask(text: str, secrets: Secrets, limit: int, cards: bool) -> str:
    # Loaded when something is masked for the first time: programs in which nothing fails start faster.
    from minted_async.core.hiding import hide

    return hide(text, secrets.values, secrets.ids, limit=limit, cards=cards)
