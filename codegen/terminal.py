"""Where reports for people are printed."""

from __future__ import annotations

import sys

from rich.console import Console


def report_console(width: int) -> Console:
    """Standard output for a table, as wide as the terminal, or as `width` where nobody has set one."""
    return Console(width=None if sys.stdout.isatty() else width, emoji=False, highlight=False)
