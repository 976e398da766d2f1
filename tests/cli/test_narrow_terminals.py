"""A terminal that is narrow loses columns, never a digit of a number."""

from __future__ import annotations

import re
import signal

import pytest
from rich.cells import cell_len

from minted_async.generated.operations import OPERATIONS
from tests.cli.commands import minted, terminal, visible_lines

PRICE = r"\b\d{4}\.\d{3,4}\b"
"""Of a gram of gold in lira."""


@pytest.mark.parametrize("columns", [120, 60, 40, 30, 20])
def test_prices_are_whole_at_any_width(columns: int) -> None:
    result = minted("prices", env={"COLUMNS": str(columns)})
    assert result.code == 0
    (gold,) = re.findall(r"^.*\bGAU \(gold\)[^G]*", result.out, re.MULTILINE)
    assert len(re.findall(PRICE, gold)) >= (1 if columns == 30 else 2), "30 columns have room for one price"
    assert max(map(cell_len, result.out.splitlines())) <= columns


def test_watched_prices_are_whole_in_40_columns() -> None:
    with terminal("prices", "--watch", "--interval", "0.1", columns=40) as screen:
        screen.read_until("3 questions")
        screen.process.send_signal(signal.SIGINT)
        result = screen.finish()
    lines = visible_lines(result.out)
    rows = [line for line in lines if "GAU (gold)" in line]
    assert rows
    assert all(re.fullmatch(r"│ GAU \(gold\) +│ +\d+\.\d{3,4} │ +\d+\.\d{3,4} │", row) for row in rows)
    assert max(map(cell_len, lines)) <= 40


def test_the_demo_sums_up_in_40_columns() -> None:
    with terminal("demo", columns=40) as screen:
        text = "\n".join(visible_lines(screen.finish().out))
    paid = re.search(r"0\.5 GAU for (\d+\.\d\d) TRY", text)
    assert paid is not None
    assert re.search(rf"^BUY-1 .* {paid[1]}\b", text, re.MULTILINE)


def test_operations_keep_their_paths_whole_in_40_columns() -> None:
    printed = minted("operations", env={"COLUMNS": "40"}).out
    for operation in OPERATIONS:
        assert re.search(rf"{operation.method} +{re.escape(operation.path)}$", printed, re.MULTILINE)
