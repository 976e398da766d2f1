"""What the client covers, row by row of the documentation's menu: docs/coverage.md."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.emit.resources import page_links
from codegen.spec import Spec
from codegen.spec.operations import DocsRow, Method
from codegen.spec.schemas import mapping, text

COVERAGE = "docs/coverage.md"

_HEAD = """\
<!-- Generated from openapi/ by `python -m codegen generate`; do not edit. -->
# What is covered, and what it rests on

Each row of the documentation's menu, and the method that serves it. `documented`: its own page was read.
`sibling`: another page documents the same endpoint, which this row is taken to share. `listed`: only its
name is known; its method sends nothing until the client is told where,
`MintedClient(paths={"cards.list": "GET /partner/..."})`.
"""


def coverage_page(spec: Spec) -> str:
    """Render docs/coverage.md."""
    site = text(mapping(spec.document.get("externalDocs")).get("url"))
    lines = [
        _HEAD,
        _count(spec),
        "",
        "| Menu | Row | Method | HTTP | Page, last modified | Evidence |",
        "|---|---|---|---|---|---|",
        *_rows(spec, site),
    ]
    notes = [f"- `{method.id}`: {' '.join(method.note.split())}" for method in spec.methods if method.note]
    if notes:
        lines += ["", "## Where the pages leave questions open", "", *notes]
    return "\n".join(lines) + "\n"


def _count(spec: Spec) -> str:
    typed = [row for method in spec.methods for row in method.docs]
    read = sum(row.evidence == "documented" for row in typed)
    return (
        f"{len(spec.methods)} typed methods serve {len(typed)} rows of the documentation's menu ({read} of "
        f"them documented by a page of their own); {len(spec.listed)} more rows are listed."
    )


def _rows(spec: Spec, site: str) -> Iterator[str]:
    for resource in spec.resources:
        for method in resource.methods:
            route = f"`{method.verb} {method.path}`"
            for row in method.docs:
                page = _page(method, row, site)
                yield _line(row.section, row.title, f"`{method.id}`", route, page, row.evidence)
        for entry in resource.listed:
            verb = f"`{entry.method}`" if entry.method else ""
            yield _line(entry.section, entry.title, f"`{entry.id}`", verb, entry.page or "", "listed")


def _page(method: Method, row: DocsRow, site: str) -> str:
    link = next((link for link in page_links(method, site) if row.page and link.endswith(row.page)), "")
    shown = f"[{row.page}]({link})" if link and link != row.page else link
    return ", ".join(part for part in (shown, row.last_modified) if part)


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
