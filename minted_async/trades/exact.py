"""Exact arithmetic: the same results whatever decimal context the program has set."""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Final

EXACT: Final = Context(
    prec=200, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[InvalidOperation, DivisionByZero, Overflow]
)
"""Wide enough that no sum or product of plausible numbers is rounded."""

_DIGITS: Final = 60


def is_plausible(number: Decimal) -> bool:
    """Whether a number can be one of money or metal: finite, and of at most 60 digits.

    Others cannot be true, and arithmetic with them, or their text, would run out of memory.
    """
    if not number.is_finite() or not -_DIGITS < number.adjusted() < _DIGITS:
        return False
    return len(str(number)) <= _DIGITS + 2 or len(number.as_tuple().digits) <= _DIGITS
