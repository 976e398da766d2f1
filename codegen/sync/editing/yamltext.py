"""Changes the text of a YAML file so that it says something else, and touches no more of it than that takes.

A file is never dumped whole. ruamel.yaml tells where in the text each node stands; what did not change stays
as it is, byte for byte, with its comments, blank lines, quotes and anchors, and only new or changed nodes are
written, by `codegen.sync.editing.style`. The result is read again and must say exactly what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from ruamel.yaml.error import YAMLError

from codegen.documents import Json, Place
from codegen.findings import GeneratorError
from codegen.sync.editing import style
from codegen.sync.editing.yamllines import Entry, Lines, Spot
from codegen.sync.editing.yamlnodes import Node, fingerprint, parse, read, same


def rewrite(
    text: str,
    wanted: Json,
    *,
    name: str = "this file",
    apart: bool = False,
    headings: Mapping[Place, str] | None = None,
) -> str:
    """Change the text of a YAML file.

    Args:
        text: the file as it is.
        wanted: what it has to say.
        name: how an error calls the file.
        apart: whether a blank line stands between the entries at the top.
        headings: comments for new keys, to stand in the line above them.

    Returns:
        The new text; the same one if it says what is wanted already.

    Raises:
        GeneratorError: an anchor or another rarity of YAML is in the way.
    """
    root, present = read(text)
    if same(present, wanted):
        return text
    rewriter = _Rewriter(text, apart, headings or {})
    if root is None or not rewriter.change(Spot(root, "", len(rewriter.starts) - 1, ()), present, wanted):
        rewriter.edits = [rewriter.whole(root, wanted)]
    changed = rewriter.result()
    if not _says(changed, wanted):
        raise GeneratorError(
            f"{name} cannot be rewritten without loss: an anchor or an unusual layout is in the way; "
            "edit it by hand"
        )
    return changed


def _says(text: str, wanted: Json) -> bool:
    try:
        return same(parse(text), wanted)
    except YAMLError:
        return False


@dataclass
class _Rewriter:
    text: str
    apart: bool
    headings: Mapping[Place, str]
    edits: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])
    lines: Lines = field(init=False)

    def __post_init__(self) -> None:
        self.lines = Lines(self.text)
        self.starts = self.lines.starts

    def result(self) -> str:
        changed = self.text
        # Of edits at one point, those of an inner node were found first and belong first.
        ordered = sorted(enumerate(self.edits), key=lambda edit: (edit[1][:2], edit[0]), reverse=True)
        for _, (start, end, new) in ordered:
            before = changed[:start]
            gap = "\n" if new and before and not before.endswith("\n") and start == len(self.text) else ""
            changed = before + gap + new + changed[end:]
        return changed

    def whole(self, root: Node | None, wanted: Json) -> tuple[int, int, str]:
        """The whole document anew; the comments above it stay."""
        text = _document(wanted, self.apart)
        if root is None:
            return len(self.text), len(self.text), text
        return root.start, len(self.text), text

    def change(self, spot: Spot, old: Json, new: Json) -> bool:
        """Edit a node in place; False if whoever holds it has to write it anew."""
        if same(old, new):
            return True
        node = spot.node
        if node.kind == "scalar" and not isinstance(new, dict | list):
            return self.scalar(spot, new)
        if node.kind == "mapping" and isinstance(old, dict) and isinstance(new, dict):
            return (
                self.flow_mapping(spot, old, new) if spot.node.in_brackets else self.mapping(spot, old, new)
            )
        if node.kind == "sequence" and isinstance(old, list) and isinstance(new, list):
            if not node.in_brackets:
                return self.sequence(spot, old, new)
            return node.on_one_line and self.short(spot, new)
        return False

    def scalar(self, spot: Spot, new: Json) -> bool:
        if spot.node.is_block or spot.node.start == spot.node.end:
            return False
        if isinstance(new, str) and (spot.key == "$ref" or "\n" in new):
            return False
        return self.short(spot, new, style.flow if spot.within else style.scalar)

    def short(self, spot: Spot, new: Json, write: Callable[[Json], str] = style.flow) -> bool:
        """Replace what stands on one line, if the new line is no longer than the width or the old one."""
        text = write(new)
        line = spot.node.line
        old = self.starts[line + 1] - self.starts[line]
        length = old + len(text) - (spot.node.end - spot.node.start)
        if "\n" in text or (length > max(style.WIDTH + 1, old) and spot.key in ("description", "enum")):
            return False
        self.edits.append((spot.node.start, spot.node.end, text))
        return True

    def flow_mapping(self, spot: Spot, old: dict[str, Json], new: dict[str, Json]) -> bool:
        """A mapping in brackets: single values are replaced in place, other changes write it anew."""
        pairs = spot.node.pairs
        if list(old) == list(new) and len(pairs) == len(old):
            kept = len(self.edits)
            if all(
                self.change(Spot(value, key, spot.limit, (), within=True), old[key], new[key])
                for key, _, value in pairs
            ):
                return True
            del self.edits[kept:]
        self.edits.append((spot.node.start, spot.node.end, style.flow(new)))
        return True

    def mapping(self, spot: Spot, old: dict[str, Json], new: dict[str, Json]) -> bool:
        pairs = spot.node.pairs
        kept = [key for key in old if key in new]
        plain = [key for key, _, _ in pairs] == list(old)
        if not plain or not kept or kept != [key for key in new if key in old]:
            return False
        entries = {
            key: self.lines.entry(spot, head, value, key, [head for _, head, _ in pairs], number)
            for number, (key, head, value) in enumerate(pairs)
        }
        first = entries[next(iter(old))]
        if not first.leads and next(iter(old)) != next(iter(new)):
            return False
        staying = [(found, key in new) for key, found in entries.items()]
        for line in () if self.apart else self.lines.lone_comments(staying):
            self.edits.append((self.starts[line], self.starts[line + 1], ""))
        for key, found in entries.items():
            if key not in new:
                self.take_out(found)
            elif not self.change_entry(found, old[key], new[key]):
                self.replace(found, style.entry(key, new[key], found.column, spot.key))
        self.put_in(spot, first, entries, new)
        return True

    def put_in(self, spot: Spot, first: Entry, entries: dict[str, Entry], new: dict[str, Json]) -> None:
        """Write the new keys, each behind the one that comes before it."""
        before: Entry | None = None
        gap = "\n" if self.apart and not spot.place and spot.key == "" else ""
        texts: dict[int, str] = {}
        for key, value in new.items():
            if key in entries:
                before = entries[key]
                continue
            heading = self.headings.get((*spot.place, key))
            comment = " " * first.column + f"# {heading}\n" if heading else ""
            text = comment + style.entry(key, value, first.column, spot.key)
            at = self.starts[first.first if before is None else before.last]
            texts[at] = texts.get(at, "") + (text + gap if before is None else gap + text)
        self.edits.extend((at, at, text) for at, text in texts.items())

    def sequence(self, spot: Spot, old: list[Json], new: list[Json]) -> bool:
        nodes = spot.node.items
        if not new or len(nodes) != len(old):
            return False
        entries = [self.lines.entry(spot, node, node, "", nodes, number) for number, node in enumerate(nodes)]
        dashes = [self.text[self.starts[e.first] :].lstrip(" ").startswith("-") for e in entries]
        if not all(dashes) or len({entry.first for entry in entries}) < len(entries):
            return False
        matcher = SequenceMatcher(
            None, [fingerprint(v) for v in old], [fingerprint(v) for v in new], autojunk=False
        )
        for tag, low, high, start, stop in matcher.get_opcodes():
            if tag != "equal":
                self.items(spot, entries, old, new, (low, high, start, stop))
        return True

    def items(
        self,
        spot: Spot,
        entries: list[Entry],
        old: list[Json],
        new: list[Json],
        part: tuple[int, int, int, int],
    ) -> None:
        """Change, take out and add the items of one part that differs."""
        low, high, start, stop = part
        paired = min(high - low, stop - start)
        for i in range(paired):
            found, value = entries[low + i], new[start + i]
            if not self.change_entry(found, old[low + i], value):
                self.replace(found, style.item(value, spot.key, found.column))
        for found in entries[low + paired : high]:
            self.take_out(found)
        gap = "\n" if self.apart and not spot.place and spot.key == "" else ""
        added = [style.item(value, spot.key, entries[0].column) for value in new[start + paired : stop]]
        behind = low + paired > 0
        text = "".join(gap + line if behind else line + gap for line in added)
        at = self.starts[entries[low + paired - 1].last if behind else entries[0].first]
        if text:
            self.edits.append((at, at, text))

    def change_entry(self, entry: Entry, old: Json, new: Json) -> bool:
        """Edit the value of an entry in place; a node that stands elsewhere (an alias) cannot be."""
        if same(old, new):
            return True
        node = entry.spot.node
        here = self.starts[entry.first] <= node.start < self.starts[entry.last]
        kept = len(self.edits)
        if here and self.change(entry.spot, old, new):
            return True
        del self.edits[kept:]
        return False

    def replace(self, entry: Entry, text: str) -> None:
        start = self.starts[entry.first]
        if not entry.leads:
            start, text = start + entry.column, text.lstrip(" ")
        self.edits.append((start, self.starts[entry.last], text))

    def take_out(self, entry: Entry) -> None:
        """Take an entry out, with the blank lines that set it off from the one before it."""
        first, last = entry.first, entry.last
        while self.apart and not entry.column and first > 0 and self.lines.is_blank(first - 1):
            first -= 1
        while first == 0 and last < len(self.starts) - 1 and self.lines.is_blank(last):
            last += 1
        self.edits.append((self.starts[first], self.starts[last], ""))


def _document(value: Json, apart: bool) -> str:
    gap = "\n" if apart else ""
    if isinstance(value, dict) and value:
        return gap.join(style.entry(key, inside, 0) for key, inside in value.items())
    if isinstance(value, list) and value:
        return gap.join(style.item(inside, "", 0) for inside in value)
    return style.flow(value) + "\n"
