"""The eight lines that the demo ends with, and the program that `minted demo --code` prints."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest

from minted_async.cli.journey import Plan
from minted_async.cli.program import eight_lines, whole_program
from tests.cli.commands import Result, minted, python
from tests.cli.conftest import Command


@pytest.fixture(scope="module")
def printed() -> Result:
    return minted("demo", "--code")


def journey(program: str) -> list[str]:
    """The lines of `main`."""
    body = program.partition("async def main() -> None:\n")[2].partition("\n\n")[0]
    return [line.removeprefix("    ") for line in body.splitlines()]


def test_the_demo_ends_with_exactly_eight_lines_of_code(command: Command) -> None:
    end = command("demo", "--plain").out.partition("The same in eight lines of Python:\n\n")[2]
    lines = end.partition("\n\n")[0].splitlines()
    assert len(lines) == 8
    assert lines == eight_lines(Plan()).splitlines()


def test_the_eight_lines_are_the_whole_of_the_printed_program(printed: Result) -> None:
    assert (printed.code, printed.err) == (0, "")
    assert journey(printed.out) == eight_lines(Plan()).splitlines()


def test_the_eight_lines_are_a_connection_and_seven_steps() -> None:
    tree = ast.parse(whole_program(Plan()))
    (main,) = [node for node in tree.body if isinstance(node, ast.AsyncFunctionDef)]
    (connected,) = main.body
    assert isinstance(connected, ast.AsyncWith)
    assert len(connected.body) == 7


def test_the_printed_program_runs_and_does_what_the_demo_does(printed: Result, tmp_path: Path) -> None:
    path = tmp_path / "journey.py"
    path.write_text(printed.out, encoding="utf-8")
    result = python(str(path), cwd=tmp_path)
    assert (result.code, result.err) == (0, "")
    balances, orders = result.out.splitlines()
    assert re.search(r"currency_code='GAU', is_cash=False, balance=Decimal\('0\.5'\)", balances)
    assert re.search(r"external_id='BUY-1'.*Completed.*external_id='SELL-1'", orders)
    assert "10000000146" not in result.out, "the identity number is masked"


def test_the_program_follows_the_options(command: Command, tmp_path: Path) -> None:
    printed = command("demo", "--code", "--sku", "GAG", "--amount", "2.50", "--seed", "3")
    path = tmp_path / "journey.py"
    path.write_text(printed.out, encoding="utf-8")
    result = python(str(path), cwd=tmp_path)
    assert "Sandbox(seed=3)" in printed.out
    assert result.code == 0
    assert re.search(r"sku='GAG'.*amount=Decimal\('2\.50?'\)", result.out)


@pytest.mark.parametrize("sku", ['"', "'", "\\", "a\nb", "{}", "$buy", "ü"])
def test_an_odd_sku_stays_one_string(sku: str) -> None:
    tree = ast.parse(whole_program(Plan(sku=sku)))
    given = [
        keyword.value.value
        for keyword in ast.walk(tree)
        if isinstance(keyword, ast.keyword)
        and keyword.arg == "sku"
        and isinstance(keyword.value, ast.Constant)
    ]
    assert given == [sku, sku]


@pytest.mark.parametrize("amount", ["1E+3", "1e-9", "-0", "NaN"])
def test_an_amount_is_written_out(amount: str) -> None:
    assert f'amount=Decimal("{Decimal(amount):f}")' in eight_lines(Plan(amount=Decimal(amount)))
