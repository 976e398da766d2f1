"""Times in every form that the API has, and exact numbers inside unknown objects."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async.core.scalars import (
    ISTANBUL,
    IsoDateTime,
    JsonObject,
    MintedDateTime,
    MintedDateTimeUtc,
    decode_scalar,
    exact,
    read_datetime,
)


def decode(kind: Any, text: str) -> Any:
    return msgspec.json.decode(text, type=kind, dec_hook=decode_scalar)


@pytest.mark.parametrize(
    ("text", "wall_clock"),
    [
        ("13-10-2023 11:10", datetime(2023, 10, 13, 11, 10)),
        ("13-10-2023 11:10:45", datetime(2023, 10, 13, 11, 10, 45)),
        ("13-10-2023", datetime(2023, 10, 13)),
        ("01-02-2024 00:00", datetime(2024, 2, 1)),
        ("2023-05-31 03:16:45", datetime(2023, 5, 31, 3, 16, 45)),
        ("2023-05-31T03:16:45", datetime(2023, 5, 31, 3, 16, 45)),
        ("2023-05-31T03:16:45.123456", datetime(2023, 5, 31, 3, 16, 45, 123456)),
        ("2023-05-31", datetime(2023, 5, 31)),
    ],
)
def test_a_time_without_a_zone_is_in_the_zone_of_its_field(text: str, wall_clock: datetime) -> None:
    assert decode(MintedDateTime, f'"{text}"') == wall_clock.replace(tzinfo=ISTANBUL)
    assert decode(MintedDateTimeUtc, f'"{text}"') == wall_clock.replace(tzinfo=UTC)
    assert decode(IsoDateTime, f'"{text}"') == wall_clock.replace(tzinfo=ISTANBUL)


@pytest.mark.parametrize("kind", [MintedDateTime, MintedDateTimeUtc, IsoDateTime])
@pytest.mark.parametrize(
    ("text", "offset"),
    [("2025-01-17T12:30:00Z", 0), ("2025-01-17T12:30:00+03:00", 3), ("2025-01-17T12:30:00.000-05:00", -5)],
)
def test_an_offset_in_the_text_wins(kind: Any, text: str, offset: int) -> None:
    moment = decode(kind, f'"{text}"')
    assert moment == datetime(2025, 1, 17, 12, 30, tzinfo=timezone(timedelta(hours=offset)))
    assert moment.utcoffset() == timedelta(hours=offset)


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_every_time_that_is_read_is_aware(moment: datetime) -> None:
    assert read_datetime(moment.isoformat()).utcoffset() is not None


@given(st.datetimes(min_value=datetime(1000, 1, 1)))
def test_both_documented_forms_of_a_moment_agree(moment: datetime) -> None:
    seconds = moment.replace(microsecond=0)
    assert read_datetime(f"{seconds:%d-%m-%Y %H:%M:%S}") == read_datetime(f"{seconds:%Y-%m-%d %H:%M:%S}")


@pytest.mark.parametrize(
    "text", ["", "yesterday", "31-02-2023 10:00", "13-10-2023 25:00", "٠١-٠٢-٢٠٢٤ ٠٠:٠٠"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(MintedDateTime, f'"{text}"')


@given(st.text())
def test_any_text_is_a_time_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert read_datetime(text).tzinfo is not None


@pytest.mark.parametrize("text", ["1700000000", "true", "[]", "{}"])
def test_a_time_that_is_no_text_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="Expected a time as text"):
        decode(MintedDateTime, text)


def test_the_istanbul_zone_is_three_hours_ahead_all_year() -> None:
    for month in range(1, 13):
        assert datetime(2024, month, 1, tzinfo=ISTANBUL).utcoffset() == timedelta(hours=3)


def test_plain_values_hold_every_number_as_a_decimal() -> None:
    assert repr(exact({"a": 1, "b": [2, {"c": 3}], "d": True, "e": None, "f": "4"})) == repr(
        {"a": Decimal(1), "b": [Decimal(2), {"c": Decimal(3)}], "d": True, "e": None, "f": "4"}
    )


def test_an_unknown_object_is_a_dict_with_exact_numbers() -> None:
    decoder = msgspec.json.Decoder(JsonObject, dec_hook=decode_scalar, float_hook=Decimal)
    value = decoder.decode(b'{"day": 1.10, "week": 2}')
    assert value == {"day": Decimal("1.10"), "week": Decimal(2)}
    assert [type(number) for number in value.values()] == [Decimal, Decimal]


def test_an_empty_list_stands_for_an_empty_object() -> None:
    assert decode(JsonObject, "[]") == {}


@pytest.mark.parametrize("text", ["1", '"a"', "[1]", "null"])
def test_an_unknown_object_must_be_an_object(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(JsonObject, text)


def test_plain_datetimes_and_dicts_are_instances_of_the_scalars() -> None:
    assert isinstance(datetime(2024, 1, 1, tzinfo=UTC), MintedDateTime)
    assert not isinstance(date(2024, 1, 1), MintedDateTime)
    kind: Any = JsonObject
    assert isinstance({}, kind)


def test_a_type_that_is_no_scalar_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="no scalar of the API"):
        decode_scalar(bytes, b"")
