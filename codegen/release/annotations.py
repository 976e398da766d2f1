"""Types as they stand in annotations, as sets of what a value can be."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_PLAIN = {
    "ExternalId": "str",
    "IsoDateTime": "datetime",
    "MintedDateTime": "datetime",
    "MintedDateTimeUtc": "datetime",
    "JsonObject": "dict[str, Any]",
}
"""What the scalars of `minted_async.core.scalars` are to a type checker, and to a program that runs."""
_WRAPPERS = ("Annotated", "ClassVar", "Final", "Required", "NotRequired")


def union(annotation: object) -> tuple[str, ...]:
    """The members of a union in one spelling, sorted, without modules; values of a `Literal` one by one.

    Not among them is `UnsetType`, the type of an argument that was left out, and of a bare `Final` nothing is
    left.
    """
    tree = _parsed(annotation)
    return tuple(sorted({*_members(tree)} - {"UnsetType", "Final"})) if tree is not None else ()


def names(annotation: object) -> frozenset[str]:
    """Every name that stands somewhere in an annotation, without modules."""
    tree = _parsed(annotation)
    found = ast.walk(tree) if tree is not None else ()
    return frozenset(_last(node) for node in found if isinstance(node, ast.Name | ast.Attribute))


def _parsed(annotation: object) -> ast.expr | None:
    try:
        return ast.parse(str(annotation), mode="eval").body if annotation is not None else None
    except SyntaxError:
        # It is told as it stands.
        return ast.Name(str(annotation))


def _members(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _members(left)
            yield from _members(right)
        case ast.Subscript(value=value, slice=inside) if _last(value) == "Literal":
            yield from map(ast.unparse, inside.elts if isinstance(inside, ast.Tuple) else [inside])
        case ast.Subscript(value=value, slice=inside) if _last(value) == "Optional":
            yield from (*_members(inside), "None")
        case ast.Subscript(value=value, slice=inside) if _last(value) in _WRAPPERS:
            yield from _members(inside.elts[0] if isinstance(inside, ast.Tuple) else inside)
        case ast.Constant(value=str(quoted)):
            yield from union(quoted)
        case _:
            yield ast.unparse(_Bare().visit(node))


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


class _Bare(ast.NodeTransformer):
    """Takes the modules off: `models.Order` and `Order` are one type."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self.visit_Name(ast.Name(node.attr))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(_PLAIN.get(node.id, node.id))
