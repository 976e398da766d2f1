"""Names for what a page brings: schemas, resources and methods.

Pages are written by others, so a name is made of letters, digits and underscores only, whatever they hold.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Container
from functools import cache

from inflect import engine

from codegen.spec.names import is_method_name

LONGEST = 60
"""Characters of a name that is still worth writing."""

_ENGLISH = engine()
_WIRE = re.compile(r"[A-Za-z][A-Za-z0-9_\-]*")
_KINDS = frozenset({"schema", "scheme", "model", "object", "dto"})
_TAKEN_CLASSES = frozenset(
    {
        *("Any", "ClassVar", "Decimal", "Model", "StrEnum", "Struct", "UUID", "UNSET", "UnsetType"),
        *("Sequence", "None", "True", "False", "Enum", "Field", "Meta", "Union", "Optional", "Literal"),
    }
)
_TAKEN_METHODS = frozenset({"models", "cast", "builtins", "datetime", "enum_value", "resources"})
_SMALL_WORDS = frozenset({"a", "an", "the", "of", "for", "by", "with", "and", "to", "in", "on"})
_NAMESPACES = frozenset({"ecom", "walletable"})
_USUAL = {"get": "get", "post": "create", "put": "replace", "patch": "update", "delete": "delete"}


def is_wire_name(name: str) -> bool:
    """Whether a field or parameter has a name that can be written as it is."""
    return len(name) <= LONGEST and _WIRE.fullmatch(name) is not None


def words(text: str) -> list[str]:
    """The words of a text in small letters of the ASCII alphabet: `İade Oluştur` is `iade olustur`."""
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i")).encode("ascii", "ignore").decode()
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", plain)
    return [word.lower() for word in re.findall(r"[A-Za-z0-9]+", apart)]


def class_name(*texts: str) -> str:
    """The name of a class made of the words of some texts: `Order Item Schema` is `OrderItem`."""
    found = [word for text in texts for word in words(text)]
    while len(found) > 1 and found[-1] in _KINDS:
        found.pop()
    name = "".join(word.capitalize() for word in found)[:LONGEST] or "Value"
    if name[0].isdigit():
        name = "Value" + name
    return name + "Data" if name in _TAKEN_CLASSES else name


@cache
def singular(word: str) -> str:
    """One of several: `deliveries` is `delivery`, `addresses` is `address`."""
    return _ENGLISH.singular_noun(word) or word


@cache
def plural(word: str) -> str:
    """Several of one: `voucher` is `vouchers`, `delivery` is `deliveries`."""
    return _ENGLISH.plural_noun(singular(word))


def segments(path: str) -> list[str]:
    """The fixed words of a path, without the part that all paths share: `/partner/order/{id}` is `order`."""
    parts = [part for part in path.strip("/").split("/") if part and not part.startswith("{")]
    return parts[1:] if parts[:1] == ["partner"] and len(parts) > 1 else parts


def resource_name(path: str, section: str) -> str:
    """A resource for a path that has nothing in common with any known one."""
    found = [word for part in segments(path) for word in ["_".join(words(part))] if word]
    if found and found[0] in _NAMESPACES:
        names = [found[0], *map(plural, found[1:2])]
    else:
        names = [plural(found[0]) if found else "_".join(words(section.rpartition("/")[2]))]
    free = all(is_method_name(name) and name not in _TAKEN_METHODS for name in names)
    return ".".join(names) if free else f"partner_{'_'.join(names) or 'calls'}"


def kind_of(path: str) -> list[str]:
    """What a path is about: its first word, or the first two where the first is a tab."""
    found = [singular(word) for word in segments(path)[:2]]
    return found if found[:1] and found[0] in _NAMESPACES else found[:1]


def method_name(
    title: str, verb: str, path: str, resource: str, taken: Container[str], *, several: bool | None = None
) -> str:
    """A method for a page: its title without what the resource says already, in the title's order.

    Where the title, `Voucher - List (all)`, has no such word, those of path and HTTP method stand in.
    `taken` are the ids in use, `vouchers.list`; `several` is whether it answers a list, None if not known.
    """
    needless = {form for word in words(resource) for form in (word, singular(word))} | _SMALL_WORDS
    several = not path.endswith("}") if several is None else several
    usual = "list" if several and verb == "get" else _USUAL[verb]
    short, by_path = words(re.sub(r"\([^)]*\)", " ", title)), words(" ".join(segments(path)))
    for candidate in (short, [*short, *by_path], [*words(title), verb]):
        left = [word for word in dict.fromkeys(candidate) if not {word, singular(word)} & needless]
        name = "_".join(left or [usual])[:LONGEST].strip("_")
        if is_method_name(name) and name not in _TAKEN_METHODS and f"{resource}.{name}" not in taken:
            return name
    numbered = (f"{verb}_{number}" for number in itertools.count(2))
    return next(name for name in numbered if f"{resource}.{name}" not in taken)
