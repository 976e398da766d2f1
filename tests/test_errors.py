"""Every exception: one family, picklable, and useful when it is printed."""

from __future__ import annotations

import ast
import copy
import pickle
import re
import traceback
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from minted_async import errors
from minted_async.errors import (
    APIError,
    ArgumentError,
    AuthenticationError,
    ConfigurationError,
    ConnectionLostError,
    DecodeError,
    ExternalIdUsedError,
    MintedError,
    NotFoundError,
    NotSentError,
    OrderNotPlacedError,
    OutcomeUnknownError,
    PermissionDeniedError,
    PriceExpiredError,
    QuoteExpiredError,
    QuoteNotFoundError,
    QuoteUsedError,
    RateLimitedError,
    RequestTimeoutError,
    ServerError,
    SlippageError,
    StalePriceError,
    UndocumentedOperationError,
    ValidationError,
)

ANSWER: dict[str, Any] = {
    "operation": "orders.buy",
    "status": 422,
    "code": "E17",
    "message": "hayır",
    "errors": {"sku": ["unknown"], "amount": Decimal("0.5")},
    "headers": {"x-trace": "1"},
    "body": "{...}",
    "retry_after": 1.5,
}
EVERY_ERROR: list[MintedError] = [
    MintedError("text", operation="orders.buy"),
    ConfigurationError("text"),
    UndocumentedOperationError("text", operation="cards.list", title="List", section="Cards"),
    NotSentError("text", operation="orders.buy"),
    RequestTimeoutError("text", operation="orders.get", attempts=3),
    ConnectionLostError("text", operation="orders.get", attempts=2),
    OutcomeUnknownError("text", operation="orders.buy", external_id="ORD-1", status=502),
    DecodeError(
        "text", operation="orders.get", status=200, path="$.data.items[0].price", body="{", success=True
    ),
    APIError("text", **ANSWER),
    AuthenticationError("text", **ANSWER),
    PermissionDeniedError("text", **ANSWER),
    NotFoundError("text", **ANSWER),
    ValidationError("text", **ANSWER),
    ArgumentError("text", argument="items[0].amount", problem="must be finite"),
    ExternalIdUsedError("text", argument="external_id", problem="was used"),
    RateLimitedError("text", **ANSWER),
    ServerError("text", **ANSWER),
    PriceExpiredError("text", operation="trades.buy", expired_for=2.5),
    QuoteExpiredError("text", operation="trades.buy"),
    QuoteNotFoundError("text", operation="trades.buy"),
    QuoteUsedError("text", operation="trades.buy", external_id="ORD-1"),
    OrderNotPlacedError("text", operation="trades.buy", external_id="ORD-1"),
    SlippageError(
        "text",
        operation="trades.buy",
        sku="GAU",
        fixed_price=Decimal("4300.10"),
        reference_price=Decimal(4200),
        slippage=Decimal("0.023834"),
        max_slippage=Decimal("0.01"),
    ),
    StalePriceError("text", operation="prices", age=12.5, snapshot={"GAU": Decimal("1.10")}),
]
EACH = pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda error: type(error).__name__)


def test_every_class_is_tested_here() -> None:
    assert sorted(type(error).__name__ for error in EVERY_ERROR) == sorted(errors.__all__)


@EACH
def test_every_error_is_of_the_family(error: MintedError) -> None:
    assert isinstance(error, MintedError)
    assert isinstance(error, Exception)


@EACH
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_keeps_everything(error: MintedError, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(error, protocol))
    assert type(again) is type(error)
    assert (again.happened, again.advice, str(again)) == ("text", error.advice, str(error))
    assert again.args == error.args
    assert again.__dict__ == error.__dict__


@EACH
def test_copying_keeps_everything(error: MintedError) -> None:
    for again in (copy.copy(error), copy.deepcopy(error)):
        assert type(again) is type(error)
        assert again.__dict__ == error.__dict__


def test_notes_survive_pickling() -> None:
    error = NotSentError("text")
    error.add_note("while trying order 5")
    assert pickle.loads(pickle.dumps(error)).__notes__ == ["while trying order 5"]


def test_the_cause_is_what_the_error_was_raised_from() -> None:
    with pytest.raises(NotSentError) as caught:
        raise NotSentError("text") from OSError("no route")
    assert isinstance(caught.value.__cause__, OSError)
    assert pickle.loads(pickle.dumps(caught.value)).__cause__ is None
    assert MintedError("text").__cause__ is None


@pytest.mark.parametrize(
    "kind",
    [
        AuthenticationError,
        PermissionDeniedError,
        NotFoundError,
        ValidationError,
        RateLimitedError,
        ServerError,
    ],
)
def test_refusals_by_the_server_are_caught_together(kind: type[APIError]) -> None:
    assert issubclass(kind, APIError)


@pytest.mark.parametrize(
    "kind", [NotSentError, RequestTimeoutError, ConnectionLostError, OutcomeUnknownError, DecodeError]
)
def test_what_no_server_said_is_no_refusal(kind: type[MintedError]) -> None:
    assert not issubclass(kind, APIError)


def test_a_lost_order_is_never_mistaken_for_one_that_was_not_sent() -> None:
    assert not issubclass(OutcomeUnknownError, NotSentError | ConnectionLostError | RequestTimeoutError)
    assert not issubclass(NotSentError, OutcomeUnknownError)


def test_a_mistake_of_the_caller_is_a_value_error_and_no_answer_of_the_server() -> None:
    assert issubclass(ArgumentError, ValueError)
    assert not issubclass(ArgumentError, APIError)
    assert not issubclass(ValidationError, ValueError)


@EACH
def test_every_error_says_what_to_do_next(error: MintedError) -> None:
    assert "advice" in type(error).__dict__
    assert str(error) == (f"text. {error.advice}" if error.advice else "text")


def raised() -> Iterator[tuple[str, str, str]]:
    """Every text of the package that says what happened: where it stands, its error, and itself."""
    for path in Path(errors.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
            kind = {"argument_error": "ArgumentError"}.get(name, name)
            if kind in errors.__all__:
                assert isinstance(call, ast.Call)
                words = [each.value for each in ast.walk(call.args[-1]) if isinstance(each, ast.Constant)]
                yield f"{path.name}:{call.lineno}", kind, " ".join(map(str, words))


def test_what_the_advice_says_is_not_said_before() -> None:
    texts = [*raised()]
    assert len(texts) > 100
    for where, kind, text in texts:
        assert not text.endswith((".", "?", "!")), where
        for clause in re.split(r"[.:;,]", getattr(errors, kind).advice):
            assert not clause or clause.strip().lower() not in text.lower(), (where, clause)


def test_an_api_error_may_know_nothing_but_its_text() -> None:
    error = APIError("text", status=418)
    assert (error.status, error.code, error.message, error.errors) == (418, None, "", None)
    assert (error.headers, error.body, error.retry_after, error.operation) == ({}, "", None, None)


def test_headers_of_an_error_are_its_own() -> None:
    headers = {"x-trace": "1"}
    error = APIError("text", status=418, headers=headers)
    headers["x-trace"] = "2"
    assert error.headers == {"x-trace": "1"}


@EACH
def test_a_traceback_shows_the_text(error: MintedError) -> None:
    assert "".join(traceback.format_exception(error)).endswith(f"{type(error).__name__}: {error}\n")
