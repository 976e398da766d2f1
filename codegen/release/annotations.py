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


def union(annotation: str) -> frozenset[str]:
    """The members of a union, each in one spelling.

    Args:
        annotation: an annotation as it stands in the source.

    Returns:
        Its members without the modules that they come from; values of a `Literal` one by one. `UnsetType`,
        the type of an argument that was left out, is not among them, and of a bare
        `Final` nothing is left.
    """
    try:
        tree = ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return frozenset({annotation})
    return frozenset(_members(tree)) - {"UnsetType", "Final"}


def names(annotation: str) -> frozenset[str]:
    """Every name that stands somewhere in an annotation, without modules."""
    try:
        tree = ast.parse(annotation, mode="eval")
    except SyntaxError:
        return frozenset()
    plain = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return frozenset(plain | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)})


def _members(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _members(left)
            yield from _members(right)
        case ast.Subscript(value=value, slice=inside) if _last(value) == "Literal":
            for item in inside.elts if isinstance(inside, ast.Tuple) else [inside]:
                yield ast.unparse(item)
        case ast.Subscript(value=value, slice=inside) if _last(value) == "Optional":
            yield from _members(inside)
            yield "None"
        case ast.Subscript(value=value, slice=ast.Tuple(elts=[first, *_])) if _last(value) == "Annotated":
            yield from _members(first)
        case ast.Subscript(value=value, slice=inside) if _last(value) in _WRAPPERS:
            yield from _members(inside)
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
