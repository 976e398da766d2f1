"""What a question and its answer say in texts, so that a name which repeats it is known to be somebody's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, cast

from minted_async.core.expected import ANYTHING, MOST_VALUES, Expected, Number, expected_answer, plain_values
from minted_async.core.operation import Operation
from minted_async.core.protocol import Request

MOST_TEXT: Final = 256 * 1024
"""Characters of an answer's texts that are searched for a word; an answer with more of them names nothing."""

_SHORTEST: Final = 4
"""Letters of a word that is found inside of another one: kaya in dkaya. A shorter one stands in too many."""

_LONGEST: Final = 40
# What asks for a kind of thing, and not for somebody: digital, TRY.
_KIND: Final = re.compile(r"[a-z]{1,12}|[A-Z]{1,3}")
# Which part of a list is asked for, not whose.
_PAGING: Final = frozenset({"page", "total"})
_WORD: Final = re.compile(r"[^\W_]+")
# denizKaya is deniz and kaya.
_HUMP: Final = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+|[0-9]+")
_MARKS: Final = re.compile(r"[\u0300-\u036f]+")


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words in texts, in small letters without their marks: Yılmaz is yilmaz."""
    return frozenset(_WORD.findall(_fold(" ".join(texts))))


def is_said(name: str, words: Collection[str], public: Collection[str]) -> bool:
    """Whether a name holds what stands in texts: ayse_yilmaz, x-user-yilmaz, ayilmaz for Ayşe Yılmaz.

    Args:
        name: The name.
        words: The words of the texts.
        public: Words that tell nothing of anybody: order_gold is a field, also where gold was ordered.
    """
    splits = [[_fold(part) for part in split.findall(name)] for split in (_WORD, _HUMP)]
    if any(all(part in words for part in parts) for parts in splits):
        return True
    if any(part in words and part not in public and len(part) > 1 for parts in splits for part in parts):
        return True
    flat = "".join(splits[1])[:_LONGEST]
    inner = (
        flat[start:end]
        for start in range(len(flat) - _SHORTEST + 1)
        for end in range(start + _SHORTEST, len(flat) + 1)
    )
    return any(part in words and part not in public for part in inner)


def public_words(operation: Operation[Any]) -> frozenset[str]:
    """The words that the spec itself uses for an operation and its answer."""
    names = [operation.id, operation.path]
    pending = [expected_answer(operation, 200)]
    seen: list[Expected] = [ANYTHING]
    for expected in pending:  # which grows on the way
        if any(expected is other for other in seen):
            continue
        seen.append(expected)
        names += [*(expected.fields or ()), *(expected.values or ())]
        pending += [
            *(expected.fields or {}).values(),
            expected.entries or ANYTHING,
            expected.items or ANYTHING,
        ]
    return frozenset(
        _fold(part) for name in names for split in (_WORD, _HUMP) for part in split.findall(name)
    )


def asked(request: Request) -> tuple[str, ...]:
    """What a question names: ids, words, numbers; nothing that asks for a kind of thing, or for a page."""
    _, query, path = request.content
    told: list[object] = [*path, *(value for name, value in (query or {}).items() if name not in _PAGING)]
    if request.body is not None:
        told += scalars(plain_values(request.body))
    texts = [str(value) for value in told if value is not None and not isinstance(value, bool)]
    return tuple(text for text in texts if not _KIND.fullmatch(text))


def scalars(value: object, most: int = MOST_VALUES) -> Iterator[object]:
    """The values in lists and objects; of so many values, lists and objects, no more."""
    pending = [value]
    for number, item in enumerate(pending):  # which grows on the way
        if number >= most:
            return
        if isinstance(item, Mapping):
            pending += cast("Mapping[str, object]", item).values()
        elif isinstance(item, list):
            pending += cast("list[object]", item)
        else:
            yield str.__str__(item) if isinstance(item, Number) else item


def _fold(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).replace("ı", "i")
