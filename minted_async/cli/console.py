"""Where the command writes to: colours and movement for a terminal, plain text for everything else."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from rich.console import Console

__all__ = ["Symbols", "digits", "error_console", "output_console", "spark_line", "symbols_of"]


def output_console(*, plain: bool = False) -> Console:
    """Standard output.

    Args:
        plain: No colours, whatever the terminal can do.
    """
    if plain or not _is_lively():
        return Console(color_system=None, force_terminal=False, highlight=False, emoji=False, markup=False)
    return Console(highlight=False, emoji=False, markup=False)


def error_console() -> Console:
    """Standard error; without colours unless it is a terminal."""
    return Console(stderr=True, highlight=False, emoji=False, markup=False)


def _is_lively() -> bool:
    """Whether standard output is a terminal that can show colours and whose user has not refused them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@dataclass(frozen=True, slots=True)
class Symbols:
    """The signs that the output uses, as far as its encoding has them."""

    done: str
    failed: str
    waiting: str
    up: str
    down: str
    levels: str
    spinner: str
    arrow: str


_UNICODE = Symbols("✔", "✘", "·", "▲", "▼", "▁▂▃▄▅▆▇█", "dots", "→")
_ASCII = Symbols("+", "x", ".", "^", "v", "", "line", "->")


def symbols_of(console: Console) -> Symbols:
    """Signs that a console can show."""
    return _UNICODE if console.encoding.startswith("utf") else _ASCII


def spark_line(values: Collection[Decimal], levels: str) -> str:
    """A course of prices, a letter for each, from the lowest level to the highest."""
    low, high = min(values), max(values)
    if low == high:
        return levels[0] * len(values)
    top = len(levels) - 1
    return "".join(levels[int((value - low) * top / (high - low))] for value in values)


def digits(amount: Decimal) -> str:
    """An amount to its last decimal: no rounding, no exponent, no separators."""
    return f"{amount:f}"
