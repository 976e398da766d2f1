"""Which field stands inside which: lists of fields on pages of text do not mark it.

The example shows it: a field stands in the innermost open object whose example has its name. A field that no
example has stands where its neighbours stand. Where that leaves several objects, the envelope of answers
(`data`, `success`, `code`, `message`) decides, and where it does not, a remark says that it is a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from codegen.documents import Json
from codegen.pages.fieldlist import Row
from codegen.pages.remarks import Remarks, quoted

MAX_LEVELS: Final = 40
ENVELOPE: Final = frozenset({"data", "success", "code", "message"})


@dataclass
class Node:
    """A field and the fields inside it."""

    row: Row
    children: list[Node] = field(default_factory=list["Node"])


@dataclass
class _Container:
    """An object that further rows can stand in."""

    label: str
    sample: dict[str, Json]
    into: list[Node]
    names: set[str] = field(default_factory=set[str])
    named: bool = False
    """A shared schema, which pages name and do not unfold as a rule."""
    count: int | None = None

    def has(self, name: str) -> bool:
        return name in self.names

    def fits(self, name: str) -> bool:
        return name in self.sample and not self.has(name) and not self.full

    @property
    def full(self) -> bool:
        """Whether it has as many fields as the page says."""
        return self.count is not None and len(self.into) >= self.count


def nest(rows: Sequence[Row], examples: Sequence[Json], remarks: Remarks) -> list[Node]:
    """Put the fields of a list into each other.

    Args:
        rows: the fields in the page's order.
        examples: examples of the whole, if the page has any.
        remarks: collects what had to be guessed.

    Returns:
        The outermost fields, the others inside them.
    """
    return _Nesting(list(rows), remarks).nest(_sample(examples))


@dataclass
class _Nesting:
    rows: list[Row]
    remarks: Remarks
    stack: list[_Container] = field(default_factory=list[_Container])
    """Open objects, outermost first."""
    left: Counter[str] = field(init=False)
    """How often each name is still to come."""

    def __post_init__(self) -> None:
        self.left = Counter(row.name for row in self.rows)

    def nest(self, sample: dict[str, Json]) -> list[Node]:
        enveloped = _is_enveloped(self.rows)
        if enveloped and not sample:
            sample = dict.fromkeys(ENVELOPE)
        self.stack = [_Container("", sample, [])]
        candidate: _Container | None = None
        for index, row in enumerate(self.rows):
            container = self.place(index, candidate)
            if container.has(row.name):
                where = f" in {quoted(container.label)}" if container.label else ""
                self.remarks.line(row.number, f"{quoted(row.name)} is listed twice{where}; the first is kept")
                candidate = None
                continue
            node = Node(row)
            container.into.append(node)
            container.names.add(row.name)
            candidate = _container(node, container.sample.get(row.name))
            if candidate and len(self.stack) > MAX_LEVELS:
                self.remarks.line(row.number, f"more than {MAX_LEVELS} levels; what follows is read beside")
                candidate = None
        return self.stack[0].into

    def place(self, index: int, candidate: _Container | None) -> _Container:
        """The object that a row stands in; what it leaves is closed."""
        row = self.rows[index]
        open_ones = [*self.stack, candidate] if candidate else list(self.stack)
        fitting = [container for container in reversed(open_ones) if container.fits(row.name)]
        if candidate and candidate.named and fitting[0:1] == [candidate] and len(fitting) > 1:
            fitting = fitting[1:]
        again = self.left[row.name]
        self.left[row.name] -= 1
        if fitting and again <= len(fitting):
            if again < len(fitting):
                self.ambiguous(row, fitting)
            chosen = fitting[0]
        else:
            chosen = self.beside_neighbours(index, candidate)
        self.stack = open_ones[: open_ones.index(chosen) + 1]
        return chosen

    def beside_neighbours(self, index: int, candidate: _Container | None) -> _Container:
        """Where a row stands that no example places: by the next row that one does place."""
        row = self.rows[index]
        roomy = [container for container in self.stack if not container.full]
        inner = roomy[-1] if roomy else self.stack[0]
        if candidate is None and len(self.stack) == 1:
            return inner
        following = self.next_placed(index, candidate)
        if candidate and not candidate.named:
            inside = candidate.count or (self.is_data(candidate) and row.name not in ENVELOPE)
            if following is candidate or inside:
                return candidate
            if not candidate.sample and candidate.count is None:
                message = f"it is not printed whether {quoted(row.name)} stands in {quoted(candidate.label)}"
                self.remarks.line(row.number, f"{message}; it is read as a field beside it")
        if following is inner or inner is self.stack[0] or inner.count is not None:
            return inner
        if self.is_data(inner) and row.name not in ENVELOPE:
            return inner
        if self.is_data(inner):
            return self.stack[0]
        message = f"it is not printed whether {quoted(row.name)} still stands in {quoted(inner.label)}"
        self.remarks.line(row.number, f"{message}; it is read as one of its fields")
        return inner

    def next_placed(self, index: int, candidate: _Container | None) -> _Container | None:
        """The object that the next row stands in which an example places."""
        open_ones = [candidate, *reversed(self.stack)] if candidate else list(reversed(self.stack))
        for row in self.rows[index + 1 :]:
            found = next((container for container in open_ones if container.fits(row.name)), None)
            if found is not None:
                return found
        return None

    def is_data(self, container: _Container) -> bool:
        """Whether it is the data of an answer in its envelope."""
        return container.label == "data" and ENVELOPE.issuperset(self.stack[0].sample or {"": None})

    def ambiguous(self, row: Row, fitting: Sequence[_Container]) -> None:
        inner, outer = (
            quoted(container.label) if container.label else "the whole" for container in fitting[:2]
        )
        message = f"by the example {quoted(row.name)} can stand in {inner} and in {outer}"
        self.remarks.line(row.number, f"{message}; it is read as a field of {inner}")


def _container(node: Node, example: Json) -> _Container | None:
    """The object that a row opens, if it opens one."""
    kind = node.row.type
    sample = _sample([example])
    if kind is None:
        return _Container(node.row.name, sample, node.children, named=True) if sample else None
    holder = kind.holder
    if holder is None:
        return None
    named = holder.schema_name is not None
    return _Container(node.row.name, sample, node.children, named=named, count=holder.count)


def _sample(examples: Sequence[Json]) -> dict[str, Json]:
    """Keys of the objects among some examples, lists included, each with its most telling value."""
    merged: dict[str, Json] = {}
    for example in examples:
        for item in example if isinstance(example, list) else [example]:
            for key, value in item.items() if isinstance(item, dict) else ():
                if merged.get(key) in (None, [], {}, ""):
                    merged[key] = value
    return merged


def _is_enveloped(rows: Sequence[Row]) -> bool:
    """Whether the list begins with `data` and ends with the rest of the envelope."""
    last = rows[-1].name if rows else ""
    return len(rows) > 1 and rows[0].name == "data" and last in ENVELOPE - {"data"}
