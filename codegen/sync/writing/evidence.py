"""What the pages of written differences say, kept beside the spec in `openapi/evidence/synced.yaml`.

An entry has the form of those in the other files there. It has no examples: they can hold personal data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codegen.documents import Json
from codegen.pages.facts import Answer, Field, PageFacts, Shape
from codegen.spec.schemas import mapping, sequence
from codegen.spec.yaml import dump_yaml, head_of, load_yaml
from codegen.sync.changes import Drift
from codegen.sync.writing.draft import SYNCED, Draft, Object
from codegen.sync.writing.endpoints import UNKNOWN_SECTION, UNTITLED
from codegen.sync.writing.schemas import is_count, plain
from codegen.terminal import one_line

LONGEST = 200
"""Characters of a text that are kept."""
HEADING = """\
# Pages of which `python -m codegen sync --write` wrote something into the spec. Marks and keys: README.md.
# An entry takes the place of what the other files have of the same page; examples stand there only.
"""


def synced(draft: Draft, applied: Sequence[Drift]) -> dict[str, str]:
    """The file of synced pages, with those of some differences.

    Raises:
        SpecError: the file is there and cannot be read.
    """
    pages = {_row(_head(page)): page for drift in applied for page in drift.pages}
    before = draft.present.get(SYNCED)
    known = sequence(load_yaml(before, SYNCED)) if before else []
    entries = {_row(mapping(entry)): entry for entry in known}
    for key in sorted(pages):
        entries[key] = _entry(pages[key])
    text = dump_yaml([*entries.values()], head_of(before) if before else HEADING)
    return {SYNCED: text} if pages and text != before else {}


def _row(entry: Object) -> tuple[str, ...]:
    """What an entry is found by: its page's id, its place in the menu, or the answers that it tells of."""
    if entry.get("page"):
        return (str(entry["page"]),)
    return "", str(entry.get("section")), str(entry.get("title"))


def _head(page: PageFacts) -> Object:
    if page.operation:
        return {"page": None, "section": "Seen in answers", "title": page.label.removeprefix("observed: ")}
    return {
        "page": page.page,
        "section": " / ".join(map(plain, page.section or ())) or UNKNOWN_SECTION,
        "title": plain(page.title) or UNTITLED,
    }


def _entry(page: PageFacts) -> Object:
    gaps: list[Json] = [plain(str(remark)) for remark in page.remarks]
    if page.body and page.body.shape is None:
        gaps.append("the body is not shown")
    if not any(answer.shape for answer in page.success):
        gaps.append("the answer is not shown")
    # Of several answers with one status, the first.
    answers = {answer.status: answer for answer in reversed(page.answers) if answer.shape}
    entry: Object = {
        **_head(page),
        "last_modified": page.last_modified if page.modified_on else None,
        "method": page.method,
        "path": page.path,
        "headers": [*_headers(page)],
        "path_params": [_field(each) for each in page.parameters if each.location == "path"],
        "query": [_field(each) for each in page.parameters if each.location == "query"],
        "body": (_fields(page.body.shape) or "unknown") if page.body else None,
        "responses": {status: _answer(answer) for status, answer in answers.items()},
        "evidence": "observed" if page.operation else "partial" if gaps else "full",
        "gaps": gaps,
    }
    return {key: _clean(value) for key, value in entry.items() if value or key in ("page", "last_modified")}


def _headers(page: PageFacts) -> Iterator[Object]:
    for header in page.headers:
        is_version = header.name.lower() == "api-version"
        if page.api_version or not is_version:
            yield {**_field(header), **({"example": page.api_version} if is_version else {})}


def _answer(answer: Answer) -> Object:
    return {"content_type": answer.media_type or None, "schema": _fields(answer.shape, answered=True)}


def _fields(shape: Shape | None, *, answered: bool = False) -> list[Json]:
    return [_field(found, answered=answered) for found in (shape.fields if shape else None) or ()]


def _field(found: Field, *, answered: bool = False) -> Object:
    shape = inner = found.shape
    # A type that only an example shows is not what the page prints.
    kind = "" if shape.by_example and not found.by_example else " or ".join(shape.types)
    if kind == "integer" and not is_count(found.name):
        # The spec has a decimal here: integer and number stand for each other on the pages.
        kind = "number-or-integer"
    while inner.items is not None:
        inner = inner.items
    entry: Object = {
        "name": found.name,
        "type": kind,
        "required": found.required,
        "nullable": shape.nullable or (answered and None in shape.examples)
        if kind
        else shape.nullable or None,
        "enum": [*(shape.enum or ())],
        "format": shape.format,
        "pattern": shape.pattern,
        "schema_name": inner.schema_name,
        "source": "example" if found.by_example else None,
        "fields": _fields(inner, answered=answered),
    }
    return {key: value for key, value in entry.items() if value not in (None, "", [])}


def _clean(node: Json) -> Json:
    """Texts of a page as a file can hold them."""
    if isinstance(node, dict):
        return {one_line(key, LONGEST): _clean(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_clean(value) for value in node]
    return one_line(node, LONGEST) if isinstance(node, str) else node
