"""`python -m codegen sync --observed`: what was seen of a second Minted is reported, and code follows."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from codegen.__main__ import main
from codegen.project import Project
from codegen.spec import load_spec
from codegen.spec.schemas import mapping
from minted_async import MintedClient, Shapes
from tests.codegen.checkout import repository_copy
from tests.codegen.site.publish import publish
from tests.openapi.comparison import compare as compare_with_evidence
from tests.openapi.documents import Spec as Written
from tests.openapi.evidence import Evidence
from tests.openapi.test_evidence import exceptions
from tests.second_minted import DIFFERENCES, SecondMinted
from tests.test_shapes_journey import attempt, journey

ADDED = {
    "new-field": ("field-added", "data.prices[].vat_share"),
    "new-object": ("field-added", "data.campaign"),
    "new-enum-value": ("enum-added", "data.status_name"),
    "null": ("nullable", "data.prices[].product_id"),
}
"""Ways to differ that `--write` follows, and how they are reported."""
CONTRADICTED = {
    "missing": ("optional", "data.is_total_price"),
    "number-as-text": ("type", "data.prices[].spot_price"),
    "text-as-number": ("type", "data.phone"),
    "time-as-number": ("type", "data.order_at"),
}
"""Those that contradict what is documented."""
NOTED = {
    "unauthorized-body": ("HTTP 401", "no JSON"),
    "envelope-code": ("HTTP 404", "code is string, and the client expects integer"),
    "envelope-field": ("HTTP 200", "request_id stands beside"),
    "error-fields": ("HTTP 422", "errors is array, and the client expects object"),
}
"""Those that the client has to know, and of which the spec says nothing."""
UNSAID = {
    *("digest-algorithm", "clock", "message-language", "client-id"),  # what is answered does not show them
    *("no-keep-alive", "header-names", "unknown-customer", "price-currency"),  # the spec leaves them open
}

ORDER = "/partner/order/{external_order_id}"
LISTED = {"orders.list": "GET /partner/orders/of/{customer}", "cards.list": "POST /partner/card/list"}
CUSTOMERS = [f"CST-{number}" for number in range(12)]


def answer_listed(second: SecondMinted) -> None:
    """Paths that no page shows."""
    second.sandbox.route(
        "GET", "/partner/orders/of/{customer}", lambda request: orders(request.ids["customer"])
    )
    second.sandbox.route("POST", "/partner/card/list", lambda _: {"usable": True, "left_count": 3})


def orders(customer: str) -> list[dict[str, Any]]:
    """What is answered for a customer: times and ids in one form, and what comes in several."""
    number = CUSTOMERS.index(customer)
    return [
        {
            "card_token": f"tok-{number}-{index}",
            "row_id": 700 + number,
            "spent": number if index else number + 0.5,
            "added_on": f"2026-11-{number + 1:02}",
            "traced_by": f"0b5d8a5e-7f36-4f0e-9d0c-0000000000{number:02}",
            "settled_at": f"{number + 1:02}-11-2027 09:30",
            "mostly_dated": f"2026-11-{number + 1:02}" if number else "tomorrow",
            "mixed_kinds": number if number % 2 else f"x{number}",
            "always_empty": [],
            "older_sum": None if number % 2 else number,
        }
        for index in range(2)
    ]


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The file of a client that looked at a server, by the ways in which that differs."""
    found: dict[tuple[str, ...], Path] = {}

    async def see(file: Path, *differences: str) -> None:
        async with SecondMinted(*differences) as second:
            answer_listed(second)
            client = MintedClient("demo", "demo", base_url=second.url, observe=Shapes(file), paths=LISTED)
            async with client as minted:
                await journey(minted)
                for customer in CUSTOMERS:
                    await minted.orders.list(customer=customer)
                    await minted.cards.list(customer=customer)
            async with MintedClient("demo", "wrong", base_url=second.url, observe=Shapes(file)) as stranger:
                await attempt(stranger.orders.get("ORD-1"))

    def look(*differences: str) -> Path:
        if differences not in found:
            found[differences] = tmp_path_factory.mktemp("seen") / "shapes.json"
            asyncio.run(see(found[differences], *differences))
        return found[differences]

    return look


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A checkout to write to."""
    (tmp_path / "checkout").mkdir()
    return repository_copy(tmp_path / "checkout")


Reported = Callable[..., Any]


@pytest.fixture
def reported(capsys: pytest.CaptureFixture[str]) -> Reported:
    """Run the command on a file; its report as JSON."""

    def run(file: Path, *arguments: str) -> Any:
        code = main(["sync", "--observed", str(file), "--json", *arguments])
        report = json.loads(capsys.readouterr().out)
        assert report["exit_code"] == code
        return report

    return run


def differences(report: Any) -> dict[tuple[str, str], Any]:
    """By what they are and where."""
    return {(each["change"], each["at"]): each for each in report["drift"]}


def changed(file: Path, to: Path, change: Callable[[Any], object]) -> Path:
    """A file of shapes that says something else."""
    document = json.loads(file.read_text("utf-8"))
    change(document["operations"])
    to.write_text(json.dumps(document), "utf-8")
    return to


def places(operations: Any, name: str = "orders.get") -> Any:
    return operations[name]["answers"]["200"]["places"]


# ---------------------------------------------------------------- what is reported
def test_a_server_as_it_is_documented_shows_no_more_than_what_is_listed(
    shapes: Callable[..., Path], reported: Reported
) -> None:
    report = reported(shapes())
    assert {each["change"] for each in report["drift"]} == {"endpoint-documented"}
    assert [note for note in report["notes"] if "HTTP" in note] == []


def test_each_way_to_differ_that_an_answer_can_show_is_reported(
    shapes: Callable[..., Path], reported: Reported
) -> None:
    assert {*ADDED, *CONTRADICTED, *NOTED, *UNSAID} == set(DIFFERENCES)
    report = reported(shapes(*DIFFERENCES))
    found = differences(report)
    assert {key for key in found if key[0] != "endpoint-documented"} == {
        *ADDED.values(),
        *CONTRADICTED.values(),
    }
    assert {found[key]["review"] for key in ADDED.values()} == {None}
    assert {found[key]["review"] for key in CONTRADICTED.values()} == {
        "answers contradict what is documented: a person decides"
    }
    assert {each["evidence"] for each in report["drift"]} == {"observed"}
    (page,) = found["field-added", "data.campaign"]["pages"]
    assert page["page"].startswith("observed: orders.get (answers: 6, 20")
    for status, said in NOTED.values():
        assert any(said in note and status in note for note in report["notes"]), said


def test_nothing_is_concluded_from_fewer_than_three_answers(
    shapes: Callable[..., Path], reported: Reported, tmp_path: Path
) -> None:
    def seen_twice(operations: Any) -> None:
        price, order = places(operations, "prices.fix"), places(operations)
        price["data.prices[].product_id"]["types"] = {"null": 2, "integer": 40}
        price["data.prices[].vat_share"]["seen"] = 2
        order["data.status_name"]["values"] = {"Settling": 2, "Completed": 4}
        listed = operations["orders.list"]["answers"]["200"]
        listed["bodies"] = {"json": 2}

    report = reported(changed(shapes(*DIFFERENCES), tmp_path / "few.json", seen_twice))
    few = {
        (each["methods"][0], each["change"])
        for each in report["drift"]
        if each["review"] == "fewer than 3 answers show it"
    }
    assert few == {
        ("prices.fix", "nullable"),
        ("prices.fix", "field-added"),
        ("orders.get", "enum-added"),
        ("orders.list", "endpoint-documented"),
    }


# ---------------------------------------------------------------- what is written
def test_what_is_written_reads_the_answers_of_that_server(
    shapes: Callable[..., Path], reported: Reported, project: Project
) -> None:
    file = shapes(*ADDED)
    report = reported(file, "--write", "--root", str(project.root))
    assert [each["review"] for each in report["drift"]] == [None] * 6
    asyncio.run(_read_with(project))
    again = reported(file, "--root", str(project.root))
    assert {(each["at"], each["review"]) for each in again["drift"]} == {
        ("data[].mixed_kinds", "it comes in several forms, and which is sent when is not said"),
        ("data[].always_empty", "what the array holds is not shown"),
    }


async def _read_with(project: Project) -> None:
    program = project.root / "program.py"
    program.write_text(PROGRAM, "utf-8")
    async with SecondMinted(*ADDED) as second:
        answer_listed(second)
        environment = {**os.environ, "PYTHONPATH": str(project.root)}
        command = [sys.executable, "program.py", second.url]
        done = await anyio.run_process(command, cwd=project.root, env=environment, check=False)
    assert done.returncode == 0, done.stderr.decode()


PROGRAM = """\
import asyncio, datetime, sys
from decimal import Decimal
from uuid import UUID

from minted_async import MintedClient, models


async def read(url):
    async with MintedClient("demo", "demo", base_url=url, drift=1) as minted:
        fix = await minted.prices.fix(type="digital", customer_external_id="CST-0")
        assert [price.product_id for price in fix.prices] == [None] * len(fix.prices)
        assert fix.prices[0].vat_share == Decimal("0.18")
        buyer = models.OrderCustomer(
            external_id="CST-0", firstname="Deniz", lastname="Yılmaz", identity_number="10000000146",
            email="deniz@example.com", phone="+905550000000",
        )
        await minted.orders.buy(
            price_token=fix.token, external_id="ORD-0", customer=buyer,
            items=[models.BuyItem(sku="GAU", amount=Decimal("2.5"))],
        )
        order = await minted.orders.get("ORD-0")
        assert order.status_name is models.OrderStatus.SETTLING
        assert order.campaign.name == "Bahar Kampanyası"
        assert order.campaign.rates == [Decimal("0.5"), Decimal("0.25")]
        first, second = await minted.orders.list("CST-3")
        assert (first.row_id, first.spent, second.spent) == (703, Decimal("3.5"), Decimal(3))
        assert first.added_on == datetime.date(2026, 11, 4)
        assert first.traced_by == UUID("0b5d8a5e-7f36-4f0e-9d0c-000000000003")
        assert first.settled_at == datetime.datetime.fromisoformat("2027-11-04T09:30+03:00")
        assert (first.mostly_dated, first.older_sum) == ("2026-11-04", None)
        assert "tok-3-0" not in repr(first)
        assert not hasattr(first, "mixed_kinds") and not hasattr(first, "always_empty")
        told = await minted.cards.list(customer="CST-3")
        assert (told.usable, told.left_count) == (True, 3)
        assert {seen.place for seen in minted.drift} <= {"data[].mixed_kinds", "data[].always_empty"}


asyncio.run(read(sys.argv[1]))
"""


@pytest.fixture
def untouched(project: Project) -> Iterator[None]:
    """The test must leave the spec as it was."""
    before = {path: path.read_bytes() for path in project.openapi.rglob("*.yaml")}
    yield
    assert {path: path.read_bytes() for path in project.openapi.rglob("*.yaml")} == before


def test_the_spec_says_what_it_has_from_answers_only(
    shapes: Callable[..., Path], reported: Reported, project: Project
) -> None:
    reported(shapes(*ADDED), "--write", "--root", str(project.root))
    spec = load_spec(project.openapi)
    prices, orders = spec.properties("Price"), spec.properties("Order")
    assert prices["product_id"]["x-minted-observed"] == [None]
    assert prices["product_id"]["type"] == ["integer", "null"]
    assert prices["vat_share"]["x-minted-source"] == orders["campaign"]["x-minted-source"] == "observed"
    assert spec.schemas["OrderStatus"]["x-minted-observed"] == ["Settling"]
    methods = {method.id: method for method in spec.methods}
    assert {methods[name].evidence for name in LISTED} == {"addressed"}
    assert {methods[name].path for name in LISTED} == {told.partition(" ")[2] for told in LISTED.values()}
    (row,) = methods["orders.list"].docs
    assert (row.title, row.page, row.last_modified) == ("Get Orders", None, None)
    name, _ = spec.resolve(mapping(methods["orders.list"].result["items"]))
    secret = spec.properties(name or "")["card_token"]
    assert (secret["x-minted-secret"], secret["x-minted-source"]) == (True, "observed")
    assert {name for schema in spec.schemas for name in spec.required(schema)} & {
        "campaign",
        "row_id",
    } == set()
    kept = Evidence(project.openapi / "evidence")
    assert {page.operation for page in kept.observed} == {"orders.get", "prices.fix", *LISTED}
    findings = compare_with_evidence(Written(project.openapi), kept)
    assert [str(finding) for finding in findings if finding not in exceptions()] == []


def test_pages_do_not_take_back_what_only_answers_show(
    shapes: Callable[..., Path], reported: Reported, project: Project
) -> None:
    pages = publish(load_spec(project.openapi))
    reported(shapes(*ADDED), "--write", "--root", str(project.root))
    folder = project.root / "pages"
    folder.mkdir()
    for page in pages:
        (folder / f"{page.slug}.md").write_bytes(page.content)
    assert main(["sync", "--pages", str(folder), "--root", str(project.root)]) == 0


def test_what_is_addressed_gets_a_typed_answer(
    shapes: Callable[..., Path], reported: Reported, project: Project, tmp_path: Path
) -> None:
    def add(operations: Any) -> None:
        name = "ecom.addresses.create_many"
        operations[name] = {
            **operations["cards.list"],
            "method": "POST",
            "path": "/partner/customer/address/createmulti",
        }

    file = changed(shapes(), tmp_path / "more.json", add)
    reported(file, "--write", "--root", str(project.root))
    spec = load_spec(project.openapi)
    method = next(method for method in spec.methods if method.id == "ecom.addresses.create_many")
    name, meant = spec.resolve(method.result)
    assert {field: node["type"] for field, node in spec.properties(name or "").items()} == {
        "left_count": "integer",
        "usable": "boolean",
    }, meant
    assert method.evidence == "addressed"
    assert "not documented" not in method.result_description


def test_what_two_operations_answer_in_two_ways_is_left_for_review(
    shapes: Callable[..., Path], reported: Reported, tmp_path: Path
) -> None:
    def add(operations: Any) -> None:
        places(operations)["data.colour"] = {"seen": 6, "types": {"string": 6}}
        places(operations, "orders.find")["data.colour"] = {"seen": 6, "types": {"integer": 6}}

    found = differences(reported(changed(shapes(), tmp_path / "two.json", add)))
    assert found["field-added", "data.colour"]["review"].startswith("it comes in several forms")


# ---------------------------------------------------------------- what is refused
@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no file of shapes"),
        (b"[]", "no file of shapes"),
        (b'{"openapi": "3.1.0"}', "is no file of shapes"),
        (b"\xff\xfe", "no file of shapes"),
        (b'{"format": "minted-async shapes", "version": 2, "operations": []}', "version 2"),
        (b'{"format": "minted-async shapes", "version": 1, "operations": {"orders.get": 1}}', "object"),
        (
            b'{"format": "minted-async shapes", "version": 1, "x": ' + b"[" * 200_000,
            "no file of shapes",
        ),
    ],
)
def test_a_file_that_is_none_is_refused(
    content: bytes, said: str, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.json").write_bytes(content)
    arguments = ["sync", "--observed", str(tmp_path / "other.json"), "--write", "--root", str(project.root)]
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_a_file_that_is_missing_or_too_large_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    for name, said in (("none.json", "cannot be read"), ("large.json", "larger than 64 MiB")):
        assert main(["sync", "--observed", str(tmp_path / name)]) == 2
        assert said in capsys.readouterr().err


HOSTILE = "x: {$ref: evil}`|<script>\u2028\u202e#"


GET_ORDER = ("orders.get", "answers", "200")


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ((*GET_ORDER, "places", "data." + "x." * 50 + "x"), {"seen": 5}),
        ((*GET_ORDER, "places", "data.a\nb"), {"seen": 5}),
        ((*GET_ORDER, "places", "data..x"), {"seen": 5}),
        ((*GET_ORDER, "places", "data.x"), {"seen": -5}),
        ((*GET_ORDER, "places", "data.x"), {"seen": 5, "types": {"tuple": 5}}),
        ((*GET_ORDER, "last"), "2026-11-28\n- x"),
        (("orders.get", "answers", "two"), {}),
        (("orders.get\n",), {"method": "GET", "path": "/"}),
    ],
)
def test_what_the_sdk_would_not_write_is_refused(
    where: tuple[str, ...],
    what: object,
    shapes: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def change(operations: Any) -> None:
        for key in where[:-1]:
            operations = operations[key]
        operations[where[-1]] = what

    file = changed(shapes(), tmp_path / "broken.json", change)
    assert main(["sync", "--observed", str(file)]) == 2
    told = capsys.readouterr()
    assert "is no file of shapes" in told.err
    assert told.out == ""


def test_names_and_values_of_a_stranger_inject_nothing(
    shapes: Callable[..., Path], project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value = {"seen": 9, "types": {"string": 9}, "forms": {"word": 9}}

    def poison(operations: Any) -> None:
        order = places(operations)
        order[f"data.{HOSTILE.replace(' ', '').replace('$', '')}"] = value
        order["data.__class__"] = order["data.good_one"] = order["data.api_secret"] = value
        order["data.status_name"]["values"] = {'"""\nimport os\n#': 9, HOSTILE: 9, "Settling": 9}

    file = changed(shapes(), tmp_path / "poison.json", poison)
    assert main(["sync", "--observed", str(file), "--write", "--markdown", "--root", str(project.root)]) == 1
    said = capsys.readouterr().out
    rows = [line for line in said.splitlines() if "orders.get" in line]
    assert "<script>" not in "".join(re.sub("(`+).*?\\1", "", row) for row in rows)
    assert {len(re.split(r"(?<!\\)\|", row)) for row in rows if row.startswith("|")} == {8}
    spec = load_spec(project.openapi)
    assert "good_one" in spec.properties("Order")
    assert spec.properties("Order")["api_secret"]["x-minted-secret"] is True
    assert not any("{" in name or name[0] == "_" for name in spec.properties("Order"))
    assert main(["check", "--root", str(project.root)]) == 0


def test_answers_to_what_the_spec_does_not_have_are_not_read(
    shapes: Callable[..., Path], reported: Reported, tmp_path: Path
) -> None:
    def rename(operations: Any) -> None:
        operations["orders.gone"] = operations.pop("orders.sell")
        operations["orders.get"]["path"] = "/partner/elsewhere/{id}"

    report = reported(changed(shapes(), tmp_path / "older.json", rename))
    assert report["exit_code"] == 2
    assert {each["message"] for each in report["unread"]} == {
        "orders.gone: there is no such operation; the answers were seen by another release",
        f"orders.get: it was asked by GET /partner/elsewhere/{{id}}, and is GET {ORDER} in the spec",
    }


def test_a_path_that_holds_somebodys_id_is_not_written(
    shapes: Callable[..., Path], reported: Reported, project: Project, tmp_path: Path
) -> None:
    def personal(operations: Any) -> None:
        operations["orders.list"]["path"] = "/partner/orders/of/*"

    file = changed(shapes(), tmp_path / "personal.json", personal)
    report = reported(file, "--write", "--root", str(project.root))
    (left,) = [each["review"] for each in report["drift"] if each["methods"] == ["orders.list"]]
    assert left == "'/partner/orders/of/*' is no path that can be called"


@pytest.mark.parametrize("more", [["--site", "http://127.0.0.1:1"], ["--pages", "x.md"]])
def test_answers_and_pages_are_compared_one_after_the_other(
    more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sync", "--observed", "shapes.json", *more]) == 2
    assert "give one of" in capsys.readouterr().err
