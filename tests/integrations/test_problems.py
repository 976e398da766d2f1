"""What is answered for each error: the status says what may have been done, and nothing says too much."""

from __future__ import annotations

import inspect
import json
import logging
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from minted_async import MintedClient, errors
from minted_async.generated.operations import OPERATIONS
from minted_async.integrations.problems import problem_of
from minted_async.sandbox import Sandbox
from minted_async.sandbox.faults import FaultName
from tests.trades.orders import CUSTOMER, gold

pytestmark = pytest.mark.anyio

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.MintedError) and kind.__module__ == errors.__name__
]
NEEDED: dict[str, Any] = {
    "argument": "items[0].amount",
    "problem": "is too small",
    "title": "Partner's balance",
    "section": "Balances",
    "external_id": "ORD-1",
    "sku": "GAU",
    "fixed_price": Decimal(2),
    "reference_price": Decimal(1),
    "slippage": Decimal(1),
    "max_slippage": Decimal(0),
    "age": 5.0,
}
STATUS: dict[type[errors.MintedError], int] = {
    errors.NotFoundError: 404,
    errors.ServerError: 500,
    errors.RateLimitedError: 429,
}
TOLD = "https://internal.example said SECRET"
RETRIED = {408, 425, 429, 500, 502, 503, 504}
"""Statuses that proxies, HTTP libraries and people take for an invitation to try again."""


def made(kind: type[errors.MintedError], operation: str = "orders.buy", **more: Any) -> errors.MintedError:
    parameters = inspect.signature(kind).parameters
    needed = {name: value for name, value in NEEDED.items() if name in parameters}
    if "status" in parameters:
        needed["status"] = STATUS.get(kind, 418)
    return kind(TOLD, **{**needed, "operation": operation, **more})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", ["orders.buy", "orders.get"])
def test_every_error_has_an_answer_that_says_what_to_do_and_nothing_more(
    kind: type[errors.MintedError], operation: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    error = made(kind, operation)
    if isinstance(error, errors.APIError):
        error.message, error.body = TOLD, TOLD
    status, headers, content = problem_of(error)
    json.dumps(content)
    assert content["status"] == status
    assert content.keys() >= {"type", "title", "detail"}
    assert "SECRET" not in str((headers, content))
    assert "internal.example" not in str((headers, content))
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Cache-Control"] == "no-store"
    assert TOLD in caplog.text
    assert content.get("external_id") == error.external_id


@pytest.mark.parametrize(
    "error",
    [
        made(errors.OutcomeUnknownError),
        made(errors.OutcomeUnknownError, "orders.get"),
        made(errors.ServerError, status=500),
        made(errors.ServerError, status=503, retry_after=5.0),
        made(errors.APIError, status=408),
        made(errors.APIError, status=409, success=True),
        made(errors.ValidationError, status=422, success=True),
        made(errors.DecodeError, status=200, success=True),
        made(errors.DecodeError, "POST /partner/of/yours", status=200),
        made(errors.ServerError, "an operation of the future", status=500),
    ],
    ids=repr,
)
def test_what_may_have_been_done_does_not_look_like_something_to_send_again(
    error: errors.MintedError,
) -> None:
    status, headers, content = problem_of(error)
    assert status not in RETRIED
    assert status == 202
    assert "Retry-After" not in headers
    assert "Do not send it again" in content["detail"]


@pytest.mark.parametrize("operation", [each.id for each in OPERATIONS])
def test_a_server_that_failed_may_have_changed_something_unless_the_call_only_reads(operation: str) -> None:
    (known,) = (each for each in OPERATIONS if each.id == operation)
    status = problem_of(made(errors.ServerError, operation, status=500)).status
    assert (status in RETRIED) == (known.idempotent or known.harmless)
    assert known.idempotent == (known.method == "GET")
    assert (problem_of(made(errors.OutcomeUnknownError, operation)).status == 504) == known.harmless


async def test_a_price_that_could_not_be_fixed_left_nothing_to_look_up(
    minted: MintedClient, minted_sandbox: Sandbox
) -> None:
    faults: tuple[FaultName, ...] = ("server_error", "server_error_html", "reset_after", "truncate")
    for fault in faults:
        minted_sandbox.fail_next(fault, path="/partner/pricefix")
        with pytest.raises(errors.MintedError) as alone:
            await minted.prices.fix(type="digital")
        minted_sandbox.fail_next(fault, times=3, path="/partner/pricefix", optional=True)
        with pytest.raises(errors.MintedError) as ordered:
            await minted.trades.buy(customer=CUSTOMER, items=gold("1"), external_id="B-1")
        minted_sandbox.reset()
        for error in (alone.value, ordered.value):
            assert problem_of(error).status in (502, 504)
    assert not minted_sandbox.orders


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (made(errors.AuthenticationError, status=401), 500),
        (made(errors.PermissionDeniedError, status=403), 500),
        (made(errors.APIError, status=307), 500),
        (made(errors.APIError, status=400), 422),
        (made(errors.APIError, status=200), 422),
        (made(errors.RateLimitedError, status=429), 503),
        (made(errors.NotSentError), 503),
        (made(errors.OrderNotPlacedError), 503),
        (made(errors.RequestTimeoutError, "orders.get"), 504),
        (made(errors.DecodeError, "GET /partner/of/yours", status=200), 502),
        (made(errors.QuoteUsedError), 409),
        (made(errors.SlippageError), 409),
        (made(errors.PriceExpiredError), 410),
        (made(errors.ConfigurationError), 500),
    ],
    ids=repr,
)
def test_what_was_surely_not_done_says_so(error: errors.MintedError, status: int) -> None:
    assert problem_of(error).status == status


class OwnError(errors.NotFoundError):
    """A program's own."""


def test_a_subclass_is_answered_like_its_base() -> None:
    assert problem_of(made(OwnError, status=404)).status == 404


def test_a_server_that_names_a_time_is_believed() -> None:
    problem = problem_of(made(errors.RateLimitedError, status=429, retry_after=1.2))
    assert problem.headers["Retry-After"] == "2"


def test_refused_fields_are_named_without_what_is_said_of_them() -> None:
    refused = made(
        errors.ValidationError,
        status=422,
        errors={"items.0.sku": ["TELL"], "is <b>no</b> name": [], "a" * 65: 1},
    )
    assert problem_of(refused).content["fields"] == ["items.0.sku"]
    assert "fields" not in problem_of(made(errors.ValidationError, status=422, errors=["TELL"])).content


def test_a_field_is_spelled_in_one_way_whoever_refused_it() -> None:
    ours = problem_of(made(errors.ArgumentError, argument="items[0].bars[12].amount"))
    assert ours.content["fields"] == ["items.0.bars.12.amount"]
    theirs = problem_of(made(errors.ValidationError, status=422, errors={"a.0.b": 1, "a[0].b": 1, "c[d]": 1}))
    assert theirs.content["fields"] == ["a.0.b", "c.d"]


@pytest.mark.parametrize("external_id", ["shop/2026/17", "", "a b", "ö", "x" * 256, "\ud800"])
async def test_an_id_that_cannot_be_sent_is_nothing_to_look_up(
    minted: MintedClient, minted_sandbox: Sandbox, external_id: str
) -> None:
    with pytest.raises(errors.ArgumentError) as refused:
        await minted.trades.buy(customer=CUSTOMER, items=gold("1"), external_id=external_id)
    content = problem_of(refused.value).content
    assert (content["status"], content["fields"]) == (422, ["external_id"])
    assert "look it up" not in content["detail"]
    assert not minted_sandbox.orders


async def test_an_id_that_was_used_is_to_be_looked_up_before_another_one_is_taken(
    minted: MintedClient, minted_sandbox: Sandbox
) -> None:
    await minted.trades.buy(customer=CUSTOMER, items=gold("1"), external_id="B-1")
    async with MintedClient("demo", "demo", base_url=minted_sandbox.url) as another:
        for client, kind in ((minted, errors.ExternalIdUsedError), (another, errors.ValidationError)):
            with pytest.raises(kind) as refused:
                await client.trades.buy(customer=CUSTOMER, items=gold("1"), external_id="B-1")
            content = problem_of(refused.value).content
            assert (content["status"], content["fields"]) == (422, ["external_id"])
            assert "look it up" in content["detail"]


def test_when_a_lookup_tells_for_sure_is_said() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    content = problem_of(made(errors.OutcomeUnknownError, certain_at=moment)).content
    assert content["certain_at"] == "2026-01-02T03:04:05+00:00"
