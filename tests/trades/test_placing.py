"""An order is placed once, and what became of it is known: one lost answer at a time."""

from __future__ import annotations

import pickle
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest

from minted_async import MintedClient, errors, models
from minted_async.sandbox import Sandbox
from minted_async.sandbox.faults import FaultName
from minted_async.trades import Buy, Trades
from tests.trades.clocks import StandingTime
from tests.trades.orders import (
    BUY,
    CUSTOMER,
    PRICE_FIX,
    bodies,
    gold,
    gold_to_sell,
    lookups,
    sent_orders,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def another(sandbox: Sandbox, time: StandingTime) -> AsyncIterator[Trades]:
    """Those of another program, which knows nothing of this one's orders."""
    async with MintedClient("demo", "demo", base_url=sandbox.url) as minted:
        yield minted.trades.with_options(clock=time.clock())


async def test_a_purchase_fixes_a_price_and_returns_the_order(trades: Trades, sandbox: Sandbox) -> None:
    order = await trades.buy(customer=CUSTOMER, items=gold("0.5"))
    assert order.external_id is not None
    placed = sandbox.orders[order.external_id]
    assert (order.guid, order.total) == (placed.guid, placed.total)
    assert order.items[0].amount == Decimal("0.5")
    assert order.order_at == placed.placed_at.replace(microsecond=0)
    assert lookups(sandbox, order.external_id) == 0
    assert bodies(sandbox, PRICE_FIX) == [{"type": "digital", "customer_external_id": "CST-1"}]


async def test_made_up_ids_differ(trades: Trades, sandbox: Sandbox) -> None:
    for _ in range(3):
        await trades.buy(customer=CUSTOMER, items=gold())
    assert len(sandbox.orders) == 3


async def test_a_sale_is_for_the_customer_of_its_price(trades: Trades, sandbox: Sandbox) -> None:
    await trades.buy(customer=CUSTOMER, items=gold("0.5"))
    order = await trades.sell(
        items=gold_to_sell("0.2"), customer_external_id="CST-1", external_id="S-1", currency_code="TRY"
    )
    assert (order.type, order.external_id) == ("Sell", "S-1")
    assert sandbox.balances("CST-1")["GAU"] == Decimal("0.3")


async def test_a_card_is_charged_by_the_operation_for_it(trades: Trades, sandbox: Sandbox) -> None:
    payment = models.CardTokenPayment(card_token="secret-card", card_cvv="123")
    order = await trades.buy(customer=CUSTOMER, items=gold(), payment=payment)
    assert order.payment_type == "credit-card"
    assert sandbox.balances("CST-1")["TRY"] == 100_000_000


async def test_the_currency_of_the_lock_is_sent_when_none_is_given(trades: Trades, sandbox: Sandbox) -> None:
    lock = await trades.fix_price(customer_external_id="CST-1", currency="USD")
    order = await trades.buy(customer=CUSTOMER, items=gold(), price_token=lock)
    assert order.currency_code == "USD"
    assert bodies(sandbox, BUY)[0]["currency_code"] == "USD"


async def test_a_price_is_fixed_in_the_currency_of_the_order(trades: Trades) -> None:
    order = await trades.buy(customer=CUSTOMER, items=gold(), currency_code=models.Currency.EUR)
    assert order.currency_code == "EUR"


@pytest.mark.parametrize("fault", ["reset_after", "truncate", "server_error_html_after"])
async def test_an_order_whose_answer_is_lost_is_found(
    fault: FaultName, trades: Trades, sandbox: Sandbox
) -> None:
    sandbox.fail_next(fault, path=BUY)
    order = await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert order.guid == sandbox.orders["B-1"].guid
    assert sent_orders(sandbox) == {"B-1": 1}
    assert lookups(sandbox, "B-1") == 1


@pytest.mark.parametrize("fault", ["reset_before", "server_error_html"])
async def test_an_order_that_was_not_carried_out_is_not_certain_while_its_lock_lives(
    fault: FaultName, trades: Trades, sandbox: Sandbox, time: StandingTime
) -> None:
    started = time.wall()
    sandbox.fail_next(fault, path=BUY)
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    error = caught.value
    assert error.external_id == "B-1"
    # 240 s of the lock, 1 s because expire_ttl is a whole number, 10 s for the server's clocks.
    assert error.certain_at == started + timedelta(seconds=251)
    assert not error.placed
    assert time.wall() - started <= timedelta(seconds=10)
    assert isinstance(error.__cause__, errors.OutcomeUnknownError)
    assert "trades.resolve('B-1')" in str(error)


async def test_resolve_goes_on_until_the_absence_is_certain(
    trades: Trades, sandbox: Sandbox, time: StandingTime
) -> None:
    started = time.wall()
    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    with pytest.raises(errors.OrderNotPlacedError) as absent:
        await trades.resolve("B-1")
    assert absent.value.external_id == "B-1"
    assert caught.value.certain_at is not None
    assert caught.value.certain_at <= time.wall() <= caught.value.certain_at + timedelta(seconds=1)
    assert time.wall() - started >= timedelta(seconds=251)
    assert sent_orders(sandbox) == {"B-1": 1}


async def test_without_a_settle_timeout_the_absence_is_waited_for(
    trades: Trades, sandbox: Sandbox, time: StandingTime
) -> None:
    started = time.seconds
    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises(errors.OrderNotPlacedError):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=None)
    assert 251 <= time.seconds - started < 252


async def test_a_delayed_order_is_found_although_earlier_lookups_did_not(
    trades: Trades, sandbox: Sandbox, time: StandingTime
) -> None:
    """The request is lost on its way back, and carried out long after the first lookups."""
    lock = await trades.fix_price(customer_external_id="CST-1")

    async def carry_out_late(seconds: float) -> None:
        if lock.remaining < 60 and "B-1" not in sandbox.orders:
            async with MintedClient("demo", "demo", base_url=sandbox.url) as delayed:
                await delayed.orders.buy(
                    price_token=lock.fix.token, external_id="B-1", customer=CUSTOMER, items=gold()
                )

    time.before_sleep = carry_out_late
    sandbox.fail_next("reset_before", path=BUY)
    order = await trades.buy(
        customer=CUSTOMER, items=gold(), external_id="B-1", price_token=lock, settle_timeout=None
    )
    assert order.guid == sandbox.orders["B-1"].guid
    assert lookups(sandbox, "B-1") > 5


async def test_an_absent_order_can_be_placed_anew_under_its_id(trades: Trades, sandbox: Sandbox) -> None:
    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises(errors.OrderNotPlacedError):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=None)
    order = await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert order.guid == sandbox.orders["B-1"].guid


async def test_an_order_of_open_outcome_is_not_sent_again(trades: Trades, sandbox: Sandbox) -> None:
    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    with pytest.raises(errors.ArgumentError, match="open"):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert sent_orders(sandbox) == {"B-1": 1}


async def test_a_refusal_needs_no_lookup(trades: Trades, sandbox: Sandbox) -> None:
    with pytest.raises(errors.ValidationError) as caught:
        await trades.buy(customer=CUSTOMER, items=gold("0.00000001"), external_id="B-1")
    assert (caught.value.status, caught.value.external_id) == (422, "B-1")
    assert lookups(sandbox, "B-1") == 0


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("forbidden", errors.PermissionDeniedError), ("too_many_requests", errors.RateLimitedError)],
)
async def test_a_refusal_comes_through_with_the_id_of_the_order(
    fault: FaultName, expected: type[errors.APIError], trades: Trades, sandbox: Sandbox
) -> None:
    sandbox.fail_next(fault, path=BUY)
    with pytest.raises(expected) as caught:
        await trades.buy(customer=CUSTOMER, items=gold())
    (sent,) = bodies(sandbox, BUY)
    assert caught.value.external_id == sent["external_id"]
    assert str(caught.value).startswith(f"orders.buy of {sent['external_id']!r}: ")
    assert pickle.loads(pickle.dumps(caught.value)).external_id == sent["external_id"]


async def test_an_id_that_was_placed_is_refused_here(trades: Trades, sandbox: Sandbox) -> None:
    await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    with pytest.raises(errors.ArgumentError, match="was placed"):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert sent_orders(sandbox) == {"B-1": 1}


async def test_an_id_that_only_the_api_knows_is_refused_by_the_api(
    trades: Trades, another: Trades, sandbox: Sandbox
) -> None:
    await another.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    with pytest.raises(errors.ValidationError) as caught:
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert (caught.value.status, caught.value.code) == (422, 4222)
    assert len(sandbox.orders) == 1


async def test_an_earlier_order_with_this_id_is_not_taken_for_this_one(
    trades: Trades, another: Trades, sandbox: Sandbox
) -> None:
    """The refusal of a taken id is lost, and the lookup finds the order that has it."""
    await another.buy(customer=CUSTOMER, items=gold("0.5"), external_id="B-1")
    sandbox.fail_next("reset_after", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError, match="not what was asked for") as caught:
        await trades.buy(customer=CUSTOMER, items=gold("5"), external_id="B-1")
    assert "it is for 0.5, not 5" in str(caught.value)
    assert caught.value.certain_at is None


async def test_a_server_error_in_the_apis_words_proves_nothing_before_the_lock_has_run_out(
    trades: Trades, sandbox: Sandbox, time: StandingTime
) -> None:
    sandbox.fail_next("server_error", path=BUY)
    with pytest.raises(errors.OrderNotPlacedError) as caught:
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=None)
    assert isinstance(caught.value.__cause__, errors.ServerError)
    assert time.seconds >= 1000 + 251
    await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")


async def test_a_server_error_that_no_lookup_confirms_is_as_open_as_a_lost_answer(
    trades: Trades, sandbox: Sandbox, time: StandingTime
) -> None:
    sandbox.fail_next("server_error", path=BUY)
    sandbox.fail_next("reset_before", method="GET")
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=0)
    assert isinstance(caught.value.__cause__, errors.ServerError)
    with pytest.raises(errors.OrderNotPlacedError):
        await trades.resolve("B-1")
    assert caught.value.certain_at is not None
    assert time.wall() >= caught.value.certain_at
    assert time.seconds >= 1000 + 251


async def test_nothing_is_sent_without_a_connection(time: StandingTime) -> None:
    async with MintedClient("demo", "demo", base_url="http://127.0.0.1:9", retry=None) as minted:
        trades = minted.trades.with_options(clock=time.clock())
        with pytest.raises(errors.NotSentError) as caught:
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", price_token="token")
        assert caught.value.external_id == "B-1"
        # It is not open: another attempt under the same id is allowed.
        with pytest.raises(errors.NotSentError):
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", price_token="token")


async def test_lookups_that_fail_are_repeated(trades: Trades, sandbox: Sandbox) -> None:
    sandbox.fail_next("reset_after", path=BUY)
    sandbox.fail_next("reset_before", times=3, method="GET")
    sandbox.fail_next("server_error", times=1, method="GET")
    order = await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert order.external_id == "B-1"
    assert lookups(sandbox, "B-1") == 5


async def test_a_lost_price_fix_is_asked_for_again(sandbox: Sandbox, time: StandingTime) -> None:
    async with MintedClient("demo", "demo", base_url=sandbox.url) as minted:
        trades = minted.trades.with_options(clock=time.clock())
        sandbox.fail_next("reset_after", path=PRICE_FIX)
        sandbox.fail_next("server_error_html", path=PRICE_FIX)
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert len(bodies(sandbox, PRICE_FIX)) == 3
    assert sent_orders(sandbox) == {"B-1": 1}


async def test_a_lost_price_fix_is_no_order_of_unknown_outcome(trades: Trades, sandbox: Sandbox) -> None:
    sandbox.fail_next("reset_after", path=PRICE_FIX)
    with pytest.raises(errors.ConnectionLostError, match="nothing was ordered") as caught:
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert caught.value.external_id == "B-1"
    assert sent_orders(sandbox) == {}


async def test_a_view_of_the_client_shares_the_open_orders(
    minted: MintedClient, sandbox: Sandbox, time: StandingTime
) -> None:
    view = minted.with_options(locale="tr", retry=None)
    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError):
        await view.trades.with_options(clock=time.clock()).buy(
            customer=CUSTOMER, items=gold(), external_id="B-1"
        )
    assert [request.headers["Accept-Language"] for request in sandbox.requests if request.path == BUY] == [
        "tr"
    ]
    with pytest.raises(errors.OrderNotPlacedError):
        await minted.trades.with_options(clock=time.clock()).resolve("B-1")
    assert time.seconds < 1000 + 260


@pytest.mark.parametrize(
    "arguments",
    [
        {"external_id": ""},
        {"external_id": ".."},
        {"items": []},
        {"max_slippage": Decimal("0.1")},
        {"reference_price": Decimal(1)},
        {"total": Decimal(100)},
        {"total": Decimal(100), "currency_code": "TRY"},
        {"settle_timeout": -1},
    ],
)
async def test_arguments_that_cannot_be_are_refused_before_anything_is_sent(
    arguments: dict[str, object], trades: Trades, sandbox: Sandbox
) -> None:
    with pytest.raises((errors.ArgumentError, errors.ConfigurationError)):
        await trades.buy(**({"customer": CUSTOMER, "items": gold()} | arguments))  # type: ignore[arg-type]
    assert not sandbox.requests


@pytest.mark.parametrize(
    "arguments",
    [
        {"external_id": 7},
        {"customer": {"external_id": "CST-1"}},
        {"items": [models.BuyItem(sku="GAU", amount=0.5)]},  # type: ignore[arg-type]
        {"max_slippage": 0.1, "reference_price": Decimal(1)},
    ],
)
async def test_arguments_of_the_wrong_type_are_never_sent(
    arguments: dict[str, object], trades: Trades, sandbox: Sandbox
) -> None:
    with pytest.raises(TypeError):
        await trades.buy(**({"customer": CUSTOMER, "items": gold()} | arguments))  # type: ignore[arg-type]
    assert sent_orders(sandbox) == {}


async def test_secrets_do_not_show(trades: Trades) -> None:
    lock = await trades.fix_price(customer_external_id="CST-1")
    request = Buy(
        customer=CUSTOMER,
        items=gold(),
        price_token=lock.fix.token,
        payment=models.CardTokenPayment(card_token="secret-card", card_cvv="987"),
    )
    shown = f"{lock!r} {request!r} {lock.fix!r}"
    for secret in (lock.fix.token, "secret-card", "987", CUSTOMER.identity_number):
        assert secret not in shown
