"""What the client covers, row by row of the documentation's menu: docs/coverage.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from codegen.emit.resources import page_links
from codegen.spec import Spec
from codegen.spec.operations import EVIDENCE, DocsRow, Method
from codegen.spec.schemas import mapping, text

COVERAGE = "docs/coverage.md"

_HEAD = """\
<!-- Generated from openapi/ by `python -m codegen generate`; do not edit. -->
# What is covered, and what it rests on

Each row of the documentation's menus, and the method that serves it. `documented`: its own page was read.
`sibling`: another page documents the same endpoint, which this row is taken to share. `addressed`: method
and path are known, from a page or from answers, and not what is sent: its method takes any fields. `listed`:
only its name is known; its method sends nothing until the client is told where,
`MintedClient(paths={"cards.list": "GET /partner/..."})`.
"""
_COLUMNS = "| Menu | Row | Method | HTTP | Page, last modified | Evidence |\n|---|---|---|---|---|---|"
_Row: TypeAlias = tuple[str, str]
"""How well a row is known, and its line."""


def coverage_page(spec: Spec) -> str:
    """Render docs/coverage.md."""
    tabs = _tabs(spec)
    lines = [_HEAD, _line("Tab", "Rows", *EVIDENCE), "|---" * (len(EVIDENCE) + 2) + "|"]
    for tab, rows in tabs.items():
        known = [evidence for evidence, _ in rows]
        lines.append(_line(tab, str(len(rows)), *(str(known.count(evidence)) for evidence in EVIDENCE)))
    lines += ["", f"{len(spec.methods)} methods are typed, {len(spec.listed)} are listed."]
    for tab, rows in tabs.items():
        lines += ["", f"## {tab}", "", _COLUMNS, *(line for _, line in rows)]
    notes = [f"- `{method.id}`: {' '.join(method.note.split())}" for method in spec.methods if method.note]
    if notes:
        lines += ["", "## Where the pages leave questions open", "", *notes]
    return "\n".join(lines) + "\n"


def _tabs(spec: Spec) -> dict[str, list[_Row]]:
    """The rows by tab: by what their place in the menu begins with, and of the first tab where it is none."""
    names = spec.tabs
    found: dict[str, list[_Row]] = {name: [] for name in names}
    for section, *row in _rows(spec, text(mapping(spec.document.get("externalDocs")).get("url"))):
        tab = next((name for name in names if f"{section} / ".startswith(f"{name} / ")), names[0])
        found[tab].append((row[-1], _line(section, *row)))
    return found


def _rows(spec: Spec, site: str) -> Iterator[tuple[str, ...]]:
    for resource in spec.resources:
        for method in resource.methods:
            route = f"`{method.verb} {method.path}`"
            for row in method.docs:
                page = _page(method, row, site)
                yield row.section, row.title, f"`{method.id}`", route, page, row.evidence
        for entry in (row for listed in resource.listed for row in listed.rows):
            verb = f"`{entry.method}`" if entry.method else ""
            yield entry.section, entry.title, f"`{entry.id}`", verb, entry.page or "", "listed"


def _page(method: Method, row: DocsRow, site: str) -> str:
    link = next((link for link in page_links(method, site) if row.page and link.endswith(row.page)), "")
    shown = f"[{row.page}]({link})" if link and link != row.page else link
    return ", ".join(part for part in (shown, row.last_modified) if part)


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
