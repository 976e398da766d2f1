"""Every row of the documentation's menus is served by one operation or listed, and says so truly."""

from __future__ import annotations

from collections import Counter

from tests.openapi.documents import Object, Spec, read_yaml
from tests.openapi.evidence import SYNCED, Evidence, Page

SPEC = Spec()
EVIDENCE = Evidence()
MENU: dict[tuple[str, str], Object] = {(row["section"], row["title"]): row for row in EVIDENCE.menu}
DOCS: list[Object] = [row for operation in SPEC.operations for row in operation.docs]
LISTED: list[Object] = [row for entry in SPEC.listed for row in (entry, *entry.get("also", []))]
# Operations that answers show, and no page.
OBSERVED = {page.operation for page in EVIDENCE.observed}
SEEN = {
    place_
    for operation in SPEC.operations
    if operation.id in OBSERVED and operation.raw["x-minted-evidence"] == "addressed"
    for place_ in ((row["section"], row["title"]) for row in operation.docs)
}
# Texts, not endpoints.
PROSE = {
    ("Genel Bakis", "Genel Bakış"),
    ("Genel Bakis", "Partner cüzdan entegrasyonu"),
    ("Embedded Webview", "Akış"),
}


def place(row: Object) -> tuple[str, str]:
    return row["section"], row["title"]


def pages_of(row: Object) -> list[Page]:
    """The evidence's entries for a row: its own page, its sibling's, or the entry of its menu line."""
    ids = {row["page"], row.get("sibling")} - {None}
    return [page for page in EVIDENCE.pages if page.id in ids] or [
        page for page in EVIDENCE.pages if page.id is None and page.row == place(row)
    ]


def test_no_two_rows_of_the_menu_are_the_same() -> None:
    assert len(EVIDENCE.menu) == len(MENU)


def test_every_menu_row_is_accounted_for_exactly_once() -> None:
    accounted = Counter(map(place, [*DOCS, *LISTED]))
    assert accounted == Counter(MENU.keys())


def test_listed_rows_say_what_the_menu_says() -> None:
    for row in LISTED:
        line = MENU[place(row)]
        assert (row["method"], row["page"]) == (line["method"], line["page"]), place(row)


def test_no_page_names_the_endpoint_of_a_listed_row() -> None:
    for row in LISTED:
        assert [page.label for page in pages_of(row) if page.strength != "listed"] == [], place(row)


def test_docs_rows_name_the_page_that_documents_them() -> None:
    for row in DOCS:
        line = MENU[place(row)]
        assert row["page"] == (line["page"] or line.get("sibling")), row


def test_docs_rows_are_documented_by_their_own_page_or_by_a_sibling() -> None:
    for row in DOCS:
        line = MENU[place(row)]
        (page,) = pages_of(line)
        own = "sibling" not in line and page.strength != "listed"
        expected = page.strength if own else "sibling"
        if page.strength == "listed" and place(row) in SEEN:
            expected = "addressed"
        assert row["evidence"] == expected, row


def test_docs_rows_carry_the_date_of_their_page() -> None:
    for row in DOCS:
        assert [row["last_modified"]] == [page.last_modified for page in pages_of(MENU[place(row)])], row


def test_a_sibling_row_has_a_documented_one_or_a_page_beside_it() -> None:
    for operation in SPEC.operations:
        evidence = [row["evidence"] for row in operation.docs]
        beside = all(row["page"] for row in operation.docs) or operation.id in OBSERVED
        assert "documented" in evidence or beside, operation.id


def test_menu_agrees_with_the_entries_of_its_rows() -> None:
    for place_, row in MENU.items():
        entries = pages_of(row)
        assert len(entries) == 1, place_
        assert {page.raw["title"] for page in entries} == {row["title"]}, place_
        assert {page.raw["method"] for page in entries} == {row["method"]}, place_


def test_every_titled_entry_is_a_row_of_a_menu() -> None:
    pages = {row["page"] for row in EVIDENCE.menu} - {None}
    strays = {
        page.row
        for page in EVIDENCE.pages
        if page.raw["title"] and page.id not in pages and page.row not in MENU
    }
    assert strays == PROSE


def test_every_evidence_file_is_explained() -> None:
    readme = (EVIDENCE.root / "README.md").read_text(encoding="utf-8")
    files = sorted(EVIDENCE.root.glob("*.yaml"))
    assert len({file.name for file in files} - {SYNCED}) == 8
    for file in files:
        assert isinstance(read_yaml(file), list)
        assert f"`{file.name}`" in readme
