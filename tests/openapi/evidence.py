"""The evidence as these tests see it: pages with their fields, whatever notation a page has for them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.openapi.documents import ROOT, Object, as_list, as_object, read_yaml

FILES = (
    "buy",
    "card-payment-and-sell",
    "customers-balances-cards",
    "delivery-orders-overview",
    "ecommerce",
    "walletable",
)
_NULL = re.compile(r"\|? ?\bnull\b ?\|?")
# What `codegen sync --write` learnt; there from the first time that it writes something.
SYNCED = "synced.yaml"
# Marks that entries carry beside an example's own keys.
EXAMPLE_MARKS = {"_cut", "truncated", "note", "curl_query"}
# Samples that the docs generate from a schema print 0 for number and integer alike, and no flags.
GENERATED = {"schema-549775", "schema-page", "skeleton"}
BOUNDS = ("minimum", "maximum", "minLength", "maxLength")


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    required: bool | None
    nullable: bool | None
    enum: list[str] | None
    source: str
    bounds: dict[str, int]
    fields: tuple[Field, ...]

    @property
    def types(self) -> frozenset[str] | None:
        """The JSON types that the printed type allows; None where it tells nothing."""
        printed = _NULL.sub("", self.type).strip()
        if printed == "integer|number" or (printed in {"number", "integer"} and self.source in GENERATED):
            printed = "number-or-integer"
        for family, types in {
            "number-or-integer": {"number", "integer"},
            "enum<string>": {"string"},
            "array": {"array"},
            "object": {"object"},
            "string": {"string"},
            "integer": {"integer"},
            "number": {"number"},
            "boolean": {"boolean"},
        }.items():
            if printed.startswith(family):
                return frozenset(types)
        return None


def parse_field(raw: Object) -> Field:
    printed = str(raw.get("type") or "")
    return Field(
        name=raw["name"],
        type=printed,
        required=raw.get("required"),
        nullable=True if _NULL.search(printed) else raw.get("nullable"),
        enum=raw.get("enum"),
        source=raw.get("source") or "schema",
        bounds={key: raw[key] for key in BOUNDS if key in raw},
        fields=parse_fields(raw.get("fields")),
    )


def parse_fields(raw: Any) -> tuple[Field, ...]:
    return tuple(parse_field(field) for field in as_list(raw) or [])


@dataclass(frozen=True)
class Page:
    raw: Object

    @property
    def row(self) -> tuple[str, str | None]:
        return self.raw["section"], self.raw["title"]

    @property
    def id(self) -> str | None:
        return self.raw.get("page")

    @property
    def operation(self) -> str:
        """Where it is no page: the operation whose answers were seen."""
        return self.raw["title"].partition(" ")[0] if self.raw["evidence"] == "observed" else ""

    @property
    def label(self) -> str:
        """The page's id, or where it has none known, its place in the menu."""
        return self.id or " / ".join(filter(None, self.row))

    @property
    def has_content(self) -> bool:
        return bool(self.raw["evidence"] != "menu-only")

    @property
    def scheme(self) -> str | None:
        """Digest or bearer, None where the page shows none."""
        shown = re.search("digest|bearer", str(self.raw.get("auth")), re.IGNORECASE)
        return shown[0].lower() if shown else None

    @property
    def names_its_endpoint(self) -> bool:
        return self.has_content and self.raw["path"] is not None

    @property
    def strength(self) -> str:
        """How well its row of the menu is known by it."""
        if not self.names_its_endpoint:
            return "listed"
        return "addressed" if self.raw.get("body") == "unknown" else "documented"

    @property
    def body(self) -> tuple[Field, ...]:
        return parse_fields(self.raw.get("body"))

    @property
    def query(self) -> tuple[Field, ...]:
        return parse_fields(self.raw.get("query"))

    @property
    def answer(self) -> Object:
        return self.raw.get("responses", {}).get("200") or {}

    @property
    def data(self) -> Field | None:
        """The `data` of the answer, by the field list or else by what the example shows."""
        listed = self.answer.get("schema") or self.answer.get("example_fields")
        return next((f for f in parse_fields(listed) if f.name == "data"), None)

    @property
    def request_examples(self) -> list[Object]:
        return [_unmarked(example) for example in self.raw.get("request_examples", [])]

    @property
    def data_examples(self) -> list[Any]:
        return [_unmarked(example)["data"] for example in self.answer.get("examples", [])]

    @property
    def api_versions(self) -> set[str]:
        headers: list[Object] = self.raw.get("headers", [])
        shown = (
            header.get("example") or header.get("default")
            for header in headers
            if header["name"] == "api-version"
        )
        return {version for version in shown if version}

    @property
    def last_modified(self) -> str | None:
        stamp: str | None = self.raw["last_modified"]
        return stamp[:10] if stamp else None


def _unmarked(example: Object) -> Object:
    return {key: value for key, value in example.items() if key not in EXAMPLE_MARKS}


def superseded(pages: list[Page], newer: list[Page]) -> tuple[list[Page], list[Page]]:
    """Pages as the newer entries have them, and the newer entries that are of none of these pages."""
    found: list[Page] = []
    left = list(newer)
    for page in pages:
        new = next((new for new in newer if _is_same(page, new)), None)
        found.append(Page(_renewed_page(page.raw, new.raw)) if new else page)
        left = [other for other in left if other is not new]
    return found, left


def renewed(menu: list[Object], pages: list[Page], newer: list[Page]) -> list[Object]:
    """The menu with the page ids and the rows that were learnt since."""
    ids = {page.row: page.id for page in pages if page.id}
    known = [{**row, "page": row["page"] or ids.get((row["section"], row["title"]))} for row in menu]
    places = {(row["section"], row["title"]) for row in menu}
    learnt = ("section", "title", "method", "page")
    return [*known, *({key: page.raw[key] for key in learnt} for page in newer if page.row not in places)]


def _is_same(old: Page, new: Page) -> bool:
    return old.id == new.id if old.id and new.id else old.row == new.row


def _renewed_page(old: Object, new: Object) -> Object:
    """What the newer entry says; place, examples, and what only examples show, stay."""
    answers: Object = {**(as_object(old.get("responses")) or {})}
    for status, answer in (as_object(new.get("responses")) or {}).items():
        before: Object = answers.get(status) or {}
        schema = _renewed_fields(before.get("schema"), answer.get("schema"))
        answers[status] = {**before, **answer, "schema": schema}
    kept: Object = {key: old[key] for key in ("section", "title") if key in old}
    merged = {**old, **new, **kept, "responses": answers}
    if isinstance(new.get("body"), list):
        merged["body"] = _renewed_fields(old.get("body"), new["body"])
    return merged


def _renewed_fields(old: Any, new: Any) -> list[Object]:
    before: dict[str, Object] = {field["name"]: field for field in as_list(old) or []}
    fields: list[Object] = []
    for raw in as_list(new) or []:
        inside = _renewed_fields(before.get(raw["name"], {}).get("fields"), raw.get("fields"))
        fields.append({**raw, "fields": inside} if inside else raw)
    names = {raw["name"] for raw in fields}
    shown = [raw for name, raw in before.items() if name not in names and (not new or raw.get("source"))]
    return [*fields, *shown]


@dataclass(frozen=True)
class Evidence:
    root: Path = ROOT / "evidence"
    menu: list[Object] = field(init=False)
    pages: list[Page] = field(init=False)
    schemas: list[tuple[str, Object]] = field(init=False)
    """By section and name; some stand in two files."""
    observed: list[Page] = field(init=False)
    """What was seen of the answers of operations."""

    def __post_init__(self) -> None:
        path = self.root / SYNCED
        learnt = [Page(raw) for raw in as_list(read_yaml(path)) or []] if path.exists() else []
        newer = [page for page in learnt if not page.operation]
        object.__setattr__(self, "observed", [page for page in learnt if page.operation])
        entries = [raw for stem in (*FILES, "schemas") for raw in read_yaml(self.root / f"{stem}.yaml")]
        schemas = [raw for raw in entries if "kind" in raw]
        own = [Page(raw) for stem in FILES for raw in read_yaml(self.root / f"{stem}.yaml")]
        pages, newer = superseded([page for page in own if "kind" not in page.raw], newer)
        object.__setattr__(self, "menu", renewed(read_yaml(self.root / "menu.yaml"), pages, newer))
        object.__setattr__(self, "pages", [*pages, *newer])
        object.__setattr__(
            self, "schemas", [(f"{raw['section']} / {raw.get('name', raw['title'])}", raw) for raw in schemas]
        )

    @property
    def documented(self) -> list[Page]:
        """The pages that name an endpoint and describe it."""
        return [page for page in self.pages if page.names_its_endpoint]
