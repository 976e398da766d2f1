"""The README's table of what the client covers: each row of the documentation's menu and its method."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.spec import Spec

BEGIN = "<!-- coverage:begin -->"
END = "<!-- coverage:end -->"


def coverage_table(spec: Spec) -> str:
    """Render the table.

    Args:
        spec: the spec; `x-minted-docs` of its operations and its listed rows are the rows of the menu.

    Returns:
        Markdown: a line that counts, and the table.
    """
    typed = [row for method in spec.methods for row in method.docs]
    read = sum(row.evidence == "documented" for row in typed)
    count = (
        f"{len(spec.methods)} typed methods serve {len(typed)} rows of the documentation's menu ({read} of "
        f"them documented by a page of their own); {len(spec.listed)} more rows are listed."
    )
    lines = [
        count,
        "",
        "| Menu | Row | Method | HTTP | Evidence |",
        "|---|---|---|---|---|",
        *_rows(spec),
    ]
    return "\n".join(lines)


def with_table(readme: str, table: str) -> str | None:
    """Put the table between the markers.

    Args:
        readme: the text of the README.
        table: the table.

    Returns:
        The new text; None if the markers are missing, doubled or in the wrong order.
    """
    if readme.count(BEGIN) != 1 or readme.count(END) != 1 or readme.index(BEGIN) > readme.index(END):
        return None
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _rows(spec: Spec) -> Iterator[str]:
    for resource in spec.resources:
        for method in resource.methods:
            for row in method.docs:
                cells = (
                    row.section,
                    row.title,
                    f"`{method.id}`",
                    f"`{method.verb} {method.path}`",
                    row.evidence,
                )
                yield _line(cells)
        for entry in resource.listed:
            verb = f"`{entry.method}`" if entry.method else ""
            yield _line((entry.section, entry.title, f"`{entry.id}`", verb, "listed"))


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
