"""`minted buy` and `minted sell`, as a person and as a script use them."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from minted_async import MintedClient
from minted_async.sandbox import Clock
from minted_async.trades import Outcome
from tests.cli.commands import Terminal, minted
from tests.cli.conftest import BUYER, Order, run, stocked_sandbox, talk

pytestmark = pytest.mark.anyio


async def test_a_script_places_an_order_without_being_asked(order: Order) -> None:
    async with stocked_sandbox() as sandbox:
        result = await run(sandbox, *order.arguments, "--yes")
        assert (result.code, result.err) == (0, "")
        total = sandbox.orders["B-1"].total
    assert result.out.startswith(f"B-1  {order.verb.title()}  0.5 GAU → {total} TRY  ")


async def test_json_is_exact_and_shows_no_secret(customer: str) -> None:
    async with stocked_sandbox() as sandbox:
        result = await run(sandbox, "buy", "--customer", customer, "--amount", "0.50", "--yes", "--json")
        (placed,) = sandbox.orders.values()
    order = json.loads(result.out, parse_float=Decimal)
    assert (order["guid"], order["total"]) == (placed.guid, placed.total)
    assert order["items"][0]["amount"] == Decimal("0.5")
    assert order["customer"]["identity_number"] == "***"
    assert BUYER["identity_number"] not in result.out


async def test_a_total_buys_what_it_buys(customer: str) -> None:
    async with stocked_sandbox() as sandbox:
        arguments = ("--total", "1000", "--currency", "TRY", "--sku", "GAG", "--yes")
        result = await run(sandbox, "buy", "--customer", customer, *arguments)
        (placed,) = sandbox.orders.values()
    assert (result.code, placed.items[0].product.sku) == (0, "GAG")
    assert Decimal("999.9") < placed.total <= 1000


async def test_a_person_is_shown_the_price_and_asked(order: Order) -> None:
    question = f"{order.verb.title()}? [y/N]"

    def agree(screen: Terminal) -> None:
        screen.read_until(question)
        assert not placed()
        screen.type("y\n")

    async with stocked_sandbox(clock=Clock(monotonic=lambda: 0.0)) as sandbox:

        def placed() -> int:
            return len(sandbox.orders)

        code, text = await talk(sandbox, agree, *order.arguments)
        assert (code, placed()) == (0, 1)
        total, url = sandbox.orders["B-1"].total, sandbox.url
    price = "4260.9438" if order.verb == "buy" else "4176.6938"
    assert f"{order.verb.title()} 0.5 GAU for about {total} TRY" in text
    assert re.search(rf"^at {price} TRY, locked for 2\d\d s$", text, re.MULTILINE)
    assert "CST-1" in text
    assert "as order B-1" in text
    assert f"at {url}" in text


@pytest.mark.parametrize("answer", ["n\n", "\x04"])
async def test_anything_but_yes_is_a_no(answer: str, order: Order) -> None:
    def refuse(screen: Terminal) -> None:
        screen.read_until("? [y/N]")
        screen.type(answer)

    async with stocked_sandbox() as sandbox:
        code, text = await talk(sandbox, refuse, *order.arguments)
        assert (code, len(sandbox.orders)) == (1, 0)
    assert "Nothing was ordered." in text


async def test_a_product_without_a_price_is_refused_before_the_question(order: Order) -> None:
    async with stocked_sandbox() as sandbox:
        code, text = await talk(sandbox, lambda screen: None, *order.arguments, "--sku", "TIN")
        assert (code, len(sandbox.orders)) == (2, 0)
    assert "there are GAU, GAG" in text


async def test_a_price_that_ran_out_at_the_question_is_refused(order: Order) -> None:
    def wait_too_long(screen: Terminal) -> None:
        screen.read_until("locked for 0 s")
        screen.read_until("? [y/N]")
        screen.type("y\n")

    async with stocked_sandbox(price_ttl=1) as sandbox:
        code, text = await talk(sandbox, wait_too_long, *order.arguments)
        assert (code, len(sandbox.orders)) == (1, 0)
    assert "PriceExpiredError" in text


async def test_without_a_terminal_nothing_is_ordered_unasked(order: Order) -> None:
    async with stocked_sandbox() as sandbox:
        result = await run(sandbox, *order.arguments)
        assert (result.code, list(sandbox.requests)) == (2, [])
    assert "--yes" in result.err


async def test_the_order_is_in_the_journal(order: Order, tmp_path: Path) -> None:
    journal = tmp_path / "journal.sqlite"
    async with stocked_sandbox() as sandbox:
        sandbox.fail_next("reset_after", path=order.path)
        result = await run(sandbox, *order.arguments, "--yes", "--journal", str(journal))
        assert (result.code, len(sandbox.orders)) == (0, 1)
        async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as client:
            record = await client.trades.outcome("B-1")
    assert record is not None
    assert record.outcome is Outcome.PLACED


async def test_certainty_can_be_waited_for(order: Order) -> None:
    async with stocked_sandbox(price_ttl=2) as sandbox:
        sandbox.fail_next("reset_before", path=order.path)
        result = await run(
            sandbox, *order.arguments, "--yes", "--settle-timeout", "0", "--wait-until-certain"
        )
        assert (result.code, len(sandbox.orders)) == (1, 0)
    assert "OrderNotPlacedError" in result.err


async def test_slippage_stops_an_order(order: Order) -> None:
    reference = "4000" if order.verb == "buy" else "5000"
    async with stocked_sandbox() as sandbox:
        limit = ("--reference-price", reference, "--max-slippage", "0.01")
        result = await run(sandbox, *order.arguments, "--yes", *limit)
        assert (result.code, len(sandbox.orders)) == (1, 0)
    assert "SlippageError" in result.err
    assert "--max-slippage allows 1 %" in " ".join(result.err.split())
    assert result.err.lower().count("nothing was ordered") == 1
    assert re.search(r"[\d.]+ % (above|below) the reference price", " ".join(result.err.split("│")))


async def test_an_error_names_options_and_gives_its_advice_once(order: Order) -> None:
    limit = ("--reference-price", "4000", "--max-slippage", "0.01")
    async with stocked_sandbox() as sandbox:
        alone = await run(sandbox, *order.arguments, "--yes", *limit[:2])
        unknown = await run(sandbox, *order.arguments, "--yes", *limit, "--sku", "XAU")
        refused = await run(sandbox, "order", "get", "NONE")
    assert "--max-slippage and --reference-price go together" in alone.err
    assert "--sku is 'XAU'" in unknown.err
    assert refused.err.count("Check the id") == 1
    for result in (alone, unknown, refused):
        assert "nothing was sent)" not in result.err
        assert result.err.lower().count("nothing was ") == 1, result.err


@pytest.mark.parametrize(
    "wrong",
    [
        ("--external-id", "a/b"),
        ("--external-id", ""),
        ("--settle-timeout", "-1"),
        ("--max-slippage", "0.1"),
        ("--amount", "0"),
        ("--amount", "-1"),
        ("--amount", "1e400"),
        ("--reference-price", "0"),
    ],
)
async def test_an_argument_that_cannot_be_sent_is_bad_usage(order: Order, wrong: tuple[str, str]) -> None:
    asked = order.arguments[: order.arguments.index("--external-id")]
    async with stocked_sandbox() as sandbox:
        result = await run(sandbox, *asked, *wrong, "--yes")
        assert (result.code, list(sandbox.requests)) == (2, []), result.err
        assert wrong[0] in result.err


@pytest.mark.parametrize("kept", [True, False], ids=["with a journal", "without one"])
async def test_an_order_that_is_repeated_was_placed_before(order: Order, kept: bool, tmp_path: Path) -> None:
    journal = ("--journal", str(tmp_path / "journal.sqlite")) if kept else ()
    async with stocked_sandbox() as sandbox:
        await run(sandbox, *order.arguments, "--yes", *journal)
        result = await run(sandbox, *order.arguments, "--yes", *journal)
        assert (result.code, len(sandbox.orders)) == (0, 1), result.err
        assert "placed before" in result.err
        assert result.out.startswith("B-1")
        quarter = [{"0.5": "0.25"}.get(argument, argument) for argument in order.arguments]
        other = await run(sandbox, *quarter, "--yes", *journal)
        other_product = await run(sandbox, *order.arguments, "--sku", "GAG", "--yes", *journal)
        assert len(sandbox.orders) == 1
    for result in (other, other_product):
        assert (result.code, "in use" in result.err) == (2, True), result.err


def test_what_cannot_be_meant_is_bad_usage(customer: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"external_id": "CST-1"}')
    for arguments, problem in [
        (("buy", "--customer", customer, "--yes"), "either --amount or --total"),
        (
            ("buy", "--customer", customer, "--yes", "--amount", "1", "--total", "1"),
            "either --amount or --total",
        ),
        (("buy", "--customer", str(broken), "--yes", "--amount", "1"), "identity_number"),
        (
            ("buy", "--customer", str(tmp_path / "none.json"), "--yes", "--amount", "1"),
            "none.json: No such file or directory\n",
        ),
        (("buy", "--customer", customer, "--yes", "--total", "0", "--currency", "TRY"), "--total"),
        (("buy", "--customer", customer, "--yes", "--amount", "much"), "much"),
        (("sell", "--yes", "--amount", "much"), "much"),
    ]:
        result = minted(*arguments)
        assert (result.code, problem in result.err) == (2, True), result


def test_missing_credentials_are_named(order: Order) -> None:
    result = minted(*order.arguments, "--yes")
    assert result.code == 1
    assert "MINTED_USERNAME" in result.err
