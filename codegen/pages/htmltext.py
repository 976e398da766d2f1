"""The text of an HTML page, in lines as a browser shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from codegen.pages.lines import SEAM

_HIDDEN: Final = frozenset({
    "script", "style", "noscript", "template", "svg", "head", "iframe", "select", "textarea", "title",
})  # fmt: skip
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "button", "caption", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "html", "label", "legend", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_LISTS: Final = frozenset({"ul", "ol"})
_BLANKS = re.compile(r"[ \t\n\f\r]+")


def text_of(tree: LexborHTMLParser) -> str:
    """The visible text of a page.

    Block elements are lines of their own; entries of lists are indented bullets or numbers, as copied text
    has them. Where an inline element begins right after another one, a `SEAM` stands.

    Args:
        tree: the page.

    Returns:
        Its text.
    """
    writer = _Writer()
    node = tree.root
    while node is not None:
        entered = writer.enter(node)
        following = node.child if entered else None
        while following is None and node is not None:
            writer.leave(node)
            following = node.next
            if following is None:
                node = node.parent
        node = following
    return "".join(writer.written)


@dataclass
class _Writer:
    """Writes text while the tree is walked, without recursion."""

    written: list[str] = field(default_factory=list[str])
    lists: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    """Open lists: their tag, and how many entries they had so far."""
    preformatted: int = 0
    inline_ended: bool = False
    marked: bool = False
    """Whether the bullet of a list's entry was written, and nothing of its text yet."""

    def enter(self, node: LexborNode) -> bool:
        """Write what stands at the beginning of a node; whether its children are to be walked."""
        tag = node.tag or ""
        if tag == "-text":
            self.text(node.text_content or "")
        elif tag in _HIDDEN or tag.startswith("-") or tag == "!doctype":
            return False
        elif tag == "br":
            self.line()
        elif tag in _BLOCKS:
            self.line()
            self.preformatted += tag == "pre"
            if tag in _LISTS:
                self.lists.append((tag, 0))
            elif tag == "li":
                self.marked = False
                self.line()
                self.bullet()
        elif self.inline_ended and self.written:
            self.written.append(SEAM)
            self.inline_ended = False
        return True

    def leave(self, node: LexborNode) -> None:
        """Write what stands at the end of a node."""
        tag = node.tag or ""
        if tag in _HIDDEN or tag.startswith("-") or tag == "br":
            return
        if tag in _BLOCKS:
            self.line()
            self.preformatted -= tag == "pre"
            if tag in _LISTS and self.lists:
                self.lists.pop()
        else:
            self.inline_ended = True

    def text(self, text: str) -> None:
        shown = text if self.preformatted else _BLANKS.sub(" ", text)
        if not shown:
            return
        if self.inline_ended and not shown.strip():
            self.inline_ended = False
        if shown != " " or (self.written and not self.written[-1].endswith(("\n", " "))):
            self.written.append(shown)
            self.inline_ended = self.marked = False

    def line(self) -> None:
        self.inline_ended = False
        if self.written and not self.written[-1].endswith("\n") and not self.marked:
            self.written.append("\n")

    def bullet(self) -> None:
        tag, count = self.lists.pop() if self.lists else ("ul", 0)
        self.lists.append((tag, count + 1))
        mark = f"{count + 1}." if tag == "ol" else "•"
        self.written.append("  " * len(self.lists) + mark + " ")
        self.marked = True
