"""The lines of a YAML text: which of them belong to an entry, and which to what follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from codegen.documents import Place
from codegen.sync.editing.yamlnodes import Node


@dataclass(frozen=True)
class Spot:
    """A node where it stands."""

    node: Node
    key: str
    """The key that holds it."""
    limit: int
    """The first line that is no longer its own."""
    place: Place
    within: bool = False
    """Whether it is inside brackets."""


@dataclass(frozen=True)
class Entry:
    """The lines of one entry of a block: a key with its value, or an item with its dash."""

    spot: Spot
    first: int
    last: int
    """The line behind its last one."""
    column: int
    leads: bool
    """Whether it begins its line, so that lines can be put before it and it can be taken out."""


@dataclass
class Lines:
    """A text by its lines."""

    text: str
    starts: list[int] = field(init=False)
    """Index of each line's beginning, and of the end of the text."""

    def __post_init__(self) -> None:
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def line(self, number: int) -> str:
        """One line."""
        return self.text[self.starts[number] : self.starts[number + 1]]

    def is_blank(self, number: int) -> bool:
        """Whether a line has nothing but spaces."""
        return not self.line(number).strip()

    def is_comment(self, number: int) -> bool:
        """Whether a line is a comment and nothing else."""
        return self.line(number).lstrip().startswith("#")

    def entry(
        self, spot: Spot, head: Node, value: Node, key: str, heads: Sequence[Node], number: int
    ) -> Entry:
        """The lines of an entry: to the next one, without the blank lines and comments before that.

        Args:
            spot: the mapping or sequence that it is part of.
            head: its key, or the item itself.
            value: its value.
            key: the key as text; empty for an item.
            heads: the heads of all entries.
            number: which of them this is.
        """
        first, column = head.line, self._indent(head.line)
        leads = not key or column == head.column
        column = head.column if key else column
        after = heads[number + 1].line if number + 1 < len(heads) else spot.limit
        last = max(after, first + 1)
        while last > first + 1 and self._is_between(last - 1, column):
            last -= 1
        place = (*spot.place, key if key else number)
        return Entry(Spot(value, key or spot.key, last, place), first, last, column, leads)

    def lone_comments(self, entries: list[tuple[Entry, bool]]) -> list[int]:
        """The lines of comments of which all entries go, as far as the next comment.

        Args:
            entries: the entries of a mapping, and whether each stays.
        """
        found: list[int] = []
        run: list[Entry] = []
        for number, (entry, stays) in enumerate(entries):
            starts = number > 0 and self.is_comment(entry.first - 1)
            run = [] if stays else [entry] if starts or not run else [*run, entry]
            ends = number + 1 == len(entries) or self.is_comment(entry.last)
            if run and ends and run[0].first > 0 and self.is_comment(run[0].first - 1):
                found.append(run[0].first - 1)
        return found

    def _indent(self, number: int) -> int:
        line = self.line(number)
        return len(line) - len(line.lstrip(" "))

    def _is_between(self, number: int, column: int) -> bool:
        """Whether a line at the end of an entry is blank, or a comment on what follows."""
        return self.is_blank(number) or (self.is_comment(number) and self._indent(number) <= column)
