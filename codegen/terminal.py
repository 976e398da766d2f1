"""Where reports for people are printed, and what text of others may look like there."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markdown import Markdown


def show(report: str) -> None:
    """Print a report in Markdown, as wide as the terminal; in a file, tables have room."""
    width = None if sys.stdout.isatty() else 200
    Console(width=width, emoji=False, highlight=False).print(Markdown(report))


def one_line(text: str, longest: int | None = None) -> str:
    """Text that somebody else wrote, on one line: nothing that a terminal obeys, and not endless."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:longest]
