"""The parts of the package's public interface.

Which classes users give to the SDK, and which it gives to them, matters: a new field that must be given
breaks calls, but nobody who only reads; a field that can be None breaks those who read it, but no calls.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

import griffe

from codegen.release.interface import CLIENT, ancestors, members
from codegen.release.parts import REQUIRED, Part, Role
from codegen.spec import Spec
from codegen.spec.schemas import reachable

_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
_RECORDS = frozenset({"Struct", "TypedDict", "NamedTuple"})
_BUILTIN = frozenset(name for name in dir(builtins) if isinstance(getattr(builtins, name), type)) - {"object"}
_STARS = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
_POSITIONAL = (griffe.ParameterKind.positional_only, griffe.ParameterKind.positional_or_keyword)
_NAME = re.compile(r"'[^']*'|\"[^\"]*\"|(?:\w+\.)*([A-Za-z_]\w*)")
_PLAIN = {
    "ExternalId": "str",
    "IsoDateTime": "datetime",
    "MintedDateTime": "datetime",
    "MintedDateTimeUtc": "datetime",
    "JsonObject": "dict[str, Any]",
}
"""What the scalars of `minted_async.core.scalars` are to a type checker, and to a program that runs."""

Ways = Callable[[str], tuple[bool, bool]]
"""Whether a class is given by users, and whether it is given to them."""


def python_parts(objects: Mapping[str, griffe.Object], spec: Spec) -> Iterator[Part]:
    """Flatten an interface; the spec says which models travel which way."""
    ways = _ways(objects, spec)
    known = _BUILTIN | {_last(name) for name, target in objects.items() if target.is_class}
    seen: set[str] = set()
    for name, target in objects.items():
        owner = name.rpartition(".")[0]
        match target:
            case griffe.Attribute():
                types = _types(target.annotation)
                yield Part(subject=name, role=Role.ATTRIBUTE, owner=owner, read=True, types=types)
            case griffe.Function():
                yield from _function(name, target, owner)
            case griffe.Class():
                bases = tuple(sorted(ancestors(target) & known))
                yield Part(subject=name, role=Role.CLASS, owner=owner, bases=bases)
                # A resource has its members under the client's name; its class may be exported as well.
                yield from _class(name, target, ways) if target.path not in seen else ()
                seen.add(target.path)
            case _:
                yield Part(subject=name, role=Role.CLASS)


def _ways(objects: Mapping[str, griffe.Object], spec: Spec) -> Ways:
    """Follow the annotations of everything that can be called."""
    inside: dict[str, set[str]] = {}
    functions = [target for target in objects.values() if isinstance(target, griffe.Function)]
    for name, owner in objects.items():
        if isinstance(owner, griffe.Class):
            found = [member for _, member in members(owner)]
            functions += [member for member in found if isinstance(member, griffe.Function)]
            fields = [member.annotation for member in found if isinstance(member, griffe.Attribute)]
            inside.setdefault(_last(name), set()).update(*map(_names, (*owner.bases, *fields)))
    given = (_names(each.annotation) for function in functions for each in function.parameters)
    gotten = (_names(function.returns) for function in functions)
    sent, read = (reachable(chain.from_iterable(found), inside) for found in (given, gotten))

    def ways(name: str) -> tuple[bool, bool]:
        # No annotation shows that a model is sent: methods take the fields of a request one by one.
        sides = (spec.requests, spec.responses) if name.startswith("models.") else (sent, read)
        given, gotten = (_last(name) in side for side in sides)
        # Of what nothing mentions, nobody knows.
        return (given, gotten) if given or gotten else (True, True)

    return ways


def _class(name: str, owner: griffe.Class, ways: Ways) -> Iterator[Part]:
    above = ancestors(owner)
    if above & _ENUMS:
        yield from _enum(name, owner)
        return
    sent, read = ways(name)
    dataclass = "".join(str(each.value) for each in owner.decorators if "dataclass" in str(each.value))
    record, protocol = bool(dataclass or above & _RECORDS), "Protocol" in above
    ordered = sent and dataclass and "kw_only" not in dataclass
    position = 0
    for label, member in members(owner):
        # Members of a client are those of an instance.
        subject = f"{'minted' if name == CLIENT else name}.{label}"
        if isinstance(member, griffe.Function):
            if label != "__init__":
                yield from _function(subject, member, name, implemented=protocol)
            elif not record and not name.startswith("minted."):
                yield from _function(f"{name}()", member, name)
        elif "ClassVar" not in str(member.annotation):
            field = record and "property" not in member.labels
            default = _default(member)
            facts = {"position": str(position)} if field and ordered else {}
            facts |= _givable(default) if field and sent else {}
            position += field
            yield Part(
                subject=subject,
                role=Role.ATTRIBUTE,
                owner=name,
                sent=field and sent,
                read=read or not field,
                types=_types(member.annotation),
                implemented=protocol,
                facts=facts,
            )


def _givable(default: str | None) -> dict[str, str]:
    """What is to be known of a value that users give: None must be given."""
    if default is None:
        return {"required": REQUIRED}
    return {"required": "may be left out"} | ({"default": default} if default else {})


def _default(field: griffe.Attribute) -> str | None:
    """What a field is when it is left out; None for one that must be given."""
    value = str(field.value) if field.value is not None else None
    if value is not None and "field(" in value and "default" not in value:
        return None
    partial = isinstance(field.parent, griffe.Class) and str(field.parent.keywords.get("total")) == "False"
    return value or ("" if partial else None)


def _enum(name: str, owner: griffe.Class) -> Iterator[Part]:
    for label, member in owner.members.items():
        if isinstance(member, griffe.Attribute) and not label.startswith("_") and member.value is not None:
            value = str(member.value).strip("'\"")
            facts = {"name": label}
            yield Part(subject=f"{name}({value})", role=Role.VALUE, owner=name, label=value, facts=facts)


def _function(
    subject: str, function: griffe.Function, owner: str, *, implemented: bool = False
) -> Iterator[Part]:
    if any("fixture" in str(decorator.value) for decorator in function.decorators):
        # pytest calls it, and fills in its arguments by their names.
        yield Part(subject=subject, role=Role.CLASS, owner=owner)
        return
    arguments = [each for each in function.parameters if each.name not in ("self", "cls")]
    kinds = [(each.name, each.kind) for each in arguments]
    listed = kinds == [("arguments", griffe.ParameterKind.var_keyword)]
    yield Part(
        subject=subject,
        role=Role.LISTED if listed else Role.FUNCTION,
        owner=owner,
        read=True,
        types=_types(function.returns),
        implemented=implemented,
        facts={"awaited": "awaited" if "async" in function.labels else "called without await"},
    )
    for index, parameter in enumerate(() if listed else arguments):
        kind = parameter.kind or _POSITIONAL[1]
        stars = _STARS.get(kind, "")
        default = "" if stars else parameter.default
        facts = {"kind": kind.value} | _givable(None if default is None else str(default))
        if kind in _POSITIONAL:
            facts["position"] = str(index)
        label = stars or parameter.name
        yield Part(
            subject=f"{subject}({label})",
            role=Role.ARGUMENT,
            owner=subject,
            label=label,
            sent=True,
            types=_types(parameter.annotation),
            facts=facts,
        )


def _names(annotation: object) -> frozenset[str]:
    """Every name that stands somewhere in an annotation, without modules."""
    return frozenset(found[1] for found in _NAME.finditer(str(annotation)) if found[1])


def _types(annotation: object) -> tuple[str, ...]:
    """The members of a union in one spelling, sorted, without modules; values of a `Literal` one by one.

    Not among them is `UnsetType`, the type of an argument that was left out, and of a bare `Final` nothing is
    left.
    """
    if annotation is None:
        return ()
    plain = _NAME.sub(lambda found: _PLAIN.get(found[1], found[1]) or found[0], str(annotation))
    members_of_it = _members(ast.parse(plain, mode="eval").body)
    return tuple(sorted({*members_of_it} - {"UnsetType", "Final"}))


def _members(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _members(left)
            yield from _members(right)
        case ast.Subscript(value=ast.Name("Literal"), slice=inside):
            yield from map(ast.unparse, inside.elts if isinstance(inside, ast.Tuple) else [inside])
        case ast.Subscript(value=ast.Name("Annotated" | "Final" | "Required" | "NotRequired"), slice=inside):
            yield from _members(inside.elts[0] if isinstance(inside, ast.Tuple) else inside)
        case _:
            yield ast.unparse(node)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
