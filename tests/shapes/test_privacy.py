"""Nothing that belongs to somebody gets into the file, the log or an event, wherever a server puts it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async import Shapes
from minted_async.core.config import HeaderOptions
from minted_async.core.drift import Drift
from minted_async.core.operation import Operation
from minted_async.core.protocol import Response, build_request
from minted_async.core.watching import Emitter
from minted_async.generated.operations import OPERATIONS

GET = next(operation for operation in OPERATIONS if operation.id == "orders.get")
BALANCES = next(operation for operation in OPERATIONS if operation.id == "balances.customer")
TOLD: Operation[Any] = Operation(id="balances.stats", method="GET", path="/partner/x/{id}", result=object)

NAMES = (
    "Defne",
    "Çağlayan",
    "Gökçe",
    "Yıldırım",
    "Öztürk",
    "Mehmetcan",
    "ayse_yilmaz",
    "denizKaya",
    "O'Neill",
)


def number(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


# No word of the file begins with these letters; Hypothesis also tries words of our own code.
names = st.sampled_from(NAMES) | st.text("abcdefghijklmnopqrstuvwxyzçğış", max_size=12).map("qzxw{}".format)
formed = st.one_of(
    st.builds("{}.{}@example.com".format, names, names),
    number(10).map("+90{}".format),
    number(11),
    number(24).map("TR{}".format),
    number(16),
    st.uuids().map(str),
    st.builds("{} Sokak No:{} D:{}".format, names, number(3), number(3)),
    st.dates().map(lambda day: day.strftime("%d-%m-%Y")),
    st.ip_addresses(v=4).map(str),
    number(6).map("CST-{}".format),
)
"""What belongs to somebody, and has a form that no field, header or enum has."""

full_names = st.builds("{} {}".format, names, names)
personal = formed | names | full_names
scalars = personal | st.integers(10**7, 10**12) | st.booleans() | st.none()


def holding(keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """JSON that holds what belongs to somebody, as values and as names."""
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=8,
    )


@st.composite
def answers(draw: st.DrawFn, keys: st.SearchStrategy[str], words: st.SearchStrategy[str]) -> dict[str, Any]:
    """An envelope around an order in which everything is replaced, and more is added."""
    order: dict[str, Any] = {
        "guid": draw(personal),
        "status_name": draw(words),
        "type": draw(words),
        "customer": {
            "firstname": draw(personal),
            "identity_number": draw(number(11)),
            draw(keys): draw(scalars),
        },
        "items": [
            {"sku": draw(personal), "price": draw(st.decimals(10**6, 10**9, places=2)), draw(keys): 1.5}
        ],
        **draw(st.dictionaries(keys, holding(keys), max_size=3)),
    }
    return {
        "data": draw(st.sampled_from([order, [order], {"stats": order, "prices": {draw(keys): order}}])),
        "success": draw(st.booleans()),
        "code": draw(words | st.integers(10**7, 10**12)),
        "message": draw(personal),
        "errors": {draw(keys): [draw(personal)]},
        draw(keys): draw(holding(keys)),
    }


def leaves(value: object) -> Iterator[str]:
    """Every value and name in it, as text."""
    if isinstance(value, dict):
        for name, item in cast("dict[str, object]", value).items():
            yield name
            yield from leaves(item)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from leaves(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def response(answer: Any, headers: dict[str, str], status: int) -> Response:
    body = json.dumps(
        answer, default=lambda value: float(value) if isinstance(value, Decimal) else str(value)
    )
    return Response(status, headers, body.encode())


async def shown(exchanges: list[tuple[Operation[Any], str, Response]]) -> str:
    """The file that is written of exchanges."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shapes.json"
        shapes = Shapes(path)
        for number, (operation, asked, answer) in enumerate(exchanges, 1):
            shapes.see(operation, build_request(operation, HeaderOptions(), path=(asked,)), answer)
            if number in (len(exchanges) // 2, len(exchanges)):
                shapes.save()
        return path.read_text()


def parts(values: Iterator[str]) -> set[str]:
    """Values, and the longer words and numbers in them."""
    found: set[str] = set()
    for value in values:
        found.add(value)
        found.update(re.findall(r"[^\W\d_]{4,}|[0-9]{6,}", value))
    return {word.casefold() for word in found if len(word) > 3}


def spelled(text: str) -> str:
    """A file as one reads it: JSON may escape letters."""
    return json.dumps(json.loads(text), ensure_ascii=False).casefold()


KNOWN = {
    "data",
    "success",
    "code",
    "message",
    "errors",
    "guid",
    "status_name",
    "type",
    "customer",
    "items",
    "stats",
} | {
    *("prices", "firstname", "identity_number", "sku", "price"),
}


def personal_parts(answer: Any, headers: dict[str, str], asked: str) -> set[str]:
    values = (value for value in leaves(answer) if value not in KNOWN)
    return parts(iter([*values, *headers.values(), asked]))


operations = st.sampled_from([GET, BALANCES, TOLD])
statuses = st.sampled_from([200, 404, 422])
header_values = st.dictionaries(st.sampled_from(["X-Customer", "Server", "Set-Cookie"]), personal, max_size=3)


@given(answers(personal, personal), header_values, operations, statuses, st.tuples(formed, formed))
def test_what_belongs_to_one_customer_is_in_no_file(
    answer: Any, headers: dict[str, str], operation: Operation[Any], status: int, asked: tuple[str, str]
) -> None:
    """However often it is answered: nobody was asked for but this customer and one of his orders."""
    whole = response(answer, headers, status)
    text = spelled(asyncio.run(shown([(operation, question, whole) for question in asked * 4])))
    for part in personal_parts(answer, headers, " ".join(asked)):
        assert part not in text


@given(answers(formed, formed), header_values, operations, statuses, st.lists(formed, min_size=6, max_size=6))
def test_what_has_no_form_of_a_word_is_in_no_file(
    answer: Any, headers: dict[str, str], operation: Operation[Any], status: int, asked: list[str]
) -> None:
    """Whatever was asked for."""
    whole = response(answer, headers, status)
    text = spelled(asyncio.run(shown([(operation, question, whole) for question in asked])))
    for part in personal_parts(answer, headers, " ".join(asked)):
        assert part not in text


@given(full_names, operations, statuses)
def test_a_name_that_is_said_too_is_in_no_file(full: str, operation: Operation[Any], status: int) -> None:
    first, last = full.split(" ", 1)
    order = {
        "status_name": full,
        first: 1,
        "customer": {"fullname": full},
        "type": last,
        last.lower(): {f"{first}_{last}".lower(): 1},
    }
    whole = response({"data": order, "success": True, "code": first}, {}, status)
    text = spelled(asyncio.run(shown([(operation, f"ORD-{number}", whole) for number in range(6)])))
    for part in parts(iter([full])):
        assert part not in text


@given(answers(formed, personal), operations, statuses)
def test_no_value_is_in_the_log_or_in_an_event(answer: Any, operation: Operation[Any], status: int) -> None:
    said: list[object] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("minted_async.drift")
    logger.addHandler(handler)
    before = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        drift = Drift.of(1, Emitter.of(said.append))
        assert drift is not None
        request = build_request(operation, HeaderOptions(), path=("ORD-1",))
        drift.see(operation, request, response(answer, {}, status))
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    assert said  # an envelope with a field more is drift, whatever else is
    text = f"{said} {drift.counts}".casefold()
    for part in personal_parts(answer, {}, "ORD-1"):
        assert part not in text


@pytest.mark.parametrize("place", ["deniz", "CST-1"])
def test_the_search_finds_what_it_is_to_find(place: str) -> None:
    """A search that found nothing in any file would prove nothing."""
    assert personal_parts({"data": {place: "Defne"}}, {}, "ORD-99") == {place.casefold(), "defne", "ord-99"}
