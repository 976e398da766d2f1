"""The parts of a page of text below its top: what is sent, and each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from codegen.pages.fieldlist import label_at, row_at
from codegen.pages.headings import (
    EXAMPLES,
    HEADER_LISTS,
    NOISE,
    PARTS,
    SHAPES,
    Kind,
    Part,
    is_foot,
    read_answer,
    read_body,
    read_code,
    read_content_type,
    read_media,
)  # fmt: skip
from codegen.pages.lines import Line, next_filled
from codegen.pages.remarks import Remarks, quoted
from codegen.pages.samples import sample_at

_MAX_PARTS: Final = 200
_MAX_EXAMPLES: Final = 200


def outline(lines: Sequence[Line], start: int, remarks: Remarks) -> list[Part]:
    """Divide a page into its parts.

    Args:
        lines: the page.
        start: index of the line after its top.
        remarks: collects lines that belong to no part.

    Returns:
        The parts in the page's order.
    """
    return _Outliner(lines, remarks).read(start)


@dataclass
class _Outliner:
    lines: Sequence[Line]
    remarks: Remarks
    parts: list[Part] = field(default_factory=list[Part])
    answering: bool = False
    """Whether the heading of the answers was passed."""
    listing: bool = False
    """Whether fields can follow, of which the last part consists."""
    skipping: bool = False
    """Whether an example is passed over that could not be read."""
    tabs: list[Part] = field(default_factory=list[Part])
    """Answers whose names stand side by side, before the content of the one that is shown."""
    labelled: bool = False
    """Whether the line before is a label whose value follows."""
    examples: int = 0

    def read(self, index: int) -> list[Part]:
        self.begin(Kind.DESCRIPTION, index)
        while (index := next_filled(self.lines, index)) < len(self.lines):
            if (
                self.part.kind is not Kind.SAMPLES
                and is_foot(self.lines[index].text)
                and not self.in_row(index)
            ):
                break
            if len(self.parts) > _MAX_PARTS:
                self.remarks.line(
                    self.lines[index].number, f"more than {_MAX_PARTS} parts; the rest is not read"
                )
                break
            index = self.step(index)
        if not self.answering:
            self.remarks.page("no answers follow: the page is broken off")
        return self.parts

    @property
    def part(self) -> Part:
        return self.parts[-1]

    def begin(self, kind: Kind, index: int) -> Part:
        """Begin a part at a line."""
        number = self.lines[index].number if index < len(self.lines) else 0
        self.parts.append(Part(kind=kind, number=number))
        self.listing = kind in (Kind.HEADER, Kind.QUERY, Kind.PATH, Kind.COOKIE, Kind.BODY)
        self.skipping = self.labelled = False
        return self.part

    def in_row(self, index: int) -> bool:
        """Whether a line is a value, or begins a field: its words are no heading then."""
        if not self.listing:
            return False
        start = row_at(self.lines, index)
        word = self.lines[index].text.lower()
        return self.labelled or (start is not None and not (word in _WORDS and start.required is None))

    def step(self, index: int) -> int:
        """Read one line, or the several that belong together; the index of the line after."""
        line = self.lines[index]
        if self.part.kind is Kind.SAMPLES and line.text.lower() != "responses":
            self.part.lines.append(line)
            return index + 1
        if self.in_row(index):
            return self.take_row(index)
        for read in (self.main_heading, self.answer_heading, self.detail):
            after = read(index, line.text)
            if after:
                return after
        self.plain(index, line)
        return index + 1

    def take_row(self, index: int) -> int:
        start = None if self.labelled else row_at(self.lines, index)
        after = start.after if start else index + 1
        self.show()
        self.part.lines.extend(self.lines[index:after])
        self.labelled = False
        return after

    def main_heading(self, index: int, text: str) -> int:
        word = text.lower()
        if word == "responses":
            self.answering = True
            self.begin(Kind.OTHER, index)
            return index + 1
        if self.answering:
            return 0
        body = read_body(text)
        if body is not None:
            part = self.begin(Kind.BODY, index)
            part.media_type, part.required = body
            return index + 1
        if word in PARTS:
            self.begin(PARTS[word], index)
            return index + 1
        return 0

    def answer_heading(self, index: int, text: str) -> int:
        if not self.answering:
            return 0
        found = read_answer(self.lines, index)
        if found is not None:
            if self.part.kind is not Kind.ANSWER or self.part.shown:
                self.tabs = []
            part = self.begin(Kind.ANSWER, index)
            part.status, part.name = found
            self.tabs.append(part)
            return index + 1
        code = read_code(text)
        if code is not None:
            chosen = next((part for part in self.tabs if part.status == code), None)
            if chosen is None:
                chosen = self.begin(Kind.ANSWER, index)
                chosen.status = code
            self.choose(chosen)
            return index + 1
        return 0

    def detail(self, index: int, text: str) -> int:
        """Media types, and the headings inside of a part."""
        if self.part.kind not in (Kind.ANSWER, Kind.BODY, Kind.ANSWER_HEADERS):
            return 0
        word = text.lower()
        media = read_content_type(text) or (read_media(text) if not self.part.lines else None)
        if media is not None and self.part.kind is not Kind.ANSWER_HEADERS:
            self.show()
            self.part.media_type, required = media
            self.part.required = self.part.required if required is None else required
        elif word in SHAPES:
            self.show()
            self.listing, self.skipping = True, False
        elif word in HEADER_LISTS and self.answering:
            self.remarks.line(self.lines[index].number, "the headers of the answer are not read")
            self.listing, self.skipping = False, True
        elif word in EXAMPLES:
            return self.example(index)
        elif not self.listing and not self.skipping and text[0] in "{[":
            return self.json(index)
        else:
            return 0
        return index + 1

    def example(self, index: int) -> int:
        """An example below its heading, with or without a name."""
        self.show()
        self.listing = self.skipping = False
        first = next_filled(self.lines, index + 1)
        for at in (first, next_filled(self.lines, first + 1)):
            if at < len(self.lines) and self.lines[at].text[0] in "{[":
                return self.json(at)
        self.remarks.line(self.lines[index].number, "the example that follows is not read: it is no JSON")
        self.skipping = True
        return index + 1

    def json(self, index: int) -> int:
        self.examples += 1
        if self.examples > _MAX_EXAMPLES:
            self.remarks.page(f"more than {_MAX_EXAMPLES} examples; the rest is not read")
            return len(self.lines)
        self.show()
        sample = sample_at(self.lines, index, self.remarks)
        if sample is None:
            self.skipping = True
            return index + 1
        self.part.examples.append(sample.value)
        return sample.after

    def plain(self, index: int, line: Line) -> None:
        """A line that is no heading."""
        label = label_at(line.text) if self.listing else None
        self.labelled = label is not None and not label[1]
        waiting = self.part.kind is Kind.ANSWER and not self.listing and not self.skipping
        if waiting and row_at(self.lines, index):
            self.listing = True
        if self.listing or self.part.kind in (Kind.DESCRIPTION, Kind.AUTHORIZATION):
            self.part.lines.append(line)
        elif not self.skipping and line.text.lower() not in NOISE:
            self.remarks.line(line.number, f"{quoted(line.text)} is not read: it belongs to no known part")

    def show(self) -> None:
        """Content of the current part follows; of several answers side by side it is that of the first."""
        if self.part.kind is not Kind.ANSWER or self.part.shown:
            return
        if len(self.tabs) > 1 and self.part is self.tabs[-1]:
            names = ", ".join(part.status for part in self.tabs)
            message = f"of the answers {names} one is shown, taken for {self.tabs[0].status}"
            self.remarks.line(self.tabs[0].number, message)
            self.choose(self.tabs[0])
        self.part.shown = True

    def choose(self, part: Part) -> None:
        """Make an answer the one whose content follows."""
        at = next(index for index in reversed(range(len(self.parts))) if self.parts[index] is part)
        self.parts.append(self.parts.pop(at))
        self.part.shown = True


_WORDS = frozenset({*PARTS, *SHAPES, *EXAMPLES, *HEADER_LISTS, "responses"})
