"""Descriptions of the spec as the text of docstrings: wrapped, ended, escaped."""

from __future__ import annotations

import re
import textwrap

WIDTH = 100
"""The last column of a docstring's text."""

_ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s")


def reflow(text: str, width: int, *, indent: str = "") -> str:
    """Fill the lines of paragraphs and lists anew; all but the first begin with the indent, which counts."""
    paragraphs = [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    return f"\n\n{indent}".join(_paragraph(part, width, indent) for part in paragraphs)


def sentence(text: str) -> str:
    """The text with a full stop behind its first paragraph, unless that ends like a sentence already."""
    first, gap, rest = text.strip().partition("\n\n")
    first = first.rstrip()
    return (first if first.endswith((".", "!", "?", ":")) else first + ".") + gap + rest


def literal(text: str) -> str:
    """The text as a docstring literal, quotes included; a raw one where it has backslashes."""
    plain = text.replace('"""', "'''")
    if plain.startswith('"'):
        plain = plain.replace('"', "'")
    if plain.endswith(('"', "\\")):
        plain += " "
    return ("r" if "\\" in plain else "") + f'"""{plain}"""'


def _paragraph(text: str, width: int, indent: str) -> str:
    items: list[str] = []
    for line in text.splitlines():
        if items and not _ITEM.match(line):
            items[-1] += " " + line.strip()
        else:
            items.append(line.strip())
    return f"\n{indent}".join(_fill(item, width, indent) for item in items)


def _fill(text: str, width: int, indent: str) -> str:
    hanging = indent + ("  " if _ITEM.match(text) else "")
    lines = textwrap.wrap(
        " ".join(text.split()),
        width=width,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines).removeprefix(indent)
