"""The eight lines that the demo ends with, and the program that `minted demo --code` prints."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.commands import Result, minted, python


@pytest.fixture(scope="module")
def printed() -> Result:
    return minted("demo", "--code")


def journey(program: str) -> list[str]:
    """The lines of `main`."""
    body = program.partition("async def main() -> None:\n")[2].partition("\n\n")[0]
    return [line.removeprefix("    ") for line in body.splitlines()]


def given(program: str, keyword: str) -> list[ast.expr]:
    """What is passed as a keyword, in the whole program."""
    return [
        node.value
        for node in ast.walk(ast.parse(program))
        if isinstance(node, ast.keyword) and node.arg == keyword
    ]


def test_the_demo_ends_with_the_eight_lines_of_the_printed_program(printed: Result) -> None:
    end = minted("demo", "--plain").out.partition("The same in eight lines of Python:\n\n")[2]
    lines = end.partition("\n\n")[0].splitlines()
    assert len(lines) == 8
    assert lines == journey(printed.out)


def test_the_eight_lines_are_a_connection_and_seven_steps(printed: Result) -> None:
    tree = ast.parse(printed.out)
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


def test_the_program_follows_the_options(tmp_path: Path) -> None:
    printed = minted("demo", "--code", "--sku", "GAG", "--amount", "2.50", "--seed", "3")
    path = tmp_path / "journey.py"
    path.write_text(printed.out, encoding="utf-8")
    result = python(str(path), cwd=tmp_path)
    assert "Sandbox(seed=3)" in printed.out
    assert result.code == 0
    assert re.search(r"sku='GAG'.*amount=Decimal\('2\.50?'\)", result.out)


def test_an_odd_sku_stays_one_string() -> None:
    sku = "\"'\\a\nb{}$buy ü"
    program = minted("demo", "--code", "--sku", sku).out
    assert [ast.literal_eval(value) for value in given(program, "sku")] == [sku, sku]


@pytest.mark.parametrize("amount", ["1E+3", "1e-9"])
def test_an_amount_is_written_out(amount: str) -> None:
    program = minted("demo", "--code", "--amount", amount).out
    assert [ast.unparse(value) for value in given(program, "amount")] == [
        f"Decimal('{Decimal(amount):f}')"
    ] * 2
