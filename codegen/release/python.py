"""The parts of the package's public interface.

Which classes users give to the SDK, and which it gives to them, matters: a new field that must be given
breaks calls, but nobody who only reads; a field that can be None breaks those who read it, but no calls.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

import griffe
import msgspec

from codegen.release.annotations import names, union
from codegen.release.interface import CLIENT, ancestors, members
from codegen.release.parts import Aspect, Part, Role
from codegen.spec import Spec
from codegen.spec.schemas import reachable

_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
_RECORDS = frozenset({"Struct", "TypedDict", "NamedTuple"})
_BUILTIN = frozenset(name for name in dir(builtins) if isinstance(getattr(builtins, name), type)) - {"object"}
_STARS = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
_POSITIONAL = (griffe.ParameterKind.positional_only, griffe.ParameterKind.positional_or_keyword)


def python_parts(objects: Mapping[str, griffe.Object], spec: Spec) -> Iterator[Part]:
    """Flatten an interface; the spec says which models travel which way."""
    ways = _ways(objects, spec)
    known = _BUILTIN | {_last(name) for name, target in objects.items() if target.is_class}
    seen: set[str] = set()
    for name, target in objects.items():
        owner = name.rpartition(".")[0]
        match target:
            case griffe.Attribute():
                yield _attribute(name, target, owner=owner, given=False, read=True)
            case griffe.Function():
                yield from _function(name, target, owner=owner)
            case griffe.Class():
                bases = tuple(sorted(ancestors(target) & known))
                yield Part(subject=name, role=Role.NAME, owner=owner, bases=bases)
                # A resource has its members under the client's name; its class may be exported as well.
                yield from _class(name, target, ways) if target.path not in seen else ()
                seen.add(target.path)
            case _:
                yield Part(subject=name, role=Role.NAME)


@dataclass(frozen=True)
class _Ways:
    """Names of the classes that annotations show to be given by users, and given to them; without modules."""

    spec: Spec
    """Methods take the fields of a request one by one: of models, no annotation shows that they are sent."""
    sent: frozenset[str]
    read: frozenset[str]

    def of(self, name: str) -> tuple[bool, bool]:
        """Whether a class is sent, and whether it is read; both, for a class that nothing mentions."""
        model = name.startswith("models.")
        sent = _last(name) in (self.spec.requests if model else self.sent)
        read = _last(name) in (self.spec.responses if model else self.read)
        return (sent, read) if sent or read else (True, True)


def _ways(objects: Mapping[str, griffe.Object], spec: Spec) -> _Ways:
    """Follow the annotations of everything that can be called."""
    inside: dict[str, set[str]] = {}
    functions = [target for target in objects.values() if isinstance(target, griffe.Function)]
    for name, owner in objects.items():
        if isinstance(owner, griffe.Class):
            found = [member for _, member in members(owner)]
            functions += [member for member in found if isinstance(member, griffe.Function)]
            fields = [member.annotation for member in found if isinstance(member, griffe.Attribute)]
            inside.setdefault(_last(name), set()).update(*map(names, (*owner.bases, *fields)))
    given = [names(each.annotation) for function in functions for each in function.parameters]
    gotten = [names(function.returns) for function in functions]
    return _Ways(spec, *(reachable(chain.from_iterable(found), inside) for found in (given, gotten)))


def _class(name: str, owner: griffe.Class, ways: _Ways) -> Iterator[Part]:
    above = ancestors(owner)
    if above & _ENUMS:
        yield from _enum(name, owner)
        return
    sent, read = ways.of(name)
    dataclass = "".join(str(each.value) for each in owner.decorators if "dataclass" in str(each.value))
    record, protocol = bool(dataclass or above & _RECORDS), "Protocol" in above
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
            part = _attribute(
                f"{shown}.{label}", member, owner=name, given=field and sent, read=read or not field
            )
            position += field
            if field and sent and dataclass and "kw_only" not in dataclass:
                part.facts[Aspect.POSITION] = str(position)
            yield msgspec.structs.replace(part, implemented=protocol)


def _enum(name: str, owner: griffe.Class) -> Iterator[Part]:
    for label, member in owner.members.items():
        if isinstance(member, griffe.Attribute) and not label.startswith("_") and member.value is not None:
            value = str(member.value)
            # `auto()` and the like stand for themselves.
            with suppress(ValueError, SyntaxError):
                value = str(ast.literal_eval(value))
            facts = {Aspect.NAME: label}
            yield Part(subject=f"{name}({value})", role=Role.VALUE, owner=name, label=value, facts=facts)


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
    listed = kinds == [("arguments", griffe.ParameterKind.var_keyword)]
    awaited = "awaited" if "async" in function.labels else "called without await"
    yield Part(
        subject=subject,
        role=Role.METHOD,
        owner=owner,
        read=True,
        types=union(function.returns),
        implemented=implemented,
        facts={Aspect.AWAITED: awaited} | ({Aspect.LISTED: "listed"} if listed else {}),
    )
    for index, parameter in enumerate(() if listed else arguments):
        kind = parameter.kind or _POSITIONAL[1]
        stars = _STARS.get(kind, "")
        facts = {Aspect.KIND: kind.value}
        if kind in _POSITIONAL:
            facts[Aspect.POSITION] = str(index)
        if parameter.default is not None and not stars:
            facts[Aspect.DEFAULT] = str(parameter.default)
        label = stars or parameter.name
        yield Part(
            subject=f"{subject}({label})",
            role=Role.ARGUMENT,
            owner=subject,
            label=label,
            sent=True,
            required=parameter.required and not stars,
            types=union(parameter.annotation),
            facts=facts,
        )


def _last(name: str) -> str:
    return name.rpartition(".")[2]
