"""Where secrets stand in a text: under their names, in any spelling, as numbers of cards, in the address of a
payment's callback, and in an Authorization header that is sent back.

The work is linear in what is looked at, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from minted_async.core.secret_names import MASK, is_id, is_secret
from minted_async.core.spellings import plain, readings

# A secret that begins before the cut is recognised by its beginning: that many characters of it are compared,
# and so much of the text is looked at beyond the cut, because one character can be spelled by a dozen.
_HEAD: Final = 64
_MARGIN: Final = 12 * _HEAD
# What is left of a secret of punctuation once it is read would stand in any text.
_SHORTEST_READING: Final = 3

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
# The token in the address at which a browser comes back, which no name stands before; see `callbacks`.
_CALLBACK: Final = re.compile(r"/pay/(?:cards/)?([\w.~-]++)/callback/", re.ASCII)
# The proof in a header of digest authentication, which nothing marks as a secret where it is repeated:
# whoever reads it can try passwords against it in peace.
_PROOF: Final = re.compile(r"(?<![\w-])response=[\"'\\]{0,4}+([0-9a-f]{32,128}+)", re.IGNORECASE)
# What a text has in which something may be found by its name, place or digits, or behind an escape.
_WORTH_A_LOOK: Final = re.compile(r'["=\\%&+]|/pay/|\d[\d -]{12}')


class _Span(NamedTuple):
    """A part of a text that is not shown, and what stands in its place."""

    start: int
    end: int
    shown: str = MASK


def hide(text: str, values: Collection[str], ids: Collection[str], *, limit: int, cards: bool) -> str:
    """The beginning of a text, with a mask in the place of each secret.

    Args:
        text: What is about to be shown.
        values: What is known to be secret.
        ids: Long numbers that are not those of cards.
        limit: How many characters of the text are shown.
        cards: Whether what looks like the number of a payment card is hidden.
    """
    seen = text[: limit + _MARGIN]
    if not _WORTH_A_LOOK.search(seen) and not any(value[:_HEAD] in seen for value in values):
        return seen[:limit]
    parts: list[str] = []
    done = 0
    for span in _hidden(seen, values, ids, cards):
        if span.start >= limit:
            break
        if span.start >= done:
            parts += seen[done : span.start], span.shown
        done = max(done, span.end)
    parts.append(seen[done:limit])
    return "".join(parts)


def _hidden(text: str, values: Collection[str], ids: Collection[str], cards: bool) -> list[_Span]:
    """What is to be masked, in the order of the text."""
    spans: list[_Span] = []
    numbers: list[_Span] = []
    shown = bytearray(len(text) + 1)
    for reading, places in readings(text):

        def placed(found: Iterable[_Span], places: Sequence[int] = places) -> list[_Span]:
            return [_Span(places[span.start], places[span.end], span.shown) for span in found]

        spans += placed(_known_values(reading, values, literally=reading is text))
        for name, value in chain(_json_values(reading), _form_values(reading)):
            if is_secret(name):
                spans += placed([value])
            else:
                start, end, _ = placed([value])[0]
                shown[start:end] = b"1" * (end - start)
        for pattern in (_CALLBACK, _PROOF):
            spans += placed(_Span(*match.span(1)) for match in pattern.finditer(reading))
        if cards:
            numbers += placed(_card_numbers(reading, ids))
    spans += (span for span in numbers if not shown[span.start])
    return sorted(spans, key=lambda span: (span.start, -span.end))


def _known_values(text: str, values: Collection[str], *, literally: bool) -> Iterator[_Span]:
    for value in values:
        head = value[:_HEAD] if literally else plain(value[:_MARGIN])[:_HEAD]
        if not literally and len(head.strip()) < _SHORTEST_READING:
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


def _card_numbers(text: str, ids: Collection[str]) -> Iterator[_Span]:
    for match in _DIGITS.finditer(text):
        start = match.start()
        end = match.end(1)
        while end > start:
            digits = text[start:end].replace(" ", "").replace("-", "")
            if 13 <= len(digits) <= 19 and _passes_luhn(digits):
                if digits not in ids:
                    yield _Span(start, end)
                break
            # Without its last group: a year may follow the number.
            end = max(text.rfind(" ", start, end), text.rfind("-", start, end))


def _passes_luhn(number: str) -> bool:
    """Luhn's check: it keeps times in milliseconds and order numbers readable."""
    digits = [int(digit) for digit in number]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
