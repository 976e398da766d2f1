"""The parts of an operation that a page brings: parameters, bodies, answers, rows of the menu."""

from __future__ import annotations

from codegen.docs.facts import PageFacts, Shape
from codegen.documents import Json
from codegen.schemas import text, types
from codegen.sync.editing import samples
from codegen.sync.editing.naming import class_name, is_wire_name, singular
from codegen.sync.editing.rules import UnwritableError, without_null
from codegen.sync.editing.shaping import Shaper
from codegen.sync.editing.specfiles import Object, referred
from minted_async.core.secret_names import is_secret

UNKNOWN_SECTION = "Not given by the page"
UNTITLED = "Untitled"


def parameter_entry(
    shaper: Shaper, name: str, shape: Shape, required: bool, file: str, *, location: str = "query"
) -> Object:
    """A parameter as an operation has it.

    Args:
        shaper: what writes its schema.
        name: its name.
        shape: what the page shows.
        required: whether a call needs it.
        file: the file of the operation.
        location: `path` or `query`.

    Raises:
        UnwritableError: the client cannot send it in a URL.
    """
    if not is_wire_name(name):
        raise UnwritableError(f"{name[:80]!r} cannot be the name of a parameter")
    if is_secret(name):
        raise UnwritableError(f"{name} is a secret and must not stand in a URL")
    schema = without_null(shaper.schema(shape, name, file))
    if types(schema) in (("array",), ("object",)) or referred(schema) == "JsonObject" or "anyOf" in schema:
        raise UnwritableError(f"{name} is no single value, and the client sends no lists in a URL")
    if types(schema) == ("string",) and location == "path":
        # A path with an empty part would be another path; this scalar is never empty.
        schema = dict[str, Json]({"$ref": shaper.reference(file, "ExternalId")})
    needed: Object = {"required": True} if required else {}
    described = shaper.described(shape, name)
    return {"name": name, "in": location, **needed, "description": described, "schema": schema}


def request_body(
    shaper: Shaper, shape: Shape, method: str, file: str, pages: tuple[PageFacts, ...]
) -> Object:
    """The request body of an operation, its schema written.

    Raises:
        UnwritableError: it is no object, or one of its fields cannot be written.
    """
    if not shape.fields or (shape.types and shape.types != ("object",)) or len(shape.alternatives) > 1:
        raise UnwritableError("the body is no object with fields, so it gives no arguments")
    resource = shaper.home.removeprefix("schemas/").removesuffix(".yaml")
    of = [word for word in map(singular, resource.split("_")) if word not in method.split("_")]
    name = class_name(method, *of) + "Request"
    seen = samples.values_at(pages, "body")
    described = f"What to send, as it stands {shaper.page}."
    made = shaper.named_object(shape, [name], described, seen=seen)
    return {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": shaper.reference(file, made)}}},
    }


def answer_data(
    shaper: Shaper, data: Shape | None, home: str, file: str, seen: list[Json], notes: list[str]
) -> Object:
    """The schema of an answer's data; an empty one where it is not known."""
    if data is None or (data.types == ("object",) and not data.fields):
        return {}
    resource = home.removeprefix("schemas/").removesuffix(".yaml")
    name = "_".join(map(singular, resource.split("_")))
    try:
        schema = without_null(shaper.schema(data, name, file, seen=seen))
    except UnwritableError as reason:
        shaper.forget(set())
        notes.append(f"the data of the answer comes as it is: {reason}")
        return {}
    notes.extend(f"left out: {reason}" for reason in shaper.left_out)
    return schema


def docs_row(page: PageFacts, listed: Object | None = None, method: str = "") -> Object:
    """The row of `x-minted-docs` for a page.

    Args:
        page: the page.
        listed: the row of listed.yaml that it was until now, whose title and section stay.
        method: the method that it documents, where an operation has several.
    """
    row = listed or {}
    section = " / ".join(plain(part) for part in page.section or ())
    return {
        "page": page.page or row.get("page"),
        "title": text(row.get("title")) or plain(page.title) or UNTITLED,
        "section": text(row.get("section")) or section or UNKNOWN_SECTION,
        "last_modified": page.modified_on,
        "evidence": "documented",
        **({"method": method} if method else {}),
    }


def plain(found: str) -> str:
    """Text of a page on one line, printable and not endless."""
    printable = "".join(character if character.isprintable() else " " for character in found)
    return " ".join(printable.split())[:120].rstrip(".")
