"""What the pages of written differences say, kept beside the spec in `openapi/evidence/synced.yaml`.

An entry has the form of those in the other files there. It has no examples: they can hold personal data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codegen.documents import Json
from codegen.pages.facts import Answer, Field, PageFacts, Shape
from codegen.spec.schemas import mapping, sequence
from codegen.spec.yaml import dump_yaml, head_of, load_yaml
from codegen.sync.changes import Drift
from codegen.sync.writing.draft import FOLDER, SYNCED, Draft, Object
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
    return {f"{FOLDER}/{SYNCED}": text} if pages and text != before else {}


def _row(entry: Object) -> tuple[str, str, str]:
    """What an entry is found by: its page's id, or its place in the menu."""
    if entry.get("page"):
        return str(entry["page"]), "", ""
    return "", str(entry.get("section")), str(entry.get("title"))


def _head(page: PageFacts) -> Object:
    return {
        "page": _text(page.page or "") or None,
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
    parts: Object = {
        "headers": [*_headers(page)],
        "path_params": [*_parameters(page, "path")],
        "query": [*_parameters(page, "query")],
        "body": _body(page),
        "responses": {_text(answer.status): _answer(answer) for answer in answers.values()},
    }
    return {
        **_head(page),
        "last_modified": _text(page.last_modified or "") if page.modified_on else None,
        "method": _text(page.method),
        "path": _text(page.path),
        **{key: value for key, value in parts.items() if value},
        "evidence": "partial" if gaps else "full",
        **({"gaps": gaps} if gaps else {}),
    }


def _headers(page: PageFacts) -> Iterable[Object]:
    for header in page.headers:
        is_version = header.name.lower() == "api-version"
        if page.api_version or not is_version:
            yield {**_field(header), **({"example": _text(page.api_version or "")} if is_version else {})}


def _parameters(page: PageFacts, location: str) -> Iterable[Object]:
    return (_field(each) for each in page.parameters if each.location == location)


def _body(page: PageFacts) -> Json:
    if page.body is None:
        return None
    return "unknown" if page.body.shape is None else _fields(page.body.shape)


def _answer(answer: Answer) -> Object:
    fields = _fields(answer.shape, answered=True) if answer.shape else []
    return {"content_type": _text(answer.media_type) or None, "schema": fields}


def _fields(shape: Shape, *, answered: bool = False) -> list[Json]:
    return [_field(found, answered=answered) for found in shape.fields or ()]


def _field(found: Field, *, answered: bool = False) -> Object:
    shape = inner = found.shape
    kind = " or ".join(shape.types)
    if kind == "integer" and not is_count(found.name):
        # The spec has a decimal here: integer and number stand for each other on the pages.
        kind = "number-or-integer"
    while inner.items is not None:
        inner = inner.items
    entry: Object = {
        "name": _text(found.name),
        "type": _text(kind) or None,
        "required": found.required,
        "nullable": shape.nullable or (answered and None in shape.examples) if kind else None,
        "enum": [*map(_text, shape.enum)] if shape.enum else None,
        "format": _text(shape.format or "") or None,
        "pattern": _text(shape.pattern or "") or None,
        "schema_name": _text(inner.schema_name or "") or None,
        "source": "example" if found.by_example else None,
        "fields": _fields(inner, answered=answered) or None,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _text(found: str) -> str:
    """Text of a page that a file can hold."""
    return one_line(found, LONGEST)
