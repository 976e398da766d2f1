"""What the file says of answers: places, types, forms, digits, words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from minted_async import MintedClient, Shapes
from minted_async.errors import ConfigurationError
from tests.servers import LoopbackServer, answering, bad_gateway, envelope, refusal, response
from tests.shapes.seeing import ORDER, order, places, seen

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shapes.json"


async def test_an_answer_becomes_counts(path: Path) -> None:
    item = '{"sku":"GAU","price":3011.50,"amount":1}'
    operations = await seen(
        path,
        order(f'"items":[{item},{{"sku":null,"amount":0.25}}],"description":""'),
        order('"status_name":"Created","description":"Ev için","order_at":"13-10-2023 11:10","tax":-0.5'),
    )
    get = operations["orders.get"]
    assert (get["method"], get["path"]) == ("GET", "/partner/order/{external_order_id}")
    answers = get["answers"]["200"]
    today = datetime.now(UTC).date().isoformat()
    assert (answers["count"], answers["bodies"], answers["codes"]) == (2, {"json": 2}, {"0": 2})
    assert answers["first"] <= answers["last"] <= today
    assert answers["headers"] == {"content-length": 2, "content-type": 2}

    found = answers["places"]
    assert found["$"] == {"seen": 2, "known": True, "types": {"object": 2}}
    assert found["data.items"] == {"seen": 2, "known": True, "types": {"array": 2}, "empty": 1}
    assert found["data.items[]"] == {"seen": 2, "known": True, "types": {"object": 2}}
    assert found["data.items[].sku"] == {
        "seen": 2,
        "known": True,
        "types": {"string": 1, "null": 1},
        "forms": {"word": 1},
        "lengths": {"1-8": 1},
    }
    assert found["data.items[].price"] == {
        "seen": 1,
        "missing": 1,
        "known": True,
        "types": {"number": 1},
        "digits": {"4": 1},
        "decimals": {"2": 1},
    }
    assert found["data.items[].amount"]["types"] == {"integer": 1, "number": 1}
    assert found["data.items[].amount"]["decimals"] == {"0": 1, "2": 1}
    assert found["data.tax"]["negative"] == 1
    assert found["data.tax"]["missing"] == 1
    assert (found["data.description"]["empty"], found["data.description"]["forms"]) == (1, {"text": 1})
    assert found["data.order_at"]["forms"] == {"DD-MM-YYYY HH:mm": 1}
    assert found["data.status_name"]["values"] == {"Created": 1}


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2023-05-31", "YYYY-MM-DD"),
        ("31.05.2023", "DD.MM.YYYY"),
        ("31/05/2023 03:16", "DD/MM/YYYY HH:mm"),
        ("2023-05-31 03:16:45", "YYYY-MM-DD HH:mm:ss"),
        ("2023-05-31T03:16:45.123456Z", "YYYY-MM-DDTHH:mm:ss.fZ"),
        ("2023-05-31T03:16:45+03:00", "YYYY-MM-DDTHH:mm:ss+hh:mm"),
        ("2023-05-31T03:16:45-0300", "YYYY-MM-DDTHH:mm:ss+hhmm"),
        ("20230531", "digits"),
        ("03:16", "HH:mm"),
        ("8b0f8a4e-8a53-4b0e-9a43-2f6c8b6d7f10", "uuid"),
        ("00147", "digits"),
        ("12.50", "decimal"),
        ("-3", "decimal"),
        ("12,5", "decimal comma"),
        ("+905550000000", "phone"),
        ("9f86d081884c7d65", "hex"),
        ("deniz@example.com", "email"),
        ("https://example.com/a?b=c", "url"),
        ("Örnek", "word"),
        ("token_HYAQA0171340abc", "code"),
        ("Ev için", "text"),
        ("a" * 5_000, "text"),
    ],
)
async def test_the_form_of_a_text(path: Path, text: str, form: str) -> None:
    operations = await seen(path, order(f'"description":{json.dumps(text)}'))
    assert places(operations)["data.description"]["forms"] == {form: 1}


@pytest.mark.parametrize(
    ("number", "kind", "digits", "decimals"),
    [
        ("7", "integer", "1", "0"),
        ("7.10", "number", "1", "2"),
        ("0.001", "number", "1", "3"),
        ("12e2", "number", "4", "0"),
        ("1e-4", "number", "1", "4"),
        ("123456789012345678901234567890", "integer", "more", "0"),
        ("1e99999999999999999999", "number", "more", "more"),
    ],
)
async def test_the_digits_of_a_number(path: Path, number: str, kind: str, digits: str, decimals: str) -> None:
    operations = await seen(path, envelope('{"a":1}'), order(f'"tax":{number}'))
    tax = places(operations)["data.tax"]
    assert (tax["types"], tax["digits"], tax["decimals"]) == ({kind: 1}, {digits: 1}, {decimals: 1})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (bad_gateway(), "html"),
        (response(b"", 502), "empty"),
        (response(b"Unauthorized", 502), "other"),
        (response(b'{"a":' + b"[" * 100_000, 502), "long"),
        (response(b'"' + b"x" * (1024 * 1024) + b'"', 502), "long"),
    ],
)
async def test_what_is_no_json_is_counted_too(path: Path, answer: bytes, kind: str) -> None:
    operations = await seen(path, answer)
    answers = operations["orders.get"]["answers"]["502"]
    assert answers["bodies"] == {kind: 1}
    assert "places" not in answers


async def test_refusals_are_seen_by_status(path: Path) -> None:
    operations = await seen(path, refusal(404, 4041), refusal(422, "VALIDATION", data='{"sku":["no"]}'))
    assert operations["orders.get"]["answers"]["404"]["codes"] == {"4041": 1}
    found = places(operations, status=422)
    assert found["data"]["types"] == {"object": 1}
    assert found["code"]["forms"] == {"word": 1}


async def test_a_new_field_is_named_after_three_questions(path: Path) -> None:
    answer = order('"loyalty":{"points":5}')
    operations = await seen(path, answer, answer)
    assert not [name for name in places(operations) if "loyalty" in name]
    assert places(operations)["data"]["unnamed"] == 2

    # The same process goes on: what waited is counted from its beginning.
    path.unlink()
    operations = await seen(path, order(), *[answer] * 3)
    assert places(operations)["data.loyalty"] == {
        "seen": 3,
        "missing": 1,
        "types": {"object": 3},
        "unnamed": 2,
    }
    assert places(operations)["data.loyalty.points"]["digits"] == {"1": 3}


async def test_the_same_question_again_names_nothing(path: Path) -> None:
    async def ask(minted: MintedClient, number: int) -> object:
        return await minted.orders.get("ORD-1")

    answers = [order(f'"deniz":{number},"status_name":"Deniz"') for number in range(9)]
    operations = await seen(path, *answers, call=ask)
    assert "deniz" not in path.read_text().lower()
    assert places(operations)["data.status_name"] == {
        "seen": 9,
        "known": True,
        "types": {"string": 9},
        "forms": {"word": 9},
        "lengths": {"1-8": 9},
        "unnamed_values": 9,
    }


async def test_pages_of_the_same_list_are_one_question(path: Path) -> None:
    async def page(minted: MintedClient, number: int) -> object:
        return await minted.ecom.baskets.list_incomplete(
            customer_external_id="CST-1", page=number + 1, total=10 + number
        )

    answers = [envelope(f'{{"data":[{{"deniz":{number}}}]}}') for number in range(9)]
    operations = await seen(path, *answers, call=page)
    assert operations["ecom.baskets.list_incomplete"]["answers"]["200"]["count"] == 9
    assert "deniz" not in path.read_text()


async def test_questions_about_the_same_customer_name_nothing(path: Path) -> None:
    async def update(minted: MintedClient, number: int) -> object:
        return await minted.customers.update(
            "CST-1",
            firstname="Ceren",
            lastname="Su",
            phone=f"+90555000000{number}",
            identity_number="10000000146",
        )

    answers = [envelope(f'{{"deniz":{number}}}') for number in range(9)]
    operations = await seen(path, *answers, call=update)
    assert operations["customers.update"]["answers"]["200"]["count"] == 9
    assert "deniz" not in path.read_text()


async def test_where_a_question_names_nothing_answers_that_differ_count(path: Path) -> None:
    async def fix(minted: MintedClient, number: int) -> object:
        return await minted.prices.fix(type="digital")

    answers = [envelope(f'{{"token":"T{number}","vat_share":0.18}}') for number in (1, 1, 2, 3)]
    operations = await seen(path, *answers[:3], call=fix)
    assert "data.vat_share" not in places(operations, "prices.fix")
    operations = await seen(path, *answers, call=fix)
    assert places(operations, "prices.fix")["data.vat_share"]["seen"] == 4


async def test_a_word_that_is_also_said_is_not_written(path: Path) -> None:
    answer = order('"status_name":"Deniz","ceren":1,"customer":{"firstname":"DENIZ","lastname":"Ceren Su"}')
    await seen(path, *[answer] * 9)
    text = path.read_text().lower()
    assert "deniz" not in text
    assert "ceren" not in text


@pytest.mark.parametrize("name", ["balance_of_yilmaz", "ayseyilmaz", "ayilmaz", "yilmazBalance", "ali"])
async def test_a_name_that_holds_what_is_said_is_not_written(path: Path, name: str) -> None:
    """As that of a field, of a header, as a code and as a value; nor does a capital begin a field."""
    customer = '"customer":{"firstname":"Ayşe","lastname":"YILMAZ","address":"Ali Sokak 5"}'
    more = f'"status_name":"Defne Kaya","loyalty":{{"{name}":1,"Defne":1}},{customer},{ORDER}'
    data = f'{{"{name}":1,"order_colour":2,{more}}}'
    headers = {f"X-User-{name.lower()[-6:]}": "1"}
    answers = [
        response(f'{{"success":true,"code":"{code}","data":{data}}}', headers=headers)
        for code in (name, "Defne Kaya")
    ]
    operations = await seen(path, *answers * 4)
    assert places(operations)["data.order_colour"]["seen"] == 8
    text = path.read_text().lower()
    assert [word for word in ("yilmaz", "kaya", "defne", f'"{name}"', f".{name}") if word in text] == []


async def test_several_words_are_a_value_if_the_spec_uses_one(path: Path) -> None:
    answers = [
        order(f'"status_name":"{value}"') for value in ("Awaiting Payment", "Defne Kaya") for _ in "123"
    ]
    found = places(await seen(path, *answers))["data.status_name"]
    assert found["values"] == {"Awaiting Payment": 3}
    assert found["unnamed_values"] == 3 + 2


async def test_values_of_an_enum_codes_and_headers_wait_too(path: Path) -> None:
    data = f'{{{ORDER},"status_name":"OnHold"}}'
    answer = response(f'{{"success":true,"code":"OK_LATER","data":{data}}}', headers={"X-New": "59"})
    odd = order('"status_name":"On hold since 3 days"')
    operations = await seen(path, order('"status_name":"Created"'), odd, answer, answer, answer)
    answers = operations["orders.get"]["answers"]["200"]
    assert answers["places"]["data.status_name"]["values"] == {"Created": 1, "OnHold": 3}
    assert answers["places"]["data.status_name"]["unnamed_values"] == 3  # one cannot be, two waited
    assert answers["codes"] == {"0": 2, "OK_LATER": 3}
    assert answers["headers"]["x-new"] == 3


async def test_what_waits_is_kept_over_writes(path: Path) -> None:
    answer = order('"loyalty":{"points":5},"status_name":"OnHold"')
    shapes = Shapes(path)
    async with (
        LoopbackServer(answering(answer)) as server,
        server.client(observe=shapes) as minted,
    ):
        for number in range(4):
            await minted.orders.get(f"ORD-{number}")
            shapes.save()
    found = places(json.loads(path.read_text())["operations"])
    assert found["data"]["seen"] == found["data.loyalty.points"]["seen"] == 4
    assert found["data.status_name"]["values"] == {"OnHold": 4}
    assert "missing" not in found["data.loyalty"]


async def test_names_that_are_data_are_one_place(path: Path) -> None:
    prices = ",".join(f'"{sku}":{{"buy":1.5}}' for sku in ("GAU", "GAG", "1000000001", "a@example.com"))
    many = ",".join(f'"{chr(97 + number // 26)}{chr(97 + number % 26)}":1' for number in range(40))

    async def balance(minted: MintedClient, number: int) -> object:
        return await minted.balances.customer(f"CST-{number}")

    row = f'{{"stats":{{{many}}},"prices":{{{prices}}}}}'
    operations = await seen(path, *[envelope(f"[{row},{row}]")] * 4, call=balance)
    found = places(operations, "balances.customer")
    assert found["data[].prices.*"] == {"seen": 32, "types": {"object": 32}, "unnamed": 16}
    assert found["data[].prices.*.buy"]["types"] == {"number": 32}
    assert found["data[].stats.*"]["seen"] == 320
    assert not [name for name in found if name.startswith("data[].stats.") and name != "data[].stats.*"]


async def test_an_operation_whose_path_was_told(path: Path) -> None:
    paths = {"balances.partner": "GET /partner/balance/{kind}", "orders.list": "/partner/orders/1000000001"}

    async def ask(minted: MintedClient, number: int) -> object:
        await minted.orders.list()
        return await minted.balances.partner(kind=f"k{number}")

    operations = await seen(
        path, *[envelope('{"total":12.5,"lines":[{"currency":"TRY"}]}')] * 6, call=ask, times=3, paths=paths
    )
    partner = operations["balances.partner"]
    assert (partner["method"], partner["path"]) == ("GET", "/partner/balance/{kind}")
    assert places(operations, "balances.partner")["data.total"] == {
        "seen": 3,
        "types": {"number": 3},
        "digits": {"2": 3},
        "decimals": {"1": 3},
    }
    assert places(operations, "balances.partner")["data.lines[].currency"]["forms"] == {"word": 3}
    assert operations["orders.list"]["path"] == "/partner/orders/*"


async def test_a_path_that_was_written_out_is_not_seen(path: Path) -> None:
    async def ask(minted: MintedClient, number: int) -> object:
        await minted.orders.get("ORD-1")
        return await minted.request("GET", "/partner/customer/CST-1/limits")

    assert set(await seen(path, order(), call=ask)) == {"orders.get"}


async def test_an_answer_without_envelope(path: Path) -> None:
    from minted_async.core.operation import Operation

    bare: Operation[Any] = Operation(
        id="legal.bare", method="GET", path="/bare", result=list[str], envelope=False
    )

    async def ask(minted: MintedClient, number: int) -> object:
        return await minted._sender.send(bare)  # pyright: ignore[reportPrivateUsage]

    operations = await seen(path, response('["a","b"]'), response('["c"]'), call=ask)
    assert places(operations, "legal.bare")["[]"]["seen"] == 3
    assert places(operations, "legal.bare")["$"]["types"] == {"array": 2}


async def test_a_flood_of_names_and_places_is_bounded(path: Path) -> None:
    def wide(number: int) -> str:
        letters = [f"{chr(97 + number % 26)}{chr(97 + number // 26)}{chr(97 + other)}" for other in range(26)]
        inner = ",".join(f'"{name}":{{"{name}":{{"{name}":1}}}}' for name in letters)
        return f'"n{chr(97 + number % 26)}":{{{inner}}},"status_name":"x{chr(97 + number % 26)}"'

    answers = [order(wide(number)) for number in range(60) for _ in range(3)]
    operations = await seen(path, *answers)
    answer = operations["orders.get"]["answers"]["200"]
    assert answer["count"] == 180
    assert len(answer["places"]) <= 500
    assert answer["dropped"] > 0
    assert path.stat().st_size < 200_000


def test_what_cannot_be_a_file_of_shapes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"name": "shop"}')
    (tmp_path / "later.json").write_text('{"format": "minted-async shapes", "version": 99}')
    bad: list[tuple[Any, Any, str]] = [
        (tmp_path / "other.json", 60, "is no file of shapes"),
        (tmp_path / "later.json", 60, "by a later release"),
        (tmp_path / "none" / "shapes.json", 60, "is no folder"),
        (tmp_path, 60, "cannot be read"),
        ("", 60, "must not be empty"),
        (5, 60, "the path of shapes must be"),
        ("shapes\0.json", 60, "cannot be read"),
        ("shapes.json", 0, "interval must be a positive number"),
        ("shapes.json", "1", "interval must be"),
    ]
    for path, interval, said in bad:
        with pytest.raises(ConfigurationError, match=said):
            Shapes(path, interval=interval)
    with pytest.raises(ConfigurationError, match="observe must be Shapes"):
        MintedClient("user", "password", observe="shapes.json")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


async def test_what_goes_wrong_in_looking_disturbs_no_call(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str) -> str:
        raise ValueError(text)

    monkeypatch.setattr("minted_async.shapes.looking.form_of", broken)
    async with LoopbackServer(answering(order())) as server, server.client(observe=Shapes(path)) as minted:
        assert (await minted.orders.get("ORD-1")).order_code == "A1"
    assert [record.getMessage() for record in caplog.records] == [
        "orders.get: the shape of an answer could not be seen (ValueError)"
    ]
