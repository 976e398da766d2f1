"""The line of a field list that gives bounds: `>= 3 characters<= 40 characters`, `>= 1`."""

from __future__ import annotations

import re
from typing import Final

from codegen.pages.lines import Line
from codegen.pages.remarks import Remarks, quoted
from codegen.pages.typelines import TypeLine

_BOUND = re.compile(
    r" ?(>=|<=|>|<|=|≥|≤) ?(-?[0-9]{1,30}(?:\.[0-9]{1,30})?) ?(characters?|items?|elements?)?", re.IGNORECASE
)
_SIDES: Final = {">=": ("min",), "≥": ("min",), ">": ("min",), "<=": ("max",), "≤": ("max",), "<": ("max",),
                 "=": ("min", "max")}  # fmt: skip


def read_bounds(line: Line, kind: TypeLine | None, bounds: dict[str, int | float], remarks: Remarks) -> bool:
    """Read a line of bounds.

    Args:
        line: the line.
        kind: the type of the field, which says whether a bare number is a length or a value.
        bounds: takes them, by the keywords of JSON schema.
        remarks: collects bounds that exclude their own value, which are read as if they did not.

    Returns:
        Whether it is a line of bounds.
    """
    found = list(_BOUND.finditer(line.text))
    if not found or "".join(match[0] for match in found) != line.text:
        return False
    for match in found:
        sign, number, unit = match.groups()
        value = float(number) if "." in number else int(number)
        for side in _SIDES[sign]:
            bounds[_keyword(side, (unit or "").lower(), kind)] = value
        if sign in "<>":
            remarks.line(
                line.number, f"the bound {quoted(match[0].strip())} is read as if it held its own value"
            )
    return True


def _keyword(side: str, unit: str, kind: TypeLine | None) -> str:
    types = kind.types if kind else ()
    if unit.startswith("char") or (not unit and types == ("string",)):
        return f"{side}Length"
    if unit or types == ("array",):
        return f"{side}Items"
    return f"{side}imum"
