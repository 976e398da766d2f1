"""`minted demo`, run as a user runs it."""

from __future__ import annotations

import re
import signal
from decimal import ROUND_HALF_UP, Decimal

import pytest
from rich.cells import cell_len

from tests.cli.commands import ESCAPE, Result, minted, terminal, visible_lines

STEPS = [
    "Create a customer",
    "Fix prices",
    "Buy",
    "Wait for the order",
    "Read the balance",
    "Sell",
    "Read both orders",
]


@pytest.fixture(scope="module")
def piped() -> Result:
    return minted("demo")


@pytest.fixture(scope="module")
def on_screen() -> Result:
    with terminal("demo") as shown:
        return shown.finish()


def found(pattern: str, text: str) -> Decimal:
    match = re.search(pattern, text)
    assert match is not None, text
    return Decimal(match[1])


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_it_ends_with_0_and_says_nothing_on_standard_error(piped: Result) -> None:
    assert (piped.code, piped.err) == (0, "")


def test_every_step_is_ticked_off_in_its_order(piped: Result) -> None:
    ticked = re.findall(r"^✔ (.+?)  +\S|^✔ (Wait for the order) ", piped.out, re.MULTILINE)
    assert [first or second for first, second in ticked] == STEPS


def test_the_amounts_are_exact_to_the_last_decimal(piped: Result) -> None:
    price = found(r"1 GAU costs ([\d.]+) TRY", piped.out)
    paid = found(r"0\.5 GAU for ([\d.]+) TRY, order BUY-1", piped.out)
    earned = found(r"0\.5 GAU for ([\d.]+) TRY, order SELL-1", piped.out)
    assert price.as_tuple().exponent in (-3, -4)
    assert paid == cents(price * Decimal("0.5"))
    assert found(r"0\.5 GAU, ([\d.]+) TRY", piped.out) == Decimal(100_000_000) - paid
    assert found(r"cost ([\d.]+) TRY, the spread", piped.out) == paid - earned > 0


def test_both_orders_are_read_back_in_full(piped: Result) -> None:
    paid = found(r"0\.5 GAU for ([\d.]+) TRY, order BUY-1", piped.out)
    price = found(r"1 GAU costs ([\d.]+) TRY", piped.out)
    assert re.search(rf"^BUY-1 +Buy +0\.5 GAU +{price} +{paid} +Completed *$", piped.out, re.MULTILINE)
    assert re.search(r"^SELL-1 +Sell +0\.5 GAU +[\d.]+ +[\d.]+ +\w+ *$", piped.out, re.MULTILINE)


def test_the_order_goes_through_its_states(piped: Result) -> None:
    assert "Created, Pending, Completed" in piped.out


def test_it_costs_a_single_digest_challenge(piped: Result) -> None:
    assert "; 1 got the digest challenge" in piped.out


def test_without_a_terminal_there_are_no_escape_sequences(piped: Result) -> None:
    assert ESCAPE.search(piped.out) is None


def test_another_product_and_amount_are_bought() -> None:
    result = minted("demo", "--sku", "GAG", "--amount", "12.3450", "--seed", "3")
    price = found(r"1 GAG costs ([\d.]+) TRY", result.out)
    assert result.code == 0
    assert found(r"12\.3450 GAG for ([\d.]+) TRY, order BUY-1", result.out) == cents(
        price * Decimal("12.345")
    )
    assert 'models.SellItem(sku="GAG", amount=Decimal("12.3450"))' in result.out


def test_a_refusal_is_shown_with_class_fields_and_advice_in_the_chosen_language() -> None:
    result = minted("demo", "--sku", "TIN", "--locale", "tr")
    assert result.code == 1
    for text in ("ValidationError", "code 4220", "items.0.sku", "Bu değer tanınmıyor.", "Nothing was done."):
        assert text in result.err


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "much", "0", "-1"])
def test_an_amount_that_nobody_can_buy_is_wrong_usage(amount: str) -> None:
    result = minted("demo", "--amount", amount)
    assert result.code == 2
    assert amount in result.err


def test_on_a_terminal_the_screen_lives(on_screen: Result) -> None:
    assert on_screen.code == 0
    assert "\x1b[?25l" in on_screen.out, "the cursor is hidden while the screen moves"
    assert on_screen.out.count("Prices in TRY") > 5, "the prices are drawn again and again"
    assert "▲" in on_screen.out or "▼" in on_screen.out


def test_on_a_terminal_the_amounts_are_exact_too(on_screen: Result) -> None:
    shown = ESCAPE.sub("", on_screen.out)
    price = found(r"1 GAU costs ([\d.]+) TRY", shown)
    assert found(r"0\.5 GAU for ([\d.]+) TRY, order BUY-1", shown) == cents(price * Decimal("0.5"))


def test_on_a_terminal_the_eight_lines_are_numbered_and_coloured(on_screen: Result) -> None:
    end = on_screen.out.partition("The same in eight lines of Python")[2]
    numbers = re.findall(r"^  (\d) ", "\n".join(visible_lines(end)), re.MULTILINE)
    assert numbers == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert ESCAPE.search(end) is not None


def test_it_fits_into_80_columns(on_screen: Result) -> None:
    assert max(map(cell_len, visible_lines(on_screen.out))) <= 80


def test_a_small_terminal_gets_whole_numbers_too() -> None:
    with terminal("demo", "--sku", "GAG", columns=56, rows=14) as shown:
        result = shown.finish()
    text = "\n".join(visible_lines(result.out))
    price = found(r"1 GAG costs ([\d.]+) TRY", text)
    assert result.code == 0
    assert re.search(rf"^BUY-1 +Buy +0\.5 GAG +{price} +[\d.]+ +Completed *$", text, re.MULTILINE)
    assert re.search(r"GAG \(silver\) │ +[\d.]+ │ +[\d.]+ │", text)
    assert "GPT" not in text, "only the row that matters fits"


def test_the_terminal_gets_its_cursor_back(on_screen: Result) -> None:
    assert on_screen.out.rindex("\x1b[?25h") > on_screen.out.rindex("\x1b[?25l")


@pytest.mark.parametrize(
    ("arguments", "env"), [(["--plain"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})]
)
def test_on_a_terminal_it_can_be_plain(arguments: list[str], env: dict[str, str]) -> None:
    with terminal("demo", *arguments, env=env) as shown:
        result = shown.finish()
    assert result.code == 0
    assert "✔ Read both orders" in result.out
    assert ESCAPE.search(result.out) is None


@pytest.mark.parametrize("arguments", [[], ["--plain"]], ids=["live", "plain"])
def test_ctrl_c_ends_it_with_130_and_leaves_nothing_open(arguments: list[str]) -> None:
    with terminal("demo", *arguments) as shown:
        shown.read_until("CST-1")
        shown.process.send_signal(signal.SIGINT)
        result = shown.finish()
    assert result.code == 130
    assert "Stopped; the sandbox is closed." in result.out
    # The process runs with -W error: whatever stays open shows.
    assert "Traceback" not in result.out
    assert "Warning" not in result.out


@pytest.mark.parametrize("encoding", ["ascii", "cp1254"])
def test_an_output_that_is_not_utf_8_gets_what_it_can_show(encoding: str) -> None:
    result = minted("demo", env={"PYTHONIOENCODING": encoding})
    assert (result.code, result.err) == (0, "")
    assert result.out.isascii()
    assert "+ Read both orders" in result.out


def test_a_terminal_that_is_not_utf_8_gets_what_it_can_show() -> None:
    with terminal("demo", env={"PYTHONIOENCODING": "ascii"}) as shown:
        result = shown.finish()
    assert result.code == 0
    assert result.out.isascii()
    assert "Prices in TRY" in result.out
