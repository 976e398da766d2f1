"""Python names for what has a name on the wire: arguments, classes, constants."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection

from codegen.spec.schemas import Schema, sequence, text

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+")

RESERVED = frozenset(
    {"self", "models", "requests", "cast", "enum_value", "check_argument", "fields", "str", "int", "datetime"}
)
"""Names that the body of a generated method uses itself."""


def snake(name: str) -> str:
    """The Python name of a parameter: `minWeight` and `min-weight` are `min_weight`, `class` is `class_`."""
    words = [word.lower() for word in _BOUNDARY.split(name) if word]
    joined = "_".join(words) or "value"
    if joined[0].isdigit():
        joined = "value_" + joined
    return joined + "_" if keyword.iskeyword(joined) else joined


def argument_names(wanted: list[tuple[str, str]], folders: Collection[str] = ()) -> list[str]:
    """Names for the arguments of a method, by location and wished name: all different, none used by itself.

    A method also uses the folders of schemas, under their names. Of two that want the same name, the later
    one is named `body_x` or `query_x`.
    """
    taken: set[str] = set()
    names: list[str] = []
    for location, wish in wanted:
        name = wish + "_" if wish in RESERVED or wish in folders else wish
        if name in taken:
            name = f"{location}_{name}"
        while name in taken:
            name += "_"
        taken.add(name)
        names.append(name)
    return names


def member_names(enum: Schema) -> list[str]:
    """The names of an enum's members: its own, or `PAYMENT_CONFIRMED` for `Payment Confirmed`."""
    made = [snake(text(value)).removesuffix("_").upper() for value in sequence(enum.get("enum"))]
    given = [text(name) for name in sequence(enum.get("x-enum-varnames"))]
    return given or [name.replace("VALUE_", "FIELD_", 1) for name in made]


def class_name(resource: str) -> str:
    """The class of a resource, `CardPayments` for `card_payments`, `EcomOrders` for `ecom.orders`."""
    return "".join(word.capitalize() for word in re.split("[._]", resource))


def is_method_name(name: str) -> bool:
    """Whether a name can be a public method or module: an identifier in small letters and no keyword."""
    plain = re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None
    return plain and not keyword.iskeyword(name) and "__" not in name and not name.endswith("_")
