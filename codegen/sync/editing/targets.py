"""Where a difference lies in the spec's files: the node that is meant, and what it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.documents import Json, Place
from codegen.pages.facts import PageFacts
from codegen.spec.schemas import SCHEMA_PREFIX, mapping, sequence, text
from codegen.sync.changes import Drift
from codegen.sync.editing.rules import UnwritableError
from codegen.sync.editing.specfiles import Object, OperationSpot, SpecFiles, referred


@dataclass(frozen=True)
class Target:
    """A node of the spec's files."""

    files: SpecFiles
    file: str
    place: Place

    @property
    def node(self) -> Json:
        """The node itself."""
        return self.files.at(self.file, self.place)

    @property
    def object(self) -> Object:
        """The node as a mapping.

        Raises:
            UnwritableError: it is none, or it is not there.
        """
        node = self.node
        if not isinstance(node, dict):
            raise UnwritableError(f"openapi/{self.file} has no mapping where this belongs")
        return node

    @property
    def parent(self) -> Target:
        """What holds the node."""
        return Target(self.files, self.file, self.place[:-1])

    @property
    def name(self) -> str:
        """The key under which it stands."""
        return str(self.place[-1]) if self.place else ""

    @property
    def schema_name(self) -> str:
        """The schema of the list that it is or is part of; empty inside an operation."""
        return self.name_at_top if self.file.startswith("schemas/") else ""

    @property
    def name_at_top(self) -> str:
        """The first key of its place."""
        return str(self.place[0]) if self.place else ""

    def put(self, value: Json) -> None:
        """Put another value in the node's place."""
        holder = self.parent.node
        if isinstance(holder, dict):
            holder[self.name] = value
        elif isinstance(holder, list):
            holder[int(self.name)] = value


def target(files: SpecFiles, drift: Drift) -> Target:
    """The node at the place of a difference."""
    file, place = files.locate(drift.place)
    return Target(files, file, place)


def followed(found: Target) -> Target:
    """The schema that a node refers to, perhaps beside null; the node itself if it is no reference."""
    node = mapping(found.node)
    named = referred(node)
    for branch in map(mapping, sequence(node.get("anyOf"))):
        named = named or referred(branch)
    if not named or not found.files.schema_file(named):
        return found
    return Target(found.files, found.files.schema_file(named), (named,))


def operation_of(files: SpecFiles, drift: Drift) -> OperationSpot:
    """The operation that a difference is about.

    Raises:
        UnwritableError: there is none.
    """
    spot = files.operation(drift.method) if drift.method else None
    if spot is None and drift.place[:1] == ("paths",):
        spot = next((s for s in files.operations() if drift.place[1:3] == (s.path, s.verb)), None)
    if spot is None:
        raise UnwritableError("the spec has no operation for it")
    return spot


def home_of(spot: OperationSpot) -> str:
    """The file for schemas that an operation brings."""
    return f"schemas/{spot.resource}.yaml"


def row_of(found: Target) -> Object:
    """A row of `x-minted-docs`.

    Raises:
        UnwritableError: the place of the difference is none.
    """
    row = found.object
    if not {"page", "title", "section"} <= row.keys():
        raise UnwritableError("its place is no row of x-minted-docs")
    return row


def answer_schema(spot: OperationSpot) -> tuple[Object, Object]:
    """What holds the schema of an operation's answer, and the schema."""
    for status, answer in mapping(spot.operation.get("responses")).items():
        if status.startswith("2"):
            media = mapping(mapping(mapping(answer).get("content")).get("application/json"))
            return media, mapping(media.get("schema"))
    return {}, {}


def body_schema(spot: OperationSpot) -> Object:
    """The schema of an operation's body, empty if it takes none."""
    content = mapping(mapping(spot.operation.get("requestBody")).get("content"))
    return mapping(mapping(content.get("application/json")).get("schema"))


def methods_with(files: SpecFiles, schema: str) -> tuple[str, ...]:
    """The methods that send or answer a schema, sorted."""
    spec = files.known
    bodies: list[tuple[str, list[Json]]] = [
        (method.id, [dict(method.result), {"$ref": f"{SCHEMA_PREFIX}{method.body or ''}"}])
        for method in spec.methods
    ]
    return tuple(sorted(method for method, roots in bodies if schema in spec.closure(roots)))


def strongest(operation: Object) -> None:
    """Let an operation claim what the best of its rows is."""
    rows = [text(mapping(row).get("evidence")) for row in sequence(operation.get("x-minted-docs"))]
    operation["x-minted-evidence"] = "documented" if "documented" in rows else "sibling"


def newest(pages: tuple[PageFacts, ...]) -> PageFacts:
    """The page that was changed last; the first of them where none has a date.

    Raises:
        UnwritableError: there is no page.
    """
    if not pages:
        raise UnwritableError("no page shows it")
    return max(pages, key=lambda page: (page.modified_on or "", -pages.index(page)))


def on_page(pages: tuple[PageFacts, ...]) -> str:
    """How a description names where something is documented: `on api-3652432`."""
    page = newest(pages)
    title = " ".join("".join(c if c.isprintable() else " " for c in page.title).split())[:80]
    return f"on {page.page}" if page.page else f"on the page {title.rstrip('.')}"
