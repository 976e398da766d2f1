"""What the command says about errors."""

from __future__ import annotations

import pytest
from rich.console import Console

from minted_async import errors
from minted_async.cli.advice import ADVICE, advice_for, show_error

CLASSES = [getattr(errors, name) for name in errors.__all__]


def shown(error: errors.MintedError) -> str:
    console = Console(width=80, record=True, color_system=None)
    with console.capture() as capture:
        show_error(console, error)
    return capture.get()


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_has_advice_of_its_own(kind: type[errors.MintedError]) -> None:
    assert kind in ADVICE


def test_a_class_of_a_users_own_gets_the_advice_of_the_nearest_known_one() -> None:
    class OurError(errors.RateLimitedError):
        pass

    assert advice_for(OurError("slow down", status=429)) == ADVICE[errors.RateLimitedError]


def test_an_error_is_shown_with_class_message_fields_and_advice() -> None:
    text = shown(
        errors.ValidationError(
            "orders.buy: HTTP 422", status=422, errors={"items.0.sku": ["one", "two"], "x": "three"}
        )
    )
    assert "ValidationError" in text
    assert "orders.buy: HTTP 422" in text
    assert "items.0.sku  one" in text
    assert "two" in text
    assert "three" in text
    assert ADVICE[errors.ValidationError] in text


def test_details_that_are_no_fields_are_left_to_the_message() -> None:
    assert "surprise" not in shown(errors.APIError("HTTP 400", status=400, errors=["surprise"]))


def test_markup_in_a_message_is_text() -> None:
    assert "[red]not red[/red]" in shown(errors.APIError("[red]not red[/red]", status=400))
