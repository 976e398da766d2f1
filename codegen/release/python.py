"""The parts of the package's public interface."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

import griffe
import msgspec

from codegen.release.annotations import union
from codegen.release.interface import CLIENT, Interface, ancestors, members
from codegen.release.parts import Aspect, Part, Role
from codegen.release.reach import Directions

_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
_RECORDS = frozenset({"Struct", "TypedDict", "NamedTuple"})
_BUILTIN = frozenset(name for name in dir(builtins) if isinstance(getattr(builtins, name), type)) - {"object"}
_STARS = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
_POSITIONAL = (griffe.ParameterKind.positional_only, griffe.ParameterKind.positional_or_keyword)


def python_parts(interface: Interface, directions: Directions) -> Iterator[Part]:
    """Flatten an interface."""
    yield from (Part(subject=name, role=Role.NAME) for name in interface.modules)
    for name, attribute in interface.attributes.items():
        yield _attribute(name, attribute, owner=name.rpartition(".")[0], given=False, read=True)
    for name, function in interface.functions.items():
        yield from _function(name, function, owner=name.rpartition(".")[0])
    public = {name.rpartition(".")[2] for name in interface.classes}
    seen: set[str] = set()
    for name, owner in interface.classes.items():
        bases = sorted(ancestors(owner) & (public | _BUILTIN))
        yield Part(subject=name, role=Role.NAME, owner=name.rpartition(".")[0], bases=tuple(bases))
        # A resource has its members under the client's name; its class may be exported as well.
        if owner.path not in seen:
            yield from _class(name, owner, directions)
        seen.add(owner.path)


def _class(name: str, owner: griffe.Class, directions: Directions) -> Iterator[Part]:
    above = ancestors(owner)
    if above & _ENUMS:
        yield from _enum(name, owner)
        return
    sent, read = directions.of(name)
    dataclass = next((str(each.value) for each in owner.decorators if "dataclass" in str(each.value)), None)
    record, protocol = dataclass is not None or bool(above & _RECORDS), "Protocol" in above
    # Members of a client are those of an instance.
    shown = "minted" if name == CLIENT else name
    position = -1
    for label, member in members(owner):
        if isinstance(member, griffe.Function):
            if label != "__init__":
                yield from _function(f"{shown}.{label}", member, owner=name, implemented=protocol)
            elif not record and not name.startswith("minted."):
                yield from _function(f"{name}()", member, owner=name)
        elif "ClassVar" not in str(member.annotation):
            field = record and "property" not in member.labels
            subject = f"{shown}.{label}"
            part = _attribute(subject, member, owner=name, given=field and sent, read=read or not field)
            position += field
            if field and sent and dataclass is not None and "kw_only" not in dataclass:
                part.facts[Aspect.POSITION] = str(position)
            yield msgspec.structs.replace(part, implemented=protocol)


def _enum(name: str, owner: griffe.Class) -> Iterator[Part]:
    for label, member in owner.members.items():
        if isinstance(member, griffe.Attribute) and not label.startswith("_") and member.value is not None:
            value = _literal(str(member.value))
            facts = {Aspect.NAME: label}
            yield Part(subject=f"{name}({value})", role=Role.VALUE, owner=name, label=value, facts=facts)


def _literal(source: str) -> str:
    try:
        return str(ast.literal_eval(source))
    except (ValueError, SyntaxError):
        return source


def _attribute(subject: str, attribute: griffe.Attribute, *, owner: str, given: bool, read: bool) -> Part:
    partial = isinstance(attribute.parent, griffe.Class) and attribute.parent.keywords.get("total")
    value = str(attribute.value) if attribute.value is not None else ""
    default = bool(value) and ("field(" not in value or "default" in value)
    return Part(
        subject=subject,
        role=Role.FIELD,
        owner=owner,
        sent=given,
        read=read,
        required=not default and str(partial) != "False",
        types=union(attribute.annotation),
        facts={Aspect.DEFAULT: value} if given and default else {},
    )


def _function(
    subject: str, function: griffe.Function, *, owner: str, implemented: bool = False
) -> Iterator[Part]:
    if any("fixture" in str(decorator.value) for decorator in function.decorators):
        # pytest calls it, and fills in its arguments by their names.
        yield Part(subject=subject, role=Role.NAME, owner=owner)
        return
    arguments = [each for each in function.parameters if each.name not in ("self", "cls")]
    kinds = [(each.name, each.kind) for each in arguments]
    only_listed = (
        kinds == [("arguments", griffe.ParameterKind.var_keyword)] and str(function.returns) == "Any"
    )
    awaited = "awaited" if "async" in function.labels else "called without await"
    yield Part(
        subject=subject,
        role=Role.METHOD,
        owner=owner,
        read=True,
        types=union(function.returns),
        implemented=implemented,
        facts={Aspect.AWAITED: awaited} | ({Aspect.LISTED: "listed"} if only_listed else {}),
    )
    for index, parameter in enumerate(() if only_listed else arguments):
        kind = parameter.kind or _POSITIONAL[1]
        stars = _STARS.get(kind, "")
        facts = {Aspect.KIND: kind.value}
        if kind in _POSITIONAL:
            facts[Aspect.POSITION] = str(index)
        if parameter.default is not None and not stars:
            facts[Aspect.DEFAULT] = str(parameter.default)
        yield Part(
            subject=f"{subject}({stars or parameter.name})",
            role=Role.ARGUMENT,
            owner=subject,
            label=stars or parameter.name,
            sent=True,
            required=parameter.required and not stars,
            types=union(parameter.annotation),
            facts=facts,
        )
