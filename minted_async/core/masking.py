"""Keeping secrets out of everything that can be printed: error texts, captured exchanges, log lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, cast
from urllib.parse import quote

import msgspec

from minted_async.core.model import Model

__all__ = [
    "EXCERPT_LENGTH",
    "MASK",
    "SECRET_FIELDS",
    "excerpt",
    "mask_headers",
    "mask_json",
    "mask_text",
    "secret_values",
]

MASK: Final = "***"

EXCERPT_LENGTH: Final = 500
"""Characters of an answer that an error keeps."""

SECRET_FIELDS: Final = frozenset(
    {
        "card_cvv",
        "card_expiry",
        "card_number",
        "card_token",
        "cvv",
        "identity_number",
        "password",
        "price_token",
        "token",
    }
)
"""Names on the wire of fields that hold a secret: those that the spec marks, and `password`."""

_SECRET_HEADERS: Final = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "authentication-info"}
)

_NAMES = "|".join(sorted(SECRET_FIELDS))
# The closing quote may be missing: an excerpt can end inside a value. Lists and objects are left as they are:
# under the name of a field, a refusal holds its messages.
_IN_JSON = re.compile(
    rf'("(?:{_NAMES})"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,}}\]"\[{{]+)', re.IGNORECASE | re.DOTALL
)
# JSON inside a JSON string, as when a request is echoed in a message.
_IN_QUOTED_JSON = re.compile(
    rf'(\\+"(?:{_NAMES})\\+"\s*:\s*)(\\+"(?:(?!\\+").)*(?:\\+"|\Z)|[^\s,}}\]"\\\[{{]+)',
    re.IGNORECASE | re.DOTALL,
)
_IN_FORM = re.compile(rf"(?<![\w\"])((?:{_NAMES})=)([^&\s\"'<>]+)", re.IGNORECASE)
# A payment card's number, wherever it stands and however it is grouped (ISO/IEC 7812: 13 to 19 digits).
_CARD = re.compile(r"(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d.])")


def mask_text(text: str, secrets: Iterable[str] = ()) -> str:
    """Mask secrets in text that may be JSON, a form, HTML or anything else.

    Args:
        text: What is about to be shown.
        secrets: Values that are known to be secret, masked wherever they occur.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = _any_spelling(secret).sub(MASK, text)
    text = _IN_JSON.sub(rf'\1"{MASK}"', text)
    text = _IN_QUOTED_JSON.sub(rf"\1{MASK}", text)
    text = _IN_FORM.sub(rf"\1{MASK}", text)
    return _CARD.sub(_mask_card, text)


def mask_json(value: Any, secrets: Iterable[str] = ()) -> Any:
    """Mask secrets in plain JSON values: those known to be secret, and those whose name says so."""
    if isinstance(value, str):
        return mask_text(value, secrets)
    if isinstance(value, list):
        return [mask_json(item, secrets) for item in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    items = cast("dict[str, Any]", value).items()
    return {mask_text(name, secrets): _mask_field(name, item, secrets) for name, item in items}


def excerpt(body: bytes, secrets: Iterable[str] = ()) -> str:
    """The first characters of an answer for an error, secrets masked."""
    # Masked before it is cut, so that no secret escapes by being cut in two.
    text = body[: 8 * EXCERPT_LENGTH].decode("utf-8", "replace")
    return mask_text(text, secrets)[:EXCERPT_LENGTH]


def mask_headers(headers: Mapping[str, str], secrets: Iterable[str] = ()) -> dict[str, str]:
    """Headers with lower-case names, credentials and secrets masked."""
    return {
        name.lower(): MASK if name.lower() in _SECRET_HEADERS else mask_text(value, secrets)
        for name, value in headers.items()
    }


def secret_values(value: Any) -> set[str]:
    """The values of all secret fields inside what a request was made of (models, mappings, sequences)."""
    found: set[str] = set()
    pending: list[tuple[Any, bool]] = [(value, False)]
    while pending:
        item, secret = pending.pop()
        if isinstance(item, Model):
            fields = {name: getattr(item, name) for name in item.__struct_fields__}
            names = item.__secret_fields__ | SECRET_FIELDS
        elif isinstance(item, Mapping):
            fields = dict(cast("Mapping[str, Any]", item))
            names = SECRET_FIELDS
        else:
            if isinstance(item, list | tuple):
                pending.extend((entry, secret) for entry in cast("Sequence[Any]", item))
            elif secret and item is not None and item is not msgspec.UNSET:
                found.add(str(item))
            continue
        pending.extend((entry, secret or str(name).lower() in names) for name, entry in fields.items())
    return found


def _mask_field(name: str, value: Any, secrets: Iterable[str]) -> Any:
    if name.lower() in SECRET_FIELDS and value is not None and not isinstance(value, list | dict):
        return MASK
    return mask_json(value, secrets)


# As html.escape does it, whose module would load a table of two thousand names.
_HTML: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}


@lru_cache(maxsize=64)
def _any_spelling(secret: str) -> re.Pattern[str]:
    """Matches a value as itself and as JSON, HTML or a URL spells it."""
    return re.compile("".join(_spellings(character) for character in secret))


def _spellings(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    escaped = "".join(rf"\\+u{units[place : place + 4]}" for place in range(0, len(units), 4))
    spelled = {
        escaped,
        rf"&#0*{ord(character)};",
        rf"&#x0*{ord(character):x};",
        re.escape(_HTML.get(character, character)),
        re.escape(quote(character.encode("utf-8", "surrogatepass"), safe="")),
        r"\\*" + re.escape(json.dumps(character, ensure_ascii=False)[1:-1]),
        r"\\*" + re.escape(character),
    }
    if character == " ":
        spelled.add(r"\+")
    return f"(?i:{'|'.join(sorted(spelled, key=len, reverse=True))})"


def _mask_card(match: re.Match[str]) -> str:
    digits = [int(digit) for digit in match[0] if digit.isdigit()]
    # Luhn's check keeps times in milliseconds and order numbers readable.
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2])
    return MASK if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else match[0]
