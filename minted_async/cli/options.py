"""Options that several commands share."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from cyclopts import Parameter


def _decimal(_: Any, tokens: Any) -> Decimal:
    text = str(tokens[0].value)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a finite number")
    return number


def _positive(_: Any, tokens: Any) -> Decimal:
    number = _decimal(_, tokens)
    if number <= 0:
        raise ValueError(f"{number} is not more than 0")
    return number


Amount = Annotated[Decimal, Parameter(converter=_positive, allow_leading_hyphen=True)]
Share = Annotated[Decimal, Parameter(converter=_decimal, allow_leading_hyphen=True)]
Flag = Annotated[bool, Parameter(negative="", show_default=False)]
Yes = Annotated[bool, Parameter(name=["--yes", "-y"], negative="", show_default=False)]
Texts = Annotated[list[str] | None, Parameter(negative="")]
