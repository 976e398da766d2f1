"""Drift: what answers have that this release does not name is found, once a place, and disturbs nothing."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from minted_async import MintedClient, Shapes
from minted_async.errors import ConfigurationError, NotFoundError
from minted_async.events import DriftSeen, Event
from tests.servers import LoopbackServer, answering, envelope, refusal, response

pytestmark = pytest.mark.anyio

ITEM = '{"sku":"GAU","colour":"sarı"}'
ORDER = f'"guid":"G","order_code":"A","external_id":"O","items":[{ITEM},{ITEM}]'
DRIFTED = envelope(f'{{{ORDER},"status_name":"OnHold","1000000146":{{"a":1}},"customer":{{"kart":"TR33"}}}}')


def drift(place: str, kind: Any = "field", operation: str = "orders.get", status: int = 200) -> DriftSeen:
    return DriftSeen(operation=operation, status=status, place=place, kind=kind)


FOUND = {
    drift("data.items[].colour"),
    drift("data.status_name", "value"),
    drift("data.*"),
    drift("data.customer.kart"),
}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "minted_async.drift")
    return caplog


async def test_it_is_logged_counted_and_an_event(log: pytest.LogCaptureFixture) -> None:
    events: list[Event] = []
    async with (
        LoopbackServer(answering(DRIFTED)) as server,
        server.client(events=events.append) as minted,
    ):
        order = await minted.orders.get("ORD-1")
        assert minted.drift == dict.fromkeys(FOUND, 1)
        assert minted.with_options(locale="en").drift == minted.drift
    assert (order.status_name, len(order.items)) == ("OnHold", 2)
    assert {event for event in events if isinstance(event, DriftSeen)} == FOUND
    assert {record.getMessage() for record in log.records} == {
        "orders.get: HTTP 200 has a field that this release does not know at data.items[].colour",
        "orders.get: HTTP 200 has a value that this release does not know at data.status_name",
        "orders.get: HTTP 200 has a field that this release does not know at data.*",
        "orders.get: HTTP 200 has a field that this release does not know at data.customer.kart",
    }
    assert {(record.name, record.levelname) for record in log.records} == {("minted_async.drift", "INFO")}


@pytest.mark.parametrize(
    ("option", "looks"), [("log", [0]), ("off", []), (0.5, [0, 2, 4]), (1, [0, 1, 2, 3, 4]), (1e-9, [0])]
)
async def test_how_many_are_looked_at(log: pytest.LogCaptureFixture, option: Any, looks: list[int]) -> None:
    """Each answer has a field of its own, which tells whether it was looked at."""
    names = ("one", "two", "three", "four", "five")
    answers = [envelope(f'{{"{name}":1,{ORDER}}}') for name in names]
    async with LoopbackServer(answering(*answers)) as server, server.client(drift=option) as minted:
        for _ in answers:
            await minted.orders.get("ORD-1")
        own = {seen.place for seen in minted.drift} - {"data.items[].colour"}
        assert own == {f"data.{names[number]}" for number in looks}
    assert len(log.records) == len(own) + bool(looks)


async def test_one_in_a_thousand_is_looked_at_by_itself(log: pytest.LogCaptureFixture) -> None:
    answers = [*[envelope(f"{{{ORDER}}}")] * 1_000, DRIFTED]
    async with LoopbackServer(answering(*answers)) as server, server.client() as minted:
        for _ in range(1_000):
            await minted.orders.get("ORD-1")
        assert set(minted.drift) == {drift("data.items[].colour")}
        await minted.orders.get("ORD-1")
        assert set(minted.drift) == FOUND
        assert minted.drift[drift("data.items[].colour")] == 2


async def test_each_operation_and_status_is_looked_at_first(log: pytest.LogCaptureFixture) -> None:
    refused = response('{"success":false,"code":4041,"data":{"x":1},"trace":"T","message":"yok"}', 404)
    answers = [refusal(422), refused, refused, envelope('[{"balance":5,"iban":"TR33"}]')]
    async with LoopbackServer(answering(*answers)) as server, server.client() as minted:
        with pytest.raises(Exception, match="422"):
            await minted.orders.get("ORD-1")
        for _ in range(2):
            with pytest.raises(NotFoundError):
                await minted.orders.get("ORD-1")
        with pytest.raises(Exception, match=r"balances\.customer"):
            await minted.balances.customer("CST-1")
        assert minted.drift == {
            drift("trace", status=404): 1,
            drift("data[].iban", operation="balances.customer"): 1,
        }


async def test_what_the_spec_does_not_describe_is_no_drift(log: pytest.LogCaptureFixture) -> None:
    row = (
        '{"customer_external_id":"C","name":"Altın","currency_id":1,"currency_symbol":"gr","currency_code":"XAU",'
        '"is_cash":false,"balance":1,"blocked":0,"real_balance":1,"soft_blocked_amount":0,'
        '"stats":{"anything":{"at":"all"}},"prices":[]}'
    )
    answers = [envelope(f"[{row}]"), envelope('{"total":1}'), envelope('{"any":1}')]
    paths = {"balances.partner": "/partner/balance"}
    async with LoopbackServer(answering(*answers)) as server, server.client(paths=paths) as minted:
        assert (await minted.balances.customer("C"))[0].stats["anything"] == {"at": "all"}
        await minted.balances.partner()
        await minted.request("GET", "/partner/customer/CST-1")
        assert minted.drift == {}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b'{"data":' + b"[" * 100_000,
        b"\xff\xfe",
        b'{"success":true,"data":{"guid":[],"items":{"a":1},"customer":[1],"status_name":5}}',
        b'"' + b"x" * (2 * 1024 * 1024) + b'"',
        b"[" + b"[]," * 10_000 + b"[]]",
    ],
)
async def test_answers_of_any_kind_are_looked_at(answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async with LoopbackServer(answering(response(answer))) as server, server.client(drift=1) as minted:
        with pytest.raises(Exception, match=r"orders\.get"):
            await minted.orders.get("ORD-1")
    assert not caplog.records


@pytest.mark.parametrize(
    "name",
    ["ayse_yilmaz", "balance_of_yilmaz", "ayseYilmaz", "ayseyilmaz", "ayilmaz", "ali", "Defne", "ORD-1"],
)
async def test_a_name_that_is_somebodys_is_not_shown(log: pytest.LogCaptureFixture, name: str) -> None:
    """It repeats what the answer says, or begins with a capital, as no field does."""
    customer = '"customer":{"firstname":"Ayşe","lastname":"YILMAZ","address":"Ali Sokak 5"}'
    answer = envelope(f'{{"{name}":1,"colour_of_order":1,"loyalty":{{"{name}":2}},{customer},{ORDER}}}')
    async with LoopbackServer(answering(answer)) as server, server.client(drift=1) as minted:
        await minted.orders.get("ORD-1")
        places = {seen.place for seen in minted.drift}
    assert places >= {"data.*", "data.colour_of_order", "data.loyalty"}
    assert name not in str(places) + log.text


async def test_many_new_names_are_data(log: pytest.LogCaptureFixture) -> None:
    names = ",".join(f'"{first}{second}":1' for first in "abcdef" for second in "uvwxyz")
    async with (
        LoopbackServer(answering(envelope(f"{{{names},{ORDER}}}"))) as server,
        server.client() as minted,
    ):
        await minted.orders.get("ORD-1")
        assert minted.drift == {drift("data.*"): 1, drift("data.items[].colour"): 1}


async def test_a_server_that_sends_ever_new_names_fills_no_memory(log: pytest.LogCaptureFixture) -> None:
    names = [
        f"{first}{second}{third}"
        for first in "abcde"
        for second in "fghijklmno"
        for third in "pqrstuvwxyzabcd"
    ]
    answers = [
        envelope(f'{{{",".join(f""""{name}":1""" for name in names[start : start + 25])},{ORDER}}}')
        for start in range(0, 750, 25)
    ]
    async with LoopbackServer(answering(*answers)) as server, server.client(drift=1) as minted:
        for _ in answers:
            await minted.orders.get("ORD-1")
        assert len(minted.drift) == len(log.records) == 500


@pytest.mark.parametrize("option", ["LOG", "", 0, -1, 2, True, None, float("nan"), "0.5"])
def test_what_is_no_share_is_refused(option: Any) -> None:
    with pytest.raises(ConfigurationError, match='drift must be "log", "off", or the share'):
        MintedClient("user", "password", drift=option)


async def test_it_does_not_stand_in_the_way_of_shapes(tmp_path: Any, log: pytest.LogCaptureFixture) -> None:
    shapes = Shapes(tmp_path / "shapes.json")
    async with LoopbackServer(answering(DRIFTED)) as server, server.client(observe=shapes) as minted:
        await minted.orders.get("ORD-1")
        assert set(minted.drift) == FOUND
    assert "data.customer" in (tmp_path / "shapes.json").read_text()
