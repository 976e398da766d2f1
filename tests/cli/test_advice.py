"""What the command says about errors."""

from __future__ import annotations

from rich.console import Console

from minted_async import errors
from minted_async.cli.advice import show_error


def shown(error: errors.MintedError) -> str:
    console = Console(width=80, record=True, color_system=None)
    with console.capture() as capture:
        show_error(console, error)
    return capture.get()


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
    assert errors.ValidationError.advice in text


def test_details_that_are_no_fields_are_left_to_the_message() -> None:
    assert "surprise" not in shown(errors.APIError("HTTP 400", status=400, errors=["surprise"]))


def test_markup_in_a_message_is_text() -> None:
    assert "[red]not red[/red]" in shown(errors.APIError("[red]not red[/red]", status=400))
