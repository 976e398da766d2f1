"""When and after how long a call that only reads is sent again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async.core.retry import RETRYABLE_STATUSES, RetryBudget, RetryPolicy, read_retry_after
from minted_async.errors import ConfigurationError

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECONDS = st.floats(0, 1000)


@given(st.integers(1, 200), SECONDS, SECONDS, st.randoms())
def test_a_wait_is_drawn_between_nothing_and_the_doubled_delay(
    attempt: int, base: float, most: float, source: random.Random
) -> None:
    policy = RetryPolicy(attempts=1000, base_delay=base, max_delay=most)
    wait = policy.delay(attempt, draw=source.uniform)
    assert wait is not None
    assert 0 <= wait <= min(most, base * 2 ** (attempt - 1))


@given(st.integers(1, 10))
def test_the_whole_range_is_drawn_from(attempt: int) -> None:
    policy = RetryPolicy(attempts=100, base_delay=1, max_delay=16)
    bounds: list[tuple[float, float]] = []

    def draw(low: float, high: float) -> float:
        bounds.append((low, high))
        return high

    assert policy.delay(attempt, draw=draw) == min(16, 2 ** (attempt - 1))
    assert bounds == [(0, min(16, 2 ** (attempt - 1)))]


@given(st.integers(1, 10), st.integers(0, 20))
def test_the_last_attempt_is_followed_by_none(attempts: int, further: int) -> None:
    assert RetryPolicy(attempts=attempts).delay(attempts + further) is None


@given(SECONDS, SECONDS)
def test_what_the_server_asks_for_is_waited_and_jitter_comes_on_top(
    retry_after: float, jitter: float
) -> None:
    wait = RetryPolicy(base_delay=1000, max_delay=1000).delay(
        1, retry_after=retry_after, draw=lambda low, high: min(high, jitter)
    )
    assert wait == retry_after + jitter


def test_what_the_server_asks_for_may_be_longer_than_our_own_limit() -> None:
    assert RetryPolicy(max_delay=5).delay(1, retry_after=60, remaining=100, draw=lambda low, high: 0) == 60


@given(SECONDS, SECONDS)
def test_no_wait_reaches_the_deadline(retry_after: float, remaining: float) -> None:
    wait = RetryPolicy().delay(1, retry_after=retry_after, remaining=remaining)
    assert wait is None or retry_after <= wait < remaining


def test_only_statuses_that_may_pass_are_retried() -> None:
    assert {408, 429, 500, 502, 503, 504} == RETRYABLE_STATUSES


@pytest.mark.parametrize("name", ["base_delay", "max_delay", "budget", "budget_refill"])
@pytest.mark.parametrize(
    "value", [-1, float("nan"), float("inf"), True, "1", None, pytest.param(10**5000, id="many digits")]
)
def test_a_policy_that_makes_no_sense_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=rf"RetryPolicy\.{name} must be a number from 0"):
        RetryPolicy(**{name: value})


@pytest.mark.parametrize("attempts", [0, -1, 1.5, True, None])
def test_a_request_is_sent_at_least_once(attempts: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"RetryPolicy\.attempts must be a number from 1"):
        RetryPolicy(attempts=attempts)


def test_a_budget_is_full_at_first_and_runs_out() -> None:
    budget, policy = RetryBudget(), RetryPolicy(budget=3, budget_refill=0)
    budget.deposit(policy)
    assert [budget.spend() for _ in range(4)] == [True, True, True, False]


def test_nothing_can_be_spent_before_the_first_attempt() -> None:
    assert not RetryBudget().spend()


def test_every_first_attempt_earns_its_share() -> None:
    budget, policy = RetryBudget(), RetryPolicy(budget=1, budget_refill=0.25)
    budget.deposit(policy)
    assert budget.spend()
    earned: list[bool] = []
    for _ in range(4):
        earned.append(budget.spend())
        budget.deposit(policy)
    assert earned == [False] * 4
    assert budget.spend()


@given(st.integers(0, 20), st.lists(st.booleans(), max_size=100))
def test_retries_are_never_more_than_the_budget_and_its_refills(start: int, calls: list[bool]) -> None:
    budget, policy = RetryBudget(), RetryPolicy(budget=start, budget_refill=0.1)
    first_attempts = retries = 0
    for retry in calls:
        if retry:
            retries += budget.spend()
        else:
            budget.deposit(policy)
            first_attempts += 1
    assert retries <= start + 0.1 * first_attempts


@pytest.mark.parametrize(("value", "seconds"), [("0", 0), ("120", 120), (" 7 ", 7), ("9" * 30, 999999999999)])
def test_retry_after_in_seconds(value: str, seconds: float) -> None:
    assert read_retry_after(value) == seconds


@given(st.integers(0, 10_000_000))
def test_retry_after_as_a_date(seconds: int) -> None:
    moment = NOW + timedelta(seconds=seconds)
    for value in (
        format_datetime(moment, usegmt=True),
        format_datetime(moment),
        f"{moment:%a, %d %b %Y %T} -0000",
    ):
        assert read_retry_after(value, lambda: NOW) == seconds


def test_a_date_that_has_passed_means_at_once() -> None:
    assert read_retry_after("Mon, 23 Nov 2026 11:00:00 GMT", lambda: NOW) == 0


def test_a_date_counts_from_now() -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    seconds = read_retry_after(format_datetime(soon, usegmt=True))
    assert seconds is not None
    assert 3590 < seconds <= 3600


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5", "1e3", "٣", "0x10", "2026-11-23"])
def test_what_is_neither_is_ignored(value: str | None) -> None:
    assert read_retry_after(value) is None


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d\d:\d\d:\d\d [+-]?\w{1,6}"))
def test_no_retry_after_breaks_the_call(value: str) -> None:
    seconds = read_retry_after(value, lambda: NOW)
    assert seconds is None or seconds >= 0
