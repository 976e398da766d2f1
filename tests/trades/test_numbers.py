"""Trades give the same results under any decimal context, and believe no number that cannot be true."""

from __future__ import annotations

import decimal
from collections.abc import AsyncIterator
from decimal import Context, Decimal

import pytest
from aiohttp import web

from minted_async import MintedClient, errors, models
from minted_async.sandbox import Sandbox
from minted_async.trades import Trades
from tests.trades.clocks import StandingTime
from tests.trades.orders import BUY, CUSTOMER, PRICE_FIX, gold, sent_orders
from tests.trades.rewriting_proxy import RewritingProxy, with_data

pytestmark = pytest.mark.anyio

ALL = [
    decimal.Clamped,
    decimal.DivisionByZero,
    decimal.FloatOperation,
    decimal.Inexact,
    decimal.InvalidOperation,
    decimal.Overflow,
    decimal.Rounded,
    decimal.Subnormal,
    decimal.Underflow,
]
CONTEXTS = {
    "default": Context(),
    "narrow": Context(prec=2),
    "narrow and trapping": Context(prec=2, traps=ALL),
    "wide": Context(prec=200),
    "wide and trapping": Context(prec=200, traps=ALL),
    "trapping nothing": Context(prec=28, traps=[]),
    "narrow and trapping nothing": Context(prec=1, traps=[]),
    "few exponents": Context(prec=9, Emin=-3, Emax=3, traps=[decimal.Overflow, decimal.Underflow]),
}


@pytest.fixture
async def trades(proxy: RewritingProxy, time: StandingTime) -> AsyncIterator[Trades]:
    async with MintedClient("demo", "demo", base_url=proxy.url, retry=None) as minted:
        yield minted.trades.with_options(clock=time.clock())


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS.keys())
async def test_trades_do_the_same_under_any_context(
    context: Context, trades: Trades, proxy: RewritingProxy, sandbox: Sandbox
) -> None:
    """The server works in another context than the client: it is in this process."""
    results: list[object] = []
    lock = await trades.fix_price(customer_external_id="CST-1", currency="TRY")
    price = lock.price("GAU").buy_price
    sandbox.fail_next("reset_after", path=BUY)
    plain = decimal.getcontext()
    for number, limits in enumerate((Decimal("0.0001"), Decimal("0.000001"))):
        request = {
            "customer": CUSTOMER,
            "items": gold("0.1234567"),
            "external_id": f"B-{number}",
            "price_token": lock,
            "max_slippage": limits,
            "reference_price": price / Decimal("1.00005"),
        }
        decimal.setcontext(context.copy())
        try:
            order = await trades.buy(**request)  # type: ignore[arg-type]
            results.append((order.items[0].amount, order.total))
        except errors.SlippageError as error:
            results.append((error.slippage, error.fixed_price))
        finally:
            decimal.setcontext(plain)
    assert results == [
        (sandbox.orders["B-0"].items[0].amount, sandbox.orders["B-0"].total),
        (Decimal("0.00005"), price),
    ]


# -------------------------------------------------------------------- what cannot be true
@pytest.mark.parametrize(
    "changes",
    [
        {"expire_ttl": 10**18},
        {"expire_ttl": -(10**18)},
        {"total": 10**80, "is_total_price": True},
    ],
)
async def test_a_price_fix_that_cannot_be_true_is_refused(
    changes: dict[str, object], trades: Trades, proxy: RewritingProxy, sandbox: Sandbox
) -> None:
    proxy.change = lambda request, status, body: (
        (200, with_data(body, **changes)) if request.path == PRICE_FIX else None
    )
    with pytest.raises(errors.DecodeError):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    with pytest.raises(errors.DecodeError):
        await trades.quote(customer_external_id="CST-1")
    assert sent_orders(sandbox) == {}


@pytest.mark.parametrize("number", [b"1e999999999", b"1" * 61, b"1e-999999999"])
async def test_a_price_that_no_money_could_pay_is_refused(
    number: bytes, trades: Trades, proxy: RewritingProxy, sandbox: Sandbox
) -> None:
    def change(request: web.BaseRequest, status: int, body: bytes) -> tuple[int, bytes] | None:
        if request.path != PRICE_FIX:
            return None
        head, _, tail = body.partition(b'"buy_price":')
        return 200, head + b'"buy_price":' + number + b"," + tail.partition(b",")[2]

    proxy.change = change
    with pytest.raises(errors.DecodeError, match="buy_price"):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert sent_orders(sandbox) == {}


@pytest.mark.parametrize("number", [b"1e999999999", b"-1e999999999", b"1" * 200, b"1e99999999999999999999"])
async def test_an_answer_to_an_order_that_cannot_be_true_leaves_it_in_doubt(
    number: bytes, trades: Trades, proxy: RewritingProxy, sandbox: Sandbox
) -> None:
    """In the receipt and in each lookup."""

    def change(request: web.BaseRequest, status: int, body: bytes) -> tuple[int, bytes] | None:
        if request.path == PRICE_FIX:
            return None
        return status, body.replace(b'"amount":0.5', b'"amount":' + number)

    proxy.change = change
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert caught.value.external_id == "B-1"
    proxy.change = lambda request, status, body: None
    assert (await trades.resolve("B-1")).guid == sandbox.orders["B-1"].guid


@pytest.mark.parametrize(
    "amount", [Decimal("1e999999999"), Decimal(10) ** 60, Decimal("NaN"), Decimal("-Inf")]
)
@pytest.mark.parametrize("place", ["items", "total", "max_slippage", "reference_price"])
async def test_a_number_that_cannot_be_true_is_no_argument(
    place: str, amount: Decimal, trades: Trades, sandbox: Sandbox
) -> None:
    arguments: dict[str, object] = {"customer": CUSTOMER, "items": gold(), "currency_code": "TRY"}
    if place == "items":
        arguments["items"] = [models.BuyItem(sku="GAU", amount=amount)]
    elif place == "total":
        arguments |= {"items": [models.BuyItem(sku="GAU")], "total": amount}
    else:
        arguments |= {"max_slippage": Decimal("0.1"), "reference_price": Decimal(4000), place: amount}
    with pytest.raises(errors.ArgumentError):
        await trades.buy(**arguments)  # type: ignore[arg-type]
    assert sent_orders(sandbox) == {}
