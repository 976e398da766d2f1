"""Keeping secrets out of everything that can be printed: error texts, captured exchanges, log lines.

What others wrote is cut before it is looked at, and looking at it takes time that is linear in its length: an
odd answer must not block the event loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, Final, NamedTuple, cast

import msgspec

from minted_async.core.model import Model
from minted_async.core.scalars import exact
from minted_async.core.secret_names import is_id, is_secret
from minted_async.core.spellings import plain, readings

MASK: Final = "***"

EXCERPT_LENGTH: Final = 500
"""Characters of an answer that an error keeps."""

TEXT_LENGTH: Final = 2_000
"""Characters of a text of others that are shown."""

DETAILS_LENGTH: Final = 8_192
"""Bytes of the details of a refusal that are read as JSON; of longer ones an excerpt is kept."""

# A secret that begins before the cut is recognised by its beginning: that many characters of it are compared,
# and so much of the text is looked at beyond the cut, because one character can be spelled by a dozen.
_HEAD: Final = 64
_MARGIN: Final = 12 * _HEAD
# Shorter values (a month, a digit) stand in any text, and masking them would leave nothing to read; under
# their names they are masked all the same.
_SHORTEST: Final = 3

# A name in quotes and what its closing quote is escaped with: JSON may stand in a JSON string.
_JSON_KEY: Final = re.compile(r'"([\w -]{1,64}+)(\\*+)"\s*+:\s*+')
_JSON_SCALAR: Final = re.compile(r'(?!null\b)[^\s,}\]"\\\[{]++')
_QUOTE: Final = re.compile(r'(?<!\\)(\\*+)"')
_FORM_KEY: Final = re.compile(r"(?<![\w-])([\w-]{1,64}+)\]?=")
_FORM_VALUE: Final = re.compile(r""""[^"]*+|'[^']*+|[^&\s"'<>]++""")
# A payment card's number, wherever it stands and however it is grouped (ISO/IEC 7812: 13 to 19 digits). What
# follows a decimal point is no card. Looking ahead takes nothing, so that the next group can begin one too.
_DIGITS: Final = re.compile(
    r"\d(?<!\d\d)(?<!\d\.\d)(?=(\d{2,18}+(?!\d)(?:[ -]\d{1,18}+(?!\d)){0,5}+)(?!\.\d))"
)
# What a text has in which something may be found by its name, by its digits, or behind an escape.
_WORTH_A_LOOK: Final = re.compile(r'["=\\%&+]|\d[\d -]{12}')
_LONG_NUMBER: Final = re.compile(r"\d{13,}")

_PLAIN: Final = msgspec.json.Decoder(object, float_hook=Decimal)


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


NO_SECRETS: Final = Secrets()


class _Span(NamedTuple):
    """A part of a text that is not shown, and what stands in its place."""

    start: int
    end: int
    shown: str = MASK


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
    text = body[: 4 * (EXCERPT_LENGTH + _MARGIN)].decode("utf-8", "replace")
    return _mask(text, secrets, EXCERPT_LENGTH, cards=True)


def mask_details(raw: bytes | msgspec.Raw, secrets: Secrets = NO_SECRETS) -> Any:
    """What a refusal holds as plain values, secrets masked; an excerpt if it is too long, or no JSON."""
    if len(raw) > DETAILS_LENGTH:
        return excerpt(bytes(memoryview(raw)[:DETAILS_LENGTH]), secrets)
    try:
        return mask_json(exact(_PLAIN.decode(raw)), secrets)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ArithmeticError):
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
    """Headers with lower-case names, credentials and secrets masked."""
    return {
        name.lower(): MASK if is_secret(name) else mask_text(value, secrets)
        for name, value in headers.items()
    }


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
    seen = text[: limit + _MARGIN]
    if not _WORTH_A_LOOK.search(seen) and not any(value[:_HEAD] in seen for value in secrets.values):
        return seen[:limit]
    parts: list[str] = []
    done = 0
    for span in _hidden(seen, secrets, cards):
        if span.start >= limit:
            break
        if span.start >= done:
            parts += seen[done : span.start], span.shown
        done = max(done, span.end)
    parts.append(seen[done:limit])
    return "".join(parts)


def _hidden(text: str, secrets: Secrets, cards: bool) -> list[_Span]:
    """What is to be masked, in the order of the text."""
    spans: list[_Span] = []
    numbers: list[_Span] = []
    ids = bytearray(len(text) + 1)
    for reading, places in readings(text):

        def placed(found: Iterable[_Span], places: Sequence[int] = places) -> list[_Span]:
            return [_Span(places[span.start], places[span.end], span.shown) for span in found]

        spans += placed(_known_values(reading, secrets, literally=reading is text))
        for name, value in chain(_json_values(reading), _form_values(reading)):
            if is_secret(name):
                spans += placed([value])
            else:
                start, end, _ = placed([value])[0]
                ids[start:end] = b"1" * (end - start)
        if cards:
            numbers += placed(_card_numbers(reading, secrets))
    spans += (span for span in numbers if not ids[span.start])
    return sorted(spans, key=lambda span: (span.start, -span.end))


def _known_values(text: str, secrets: Secrets, *, literally: bool) -> Iterator[_Span]:
    for value in secrets.values:
        head = value[:_HEAD] if literally else plain(value[:_MARGIN])[:_HEAD]
        if not literally and len(head.strip()) < _SHORTEST:
            continue
        length = len(head) if len(value) <= _HEAD else len(value)
        place = text.find(head) if head else -1
        while place >= 0:
            end = min(place + length, len(text))
            yield _Span(place, end)
            place = text.find(head, end)


def _json_values(text: str) -> Iterator[tuple[str, _Span]]:
    """Values in JSON, or in JSON that is quoted in JSON, that are secrets or ids by their name."""
    place = 0
    while match := _JSON_KEY.search(text, place):
        name, escape = match.groups()
        place = match.end()
        if not (is_secret(name) or is_id(name)):
            continue
        quote = f'{escape}"'
        if text.startswith(quote, place):
            start = place + len(quote)
            value = _Span(start, _end_of_string(text, start, len(escape)))
        elif scalar := _JSON_SCALAR.match(text, place):
            value = _Span(*scalar.span(), f"{quote}{MASK}{quote}")
        else:
            continue
        yield name, value
        place = value.end


def _end_of_string(text: str, start: int, escapes: int) -> int:
    """Where a JSON string ends whose quotes have so many backslashes; if it does not, the end of the text.

    Inside, a quote has `2 * escapes + 1` of them, and a backslash of the value itself is written as
    `2 * escapes + 2`.
    """
    for match in _QUOTE.finditer(text, start):
        if len(match[1]) % (2 * escapes + 2) == escapes:
            return match.end() - 1 - escapes
    return len(text)


def _form_values(text: str) -> Iterator[tuple[str, _Span]]:
    """Values in a form or a query, that are secrets or ids by their name."""
    place = 0
    while match := _FORM_KEY.search(text, place):
        name = match[1]
        place = match.end()
        if (is_secret(name) or is_id(name)) and (found := _FORM_VALUE.match(text, place)):
            quoted = text[place] in "\"'"
            yield name, _Span(found.start() + quoted, found.end())
            place = found.end()


def _card_numbers(text: str, secrets: Secrets) -> Iterator[_Span]:
    for match in _DIGITS.finditer(text):
        start = match.start()
        end = match.end(1)
        while end > start:
            digits = text[start:end].replace(" ", "").replace("-", "")
            if 13 <= len(digits) <= 19 and _passes_luhn(digits):
                if digits not in secrets.ids:
                    yield _Span(start, end)
                break
            # Without its last group: a year may follow the number.
            end = max(text.rfind(" ", start, end), text.rfind("-", start, end))


def _passes_luhn(number: str) -> bool:
    """Luhn's check: it keeps times in milliseconds and order numbers readable."""
    digits = [int(digit) for digit in number]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
