"""The grid does not drift, feeds do not march in step, errors make it slower."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from minted_async.feeds.polling import MAX_BACKOFF, Schedule

intervals = st.floats(0.05, 60)
draws = st.floats(0, 1, exclude_max=True)


@given(interval=intervals, draw=draws, takes=st.lists(st.floats(0, 0.9), min_size=1, max_size=200))
def test_samples_stay_on_the_grid_however_long_each_takes(
    interval: float, draw: float, takes: list[float]
) -> None:
    schedule = Schedule(interval, 100.0, lambda: draw, max_pause=60)
    assert schedule.due == 100.0
    schedule.succeeded(100.0)
    first = schedule.due
    assert 0.5 * interval - 1e-9 <= first - 100.0 <= 1.5 * interval + 1e-9
    for number, share in enumerate(takes, 1):
        schedule.succeeded(schedule.due + share * interval)
        assert abs(schedule.due - (first + number * interval)) < 1e-6
    assert schedule.missed == 0


@given(interval=intervals, draw=draws, long=st.integers(1, 50))
def test_a_long_sample_costs_the_times_it_covers_and_is_followed_by_no_burst(
    interval: float, draw: float, long: int
) -> None:
    schedule = Schedule(interval, 0.0, lambda: draw, max_pause=60)
    schedule.succeeded(0.0)
    now = schedule.due + (long + 0.5) * interval
    schedule.succeeded(now)
    assert now < schedule.due <= now + interval
    assert schedule.missed == long


@given(
    interval=intervals,
    seed=st.integers(),
    answers=st.lists(st.one_of(st.none(), st.floats()), min_size=1, max_size=40),
)
def test_after_errors_it_waits_at_least_an_interval_and_what_the_server_asked_for_within_reason(
    interval: float, seed: int, answers: list[float | None]
) -> None:
    schedule = Schedule(interval, 0.0, random.Random(seed).random, max_pause=70)
    now = 0.0
    for retry_after in answers:
        schedule.failed(now, retry_after)
        wait = schedule.due - now
        assert wait >= interval * 0.999999
        if retry_after is not None and retry_after <= 70:
            assert wait >= retry_after - 1e-6
        assert wait <= max(MAX_BACKOFF, interval, 70 + interval) + 1e-6
        now = schedule.due


def test_waits_double_after_each_error_and_the_grid_is_back_after_a_success() -> None:
    schedule = Schedule(1.0, 0.0, lambda: 0.5, max_pause=60)
    now, waits = 0.0, list[float]()
    for _ in range(6):
        schedule.failed(now, None)
        waits.append(schedule.due - now)
        now = schedule.due
    assert waits == [1.5, 3.0, 6.0, 12.0, 22.5, 22.5]
    schedule.succeeded(now)
    assert 0 < schedule.due - now <= 1.0
    assert schedule.due == int(schedule.due)
    assert schedule.failures == 0


def test_many_feeds_that_start_together_spread_over_the_interval() -> None:
    draw = random.Random(7).random
    tenths = set[int]()
    for _ in range(200):
        schedule = Schedule(1.0, 0.0, draw, max_pause=60)
        schedule.succeeded(0.0)
        tenths.add(int(schedule.due % 1.0 * 10))
    assert tenths == set(range(10))


def test_a_pause_does_not_lift_the_wait_after_an_error() -> None:
    schedule = Schedule(1.0, 0.0, lambda: 0.5, max_pause=60)
    schedule.failed(0.0, 60.0)
    schedule.resume(2.0)
    assert schedule.due >= 60.0
    schedule.succeeded(70.0)
    schedule.resume(71.25)
    assert schedule.due == 71.25
