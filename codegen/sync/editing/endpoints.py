"""New operations: a page becomes a typed method, with its path, its schemas, and its row in the menu."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from codegen.documents import Json
from codegen.pages.facts import PageFacts, Shape
from codegen.spec.bundle import LISTED_FILE
from codegen.spec.operations import VERBS
from codegen.spec.schemas import mapping, sequence, text
from codegen.sync.editing import pages as together
from codegen.sync.editing import samples
from codegen.sync.editing.naming import (
    method_name,
    resource_name,
    segments,
)
from codegen.sync.editing.parts import UNTITLED, answer_data, docs_row, parameter_entry, plain, request_body
from codegen.sync.editing.rules import UnwritableError
from codegen.sync.editing.shaping import Shaper
from codegen.sync.editing.specfiles import Object, SpecFiles, insert
from codegen.sync.editing.targets import newest, on_page

_PATH = re.compile(r"(?:/(?:[A-Za-z0-9_.~-]+|\{[A-Za-z][A-Za-z0-9_]*\}))+")
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")
_SETTINGS = frozenset(
    {"api-version", "x-client-id", "accept-language", "authorization", "content-type", "accept"}
)


@dataclass
class Endpoint:
    """A new operation on its way into the files."""

    files: SpecFiles
    pages: tuple[PageFacts, ...]
    notes: list[str] = field(default_factory=list[str])

    def write(self, listed: str = "") -> str:
        """Write the operation.

        Args:
            listed: the id of the listed row that it replaces, if there is one.

        Returns:
            The id of its method.

        Raises:
            UnwritableError: a person has to write it.
        """
        page = newest(self.pages)
        verb, path = page.method.lower(), self._path(page.path)
        if verb not in VERBS:
            raise UnwritableError(f"{page.method[:20]} is no HTTP method that the client sends")
        if any(spot.path == path and spot.verb == verb for spot in self.files.operations()):
            raise UnwritableError(f"the spec has an operation {page.method} {path} already")
        row = move_listed_row(self.files, listed) if listed else {}
        resource, _, name = (listed or self._identifier(page, verb, path)).partition(".")
        file, item = self._path_item(path, resource, name)
        item[verb] = self._operation(page, f"{resource}.{name}", verb, path, file, row)
        self._tag(resource, page)
        return f"{resource}.{name}"

    def _operation(
        self, page: PageFacts, identifier: str, verb: str, path: str, file: str, row: Object
    ) -> Object:
        resource, _, name = identifier.partition(".")
        home = f"schemas/{resource}.yaml"
        envelope, data = together.data_of(together.answer(self.pages))
        rows: list[Json] = [docs_row(each, row) for each in self.pages]
        operation: Object = {
            "operationId": identifier,
            "tags": [resource],
            "summary": f"{plain(text(row.get('title')) or page.title) or UNTITLED}.",
            "description": f"Written from what is documented {on_page(self.pages)}; "
            "nobody has described it in our own words yet.",
            **({"deprecated": True} if all(each.deprecated for each in self.pages) else {}),
            "x-minted-evidence": "documented",
            "x-minted-docs": rows,
        }
        if page.api_version and re.fullmatch(r"[A-Za-z0-9.\-]{1,20}", page.api_version):
            operation["x-minted-api-version"] = page.api_version
        operation["x-minted-envelope"] = envelope
        if verb == "get":
            operation["x-minted-idempotent"] = True
        parameters = self._parameters(path, file, home)
        if parameters:
            operation["parameters"] = parameters
        body = self._body(verb, name, file, home)
        if body:
            operation["requestBody"] = body
        operation["responses"] = self._responses(data, "data" if envelope else "", name, file, home)
        self._note_headers(page)
        return operation

    # ------------------------------------------------------------------ name and place
    def _path(self, given: str) -> str:
        """The path as the spec writes it: one that is there already keeps the names of its parameters."""
        if not _PATH.fullmatch(given):
            raise UnwritableError(f"{given[:120]!r} is no path that can be called")
        names = _PLACEHOLDER.findall(given)
        if len(set(names)) < len(names):
            raise UnwritableError(f"{given[:120]} has the same parameter twice")
        form = _PLACEHOLDER.sub("{}", given)
        known = mapping(self.files.root.get("paths"))
        return next((path for path in known if _PLACEHOLDER.sub("{}", path) == form), given)

    def _identifier(self, page: PageFacts, verb: str, path: str) -> str:
        resource = self._resource(page, path)
        taken = {entry.id for entry in self.files.known.entries}
        data = together.data_of(together.answer(self.pages))[1]
        several = data.types == ("array",) if data and data.types else None
        return f"{resource}.{method_name(page.title, verb, path, resource, taken, several=several)}"

    def _resource(self, page: PageFacts, path: str) -> str:
        """The resource of what begins with the same word of the path, or stands in the same section."""
        start = segments(path)[:1]
        for spot in self.files.operations():
            if start and segments(spot.path)[:1] == start:
                return spot.resource
        section = " / ".join(page.section or ())
        entries = self.files.known.methods
        there = {m.resource for m in entries if section in {row.section for row in m.docs}}
        there |= {row.resource for row in self.files.known.listed if row.section == section}
        return next(iter(there)) if len(there) == 1 else resource_name(path, plain(section))

    def _path_item(self, path: str, resource: str, name: str) -> tuple[str, Object]:
        """The file and the path item that an operation belongs to; made where there is none."""
        paths = mapping(self.files.root.get("paths"))
        line = text(mapping(paths.get(path)).get("$ref"))
        if line:
            file, _, key = line.partition("#/")
            return file, mapping(mapping(self.files.documents[file])[key])
        file = f"paths/{resource}.yaml"
        document = mapping(self.files.documents.setdefault(file, {}))
        key, number = name, 2
        while key in document:
            key, number = f"{name}_{number}", number + 1
        item: Object = {}
        document[key] = item
        near = [known for known in paths if referred_file(paths, known) == file]
        insert(paths, path, {"$ref": f"{file}#/{key}"}, (near or [""])[-1])
        return file, item

    def _tag(self, resource: str, page: PageFacts) -> None:
        tags = sequence(self.files.root.get("tags"))
        if resource not in {text(mapping(tag).get("name")) for tag in tags}:
            section = plain((page.section or ("",))[-1]) or resource
            tags.append({"name": resource, "description": f"What the documentation has under {section}."})

    # ------------------------------------------------------------------ what is sent and answered
    def _parameters(self, path: str, file: str, home: str) -> list[Json]:
        shaper = Shaper(self.files, home, True, on_page(self.pages))
        theirs = _PLACEHOLDER.findall(newest(self.pages).path)
        found: list[Json] = []
        for name, printed in zip(_PLACEHOLDER.findall(path), theirs, strict=True):
            shape = together.path_shape(self.pages, printed)
            found.append(parameter_entry(shaper, name, shape, True, file, location="path"))
        for parameter in together.query(self.pages):
            required = parameter.required is True
            found.append(parameter_entry(shaper, parameter.name, parameter.shape, required, file))
        return found

    def _body(self, verb: str, name: str, file: str, home: str) -> Object:
        shape = together.body(self.pages)
        if together.has_hidden_body(self.pages):
            raise UnwritableError("it sends something that the page does not show, or that is no JSON")
        if shape is None or shape.fields == ():
            return {}
        if verb == "get":
            raise UnwritableError("the page shows a body for a GET")
        return request_body(
            Shaper(self.files, home, True, on_page(self.pages)), shape, name, file, self.pages
        )

    def _responses(self, data: Shape | None, at: str, name: str, file: str, home: str) -> Object:
        shaper = Shaper(self.files, home, False, on_page(self.pages), method=name)
        schema = answer_data(shaper, data, home, file, samples.values_at(self.pages, at), self.notes)
        told = f"What is answered, as it stands {on_page(self.pages)}."
        status = next((a.status for page in self.pages for a in page.success), "200")
        return {
            status if status.isdecimal() and len(status) == 3 else "200": {
                "description": told if schema else "It went well. What `data` holds is not documented.",
                "content": {"application/json": {"schema": schema}},
            }
        }

    def _note_headers(self, page: PageFacts) -> None:
        for header in page.headers:
            if header.required and header.name.lower() not in _SETTINGS:
                self.notes.append(f"the page requires the header {header.name[:80]}, which no method sends")


def move_listed_row(files: SpecFiles, identifier: str) -> Object:
    """Take a row out of listed.yaml.

    Raises:
        UnwritableError: there is none of that id.
    """
    rows = files.listed
    for index, row in enumerate(map(mapping, rows)):
        if row.get("id") == identifier:
            del rows[index]
            return row
    raise UnwritableError(f"{LISTED_FILE} has no row {identifier}")


def referred_file(paths: Object, path: str) -> str:
    """The file that a line under `paths` leads to."""
    return text(mapping(paths.get(path)).get("$ref")).partition("#")[0]
