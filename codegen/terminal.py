"""Where reports for people are printed."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markdown import Markdown


def show(report: str) -> None:
    """Print a report in Markdown, as wide as the terminal; in a file, tables have room."""
    width = None if sys.stdout.isatty() else 200
    Console(width=width, emoji=False, highlight=False).print(Markdown(report))
