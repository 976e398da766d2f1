"""Where reports for people are printed, and what text of others may look like there."""

from __future__ import annotations

import sys

from rich.console import Console


def report_console(width: int) -> Console:
    """Standard output for a table, as wide as the terminal, or as `width` where nobody has set one."""
    return Console(width=None if sys.stdout.isatty() else width, emoji=False, highlight=False)


def one_line(text: str, longest: int | None = None) -> str:
    """Text that somebody else wrote, on one line: nothing that a terminal obeys, and not endless."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:longest]
