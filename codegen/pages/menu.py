"""The place of a page in the menu that is copied with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from codegen.pages.lines import Line
from codegen.pages.masthead import Masthead
from codegen.pages.paths import METHODS
from codegen.pages.remarks import Remarks, quoted

_BULLET = re.compile(r"[•·◦▪‣*-] (.{1,300})")
_NUMBERED = re.compile(r"[0-9]{1,2}\. ?(.{1,300})")


class _Entry(msgspec.Struct):
    """One line of the menu."""

    title: str
    section: tuple[str, ...]
    method: str | None = None


def section_of(lines: Sequence[Line], masthead: Masthead, remarks: Remarks) -> tuple[str, ...] | None:
    """The folders in which a page stands in the menu.

    Args:
        lines: the page.
        masthead: its top.
        remarks: collects a place that cannot be told for certain.

    Returns:
        The folders from the outermost in; only the innermost where the menu is folded; None where neither
        menu nor breadcrumb has the page.
    """
    above = lines[: masthead.title_index]
    crumbs = _breadcrumb(above)
    menu = _menu(above)
    entries = [entry for entry in menu if entry.title == masthead.title]
    narrowed = _narrowed(entries, masthead, crumbs, _neighbours(lines, masthead), menu)
    sections = {entry.section for entry in narrowed}
    if len(sections) == 1:
        return sections.pop()
    if len(sections) > 1 and not crumbs:
        places = " and ".join(quoted(" / ".join(section)) for section in sorted(sections))
        remarks.line(
            lines[masthead.title_index].number, f"the menu has this title in {places}; which is not printed"
        )
    return crumbs or None


def _narrowed(
    entries: list[_Entry],
    masthead: Masthead,
    crumbs: tuple[str, ...],
    neighbours: tuple[str | None, str | None],
    menu: Sequence[_Entry],
) -> list[_Entry]:
    """The entries that agree with whatever else the page says of its place."""
    if crumbs:
        entries = [entry for entry in entries if entry.section[-len(crumbs) :] == crumbs]
    same_method = [entry for entry in entries if entry.method == masthead.method]
    entries = same_method or entries
    if len(entries) > 1:
        beside = _beside(menu)
        return [entry for entry in entries if beside.get(id(entry)) == neighbours] or entries
    return entries


def _menu(lines: Sequence[Line]) -> list[_Entry]:
    """The entries of the menu; how far a line is indented says in which folder it stands."""
    entries: list[_Entry] = []
    folders: list[tuple[int, str]] = []
    for line in lines:
        bullet = _BULLET.fullmatch(line.text)
        if bullet:
            folders = [folder for folder in folders if folder[0] < line.indent]
            entries.append(_Entry(bullet[1], tuple(title for _, title in folders)))
            folders.append((line.indent, bullet[1]))
        elif entries and line.text in METHODS and entries[-1].method is None:
            entries[-1].method = line.text
    return entries


def _breadcrumb(lines: Sequence[Line]) -> tuple[str, ...]:
    """The numbered lines right above the title: `1. Card Payment`."""
    crumbs: list[str] = []
    for line in reversed(lines):
        numbered = _NUMBERED.fullmatch(line.text)
        if numbered:
            crumbs.append(numbered[1])
        elif line.text:
            break
    return tuple(reversed(crumbs))


def _neighbours(lines: Sequence[Line], masthead: Masthead) -> tuple[str | None, str | None]:
    """The pages that the foot names as the previous and the next."""
    filled = [line.text for line in lines[masthead.end :] if line.text]
    names: list[str | None] = []
    for word in ("Previous", "Next"):
        at = max((index for index, text in enumerate(filled[:-1]) if text == word), default=None)
        names.append(filled[at + 1] if at is not None else None)
    return names[0], names[1]


def _beside(menu: Sequence[_Entry]) -> dict[int, tuple[str | None, str | None]]:
    """The titles of the pages before and after each entry that is a page, by the entry's identity."""
    folders = {entry.section for entry in menu}
    pages = [entry for entry in menu if (*entry.section, entry.title) not in folders]
    titles = [None, *(page.title for page in pages), None]
    return {id(page): (titles[at], titles[at + 2]) for at, page in enumerate(pages)}
