"""The parts of the package's public interface."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

import griffe

from codegen.release.annotations import union
from codegen.release.differences import Aspect
from codegen.release.interface import CLIENT, Interface, ancestors, members
from codegen.release.parts import Part, Role, collected
from codegen.release.reach import Directions

_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
_RECORDS = frozenset({"Struct", "TypedDict", "NamedTuple"})
_VARIADIC = (griffe.ParameterKind.var_positional, griffe.ParameterKind.var_keyword)


def python_parts(interface: Interface, directions: Directions) -> dict[str, Part]:
    """Flatten an interface.

    Args:
        interface: the public names.
        directions: which classes users give, and which they are given.

    Returns:
        Its parts by the names that users write.
    """
    found: list[Part] = [Part(subject=name, role=Role.NAME) for name in interface.modules]
    for name, attribute in interface.attributes.items():
        found.append(_attribute(name, attribute, owner=name.rpartition(".")[0]))
    for name, function in interface.functions.items():
        found.extend(_function(name, function, owner=name.rpartition(".")[0]))
    public = frozenset(name.rpartition(".")[2] for name in interface.classes)
    seen: set[str] = set()
    for name, owner in interface.classes.items():
        module = name.rpartition(".")[0]
        outside = {base for base in ancestors(owner) if base in public or base in _BUILTIN}
        found.append(Part(subject=name, role=Role.NAME, owner=module, bases=frozenset(outside)))
        # A resource has its members under the client's name; its class may be exported as well.
        if owner.path not in seen:
            found.extend(_class(name, owner, directions))
        seen.add(owner.path)
    return collected(*found)


_BUILTIN = frozenset(name for name in dir(builtins) if isinstance(getattr(builtins, name), type)) - {"object"}


def is_record(owner: griffe.Class) -> bool:
    """Whether the fields of a class are the arguments of its constructor."""
    decorated = any("dataclass" in str(decorator.value) for decorator in owner.decorators)
    return decorated or bool(ancestors(owner) & _RECORDS)


def is_listed(function: griffe.Function) -> bool:
    """Whether a method is that of an operation of which only the name is known."""
    arguments = [parameter for parameter in function.parameters if parameter.name != "self"]
    return [(each.name, each.kind) for each in arguments] == [
        ("arguments", griffe.ParameterKind.var_keyword)
    ] and str(function.returns) == "Any"


def shown_class(name: str) -> str:
    """The name before the dot of a member: members of a client are those of an instance."""
    return "minted" if name == CLIENT else name


def _class(name: str, owner: griffe.Class, directions: Directions) -> Iterator[Part]:
    if ancestors(owner) & _ENUMS:
        yield from _enum(name, owner)
        return
    sent, read = directions.of(name)
    record, protocol = is_record(owner), "Protocol" in ancestors(owner)
    for label, member in members(owner):
        if isinstance(member, griffe.Function):
            if label == "__init__":
                # The client makes its resources, and of a record the fields are compared.
                if not record and not name.startswith("minted."):
                    yield from _function(f"{name}()", member, owner=name)
            else:
                yield from _function(f"{shown_class(name)}.{label}", member, owner=name, implemented=protocol)
        elif "ClassVar" not in str(member.annotation):
            given = record and "property" not in member.labels
            subject = f"{shown_class(name)}.{label}"
            yield _attribute(
                subject, member, owner=name, sent=given and sent, read=read or not given, implemented=protocol
            )


def _enum(name: str, owner: griffe.Class) -> Iterator[Part]:
    for label, member in owner.members.items():
        if isinstance(member, griffe.Attribute) and not label.startswith("_") and member.value is not None:
            value = _literal(str(member.value))
            yield Part(
                subject=f"{name}({value})",
                role=Role.VALUE,
                owner=name,
                label=value,
                traits={Aspect.NAME: label},
            )


def _literal(source: str) -> str:
    try:
        return str(ast.literal_eval(source))
    except (ValueError, SyntaxError):
        return source


def _attribute(
    subject: str,
    attribute: griffe.Attribute,
    *,
    owner: str,
    sent: bool = False,
    read: bool = True,
    implemented: bool = False,
) -> Part:
    partial = isinstance(attribute.parent, griffe.Class) and attribute.parent.keywords.get("total")
    value = str(attribute.value) if attribute.value is not None else ""
    default = bool(value) and ("field(" not in value or "default" in value)
    return Part(
        subject=subject,
        role=Role.FIELD,
        owner=owner,
        sent=sent,
        read=read,
        required=not default and str(partial) != "False",
        types=union(str(attribute.annotation)) if attribute.annotation is not None else frozenset(),
        implemented=implemented,
        traits={Aspect.DEFAULT: value} if sent and default else {},
    )


def _function(
    subject: str, function: griffe.Function, *, owner: str, implemented: bool = False
) -> Iterator[Part]:
    if any("fixture" in str(decorator.value) for decorator in function.decorators):
        # pytest calls it, and fills in its arguments by their names.
        yield Part(subject=subject, role=Role.NAME, owner=owner)
        return
    listed = {Aspect.LISTED: "listed"} if is_listed(function) else {}
    awaited = "awaited" if "async" in function.labels else "called without await"
    yield Part(
        subject=subject,
        role=Role.METHOD,
        owner=owner,
        read=True,
        types=union(str(function.returns)) if function.returns is not None else frozenset(),
        implemented=implemented,
        traits={Aspect.AWAITED: awaited, **listed},
    )
    if listed:
        return
    for index, parameter in enumerate(function.parameters):
        if index == 0 and parameter.name in ("self", "cls"):
            continue
        stars = {_VARIADIC[0]: "*", _VARIADIC[1]: "**"}.get(parameter.kind or _PLAIN, "")
        label = stars or parameter.name
        yield Part(
            subject=f"{subject}({label})",
            role=Role.ARGUMENT,
            owner=subject,
            label=label,
            sent=True,
            required=parameter.required and not stars,
            types=union(str(parameter.annotation)) if parameter.annotation is not None else frozenset(),
        )


_PLAIN = griffe.ParameterKind.positional_or_keyword
