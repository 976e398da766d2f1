"""The files of the spec as plain documents to edit, and the way back to their text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from codegen.documents import Json, Place
from codegen.findings import SpecError
from codegen.spec import Spec
from codegen.spec.bundle import LISTED_FILE, ROOT_FILE, load_bundle, spec_files
from codegen.spec.lint import lint
from codegen.spec.operations import VERBS
from codegen.spec.schemas import mapping, sequence, text
from codegen.spec.yaml import dump_yaml, head_of, read_yaml

FOLDER = "openapi"
COMPONENTS: Place = ("components", "schemas")

Object: TypeAlias = dict[str, Json]


@dataclass(frozen=True)
class OperationSpot:
    """An operation of the spec's files, and where it stands."""

    operation: Object
    path: str
    verb: str
    file: str
    key: str
    """The key of its path item in the file."""

    @property
    def resource(self) -> str:
        """The resource that it belongs to."""
        return text(self.operation.get("operationId")).partition(".")[0]


@dataclass
class SpecFiles:
    """The documents of a spec's folder. Edits change them in place; nothing touches the disk.

    Attributes:
        folder: the folder that they were read from.
        original: text of each file as it is on the disk, by name below the folder.
        documents: what each file has to say.
        present: what each file says on the disk.
        headings: comments to stand above new keys, by file and place.
    """

    folder: Path
    original: dict[str, str]
    documents: dict[str, Json]
    present: dict[str, Json]
    headings: dict[str, dict[Place, str]] = field(default_factory=dict[str, dict[Place, str]])
    rendered: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """Texts that were made already; copies share them."""
    before: Spec | None = None
    """What these are a copy of."""

    @classmethod
    def read(cls, folder: Path) -> SpecFiles:
        """Read all files of a folder.

        Raises:
            SpecError: a file is missing or is no YAML.
        """
        names = [path.relative_to(folder).as_posix() for path in spec_files(folder)]
        documents = {name: read_yaml(folder / name, name) for name in names}
        original = {name: (folder / name).read_text("utf-8") for name in names}
        return cls(
            folder, original, documents, {name: _cloned(document) for name, document in documents.items()}
        )

    def copy(self) -> SpecFiles:
        """The same documents, to be edited without an effect on these."""
        return SpecFiles(
            self.folder,
            self.original,
            {name: _cloned(document) for name, document in self.documents.items()},
            self.present,
            {name: dict(headings) for name, headings in self.headings.items()},
            self.rendered,
            self.spec(),
        )

    def texts(self) -> dict[str, str]:
        """Text of every file as its document has it; unchanged lines are as they were."""
        return {name: self._text(name, document) for name, document in self.documents.items()}

    def spec(self) -> Spec:
        """The typed view of what the documents say now.

        Raises:
            SpecError: a reference leads nowhere, or something is not referred to.
        """
        return Spec(load_bundle(self.folder, self.documents))

    @cached_property
    def known(self) -> Spec:
        """The typed view before the edits of this copy; an edit that is half done cannot disturb it."""
        return self.before or self.spec()

    def faults(self, scalars: frozenset[str]) -> tuple[str, ...]:
        """What the rules of the spec say against the documents as they are now.

        Args:
            scalars: names of the schemas that are hand-written types.

        Returns:
            The findings; none if all is well.
        """
        try:
            lint(self.spec(), scalars)
        except SpecError as error:
            return tuple(f"{FOLDER}/{finding}" for finding in error.findings)
        return ()

    def at(self, file: str, place: Place) -> Json:
        """The node at a place of a file, None if there is none."""
        node: Json = self.documents.get(file)
        for part in place:
            if isinstance(node, dict) and str(part) in node:
                node = node[str(part)]
            elif isinstance(node, list) and str(part).isdecimal() and int(part) < len(node):
                node = node[int(part)]
            else:
                return None
        return node

    def locate(self, place: Place) -> tuple[str, Place]:
        """The file, and the place in it, of a place in the bundle."""
        origins = self.known.bundle.origins
        for length in range(len(place), -1, -1):
            if place[:length] in origins:
                file, start = origins[place[:length]]
                return file, (*start, *place[length:])
        return ROOT_FILE, place

    @property
    def root(self) -> Object:
        """minted.yaml."""
        return mapping(self.documents[ROOT_FILE])

    @property
    def listed(self) -> list[Json]:
        """The rows of listed.yaml."""
        return sequence(self.documents[LISTED_FILE])

    @property
    def components(self) -> Object:
        """The list of schemas in minted.yaml."""
        return mapping(mapping(self.root.get("components")).get("schemas"))

    def schema_file(self, name: str) -> str:
        """The file in which a schema of the list is written, empty if there is none of that name."""
        return text(mapping(self.components.get(name)).get("$ref")).partition("#")[0]

    def schema(self, name: str) -> Object:
        """A schema by its name, empty if there is none."""
        return mapping(mapping(self.documents.get(self.schema_file(name))).get(name))

    def add_schema(self, file: str, name: str, schema: Object, after: str = "") -> None:
        """Write a new schema and list it.

        Args:
            file: where it goes, `schemas/orders.yaml`; made if it is not there.
            name: its name.
            schema: what it says.
            after: the schema of the same file behind which it stands; the last one if empty.
        """
        document = self.documents.setdefault(file, {})
        insert(mapping(document), name, schema, after)
        siblings = [known for known in self.components if self.schema_file(known) == file]
        if not siblings:
            stem = file.removeprefix("schemas/").removesuffix(".yaml")
            self.headings.setdefault(ROOT_FILE, {})[(*COMPONENTS, name)] = stem
        before = after if after in siblings else (siblings or [""])[-1]
        insert(self.components, name, {"$ref": f"{file}#/{name}"}, before)

    def remove_schema(self, name: str) -> None:
        """Take a schema out of its file and of the list."""
        file = self.schema_file(name)
        document = mapping(self.documents.get(file))
        document.pop(name, None)
        self.components.pop(name, None)
        if not document:
            self.documents.pop(file, None)

    def prune(self, scalars: frozenset[str]) -> None:
        """Take out the schemas that no operation uses any more."""
        spec = self.spec()
        for name in sorted(spec.schemas.keys() - spec.requests - spec.responses - scalars):
            self.remove_schema(name)

    def operations(self) -> Iterator[OperationSpot]:
        """Every operation, in the order of minted.yaml."""
        for path, line in mapping(self.root.get("paths")).items():
            file, _, key = text(mapping(line).get("$ref")).partition("#/")
            item = mapping(mapping(self.documents.get(file)).get(key))
            for verb in VERBS:
                if verb in item:
                    yield OperationSpot(mapping(item[verb]), path, verb, file, key)

    def operation(self, method: str) -> OperationSpot | None:
        """The operation that becomes a method of the SDK, `orders.get`."""
        for spot in self.operations():
            several = [text(mapping(m).get("id")) for m in sequence(spot.operation.get("x-minted-methods"))]
            if method in (*several, text(spot.operation.get("operationId"))):
                return spot
        return None

    def _text(self, name: str, document: Json) -> str:
        if document == self.present.get(name):
            return self.original[name]
        key = name, json.dumps(document)
        if key not in self.rendered:
            self.rendered[key] = self._rewritten(name, document)
        return self.rendered[key]

    def _rewritten(self, name: str, document: Json) -> str:
        title = name.partition("/")[2].removesuffix(".yaml").replace("_", " ").capitalize()
        fresh = f"# {title}.\n" if name.startswith("schemas/") else ""
        return dump_yaml(document, head_of(self.original.get(name, fresh)))


def _cloned(node: Json) -> Json:
    if isinstance(node, dict):
        return {key: _cloned(value) for key, value in node.items()}
    return [_cloned(value) for value in node] if isinstance(node, list) else node


def insert(document: Object, key: str, value: Json, after: str = "", before: tuple[str, ...] = ()) -> None:
    """Put a key into a mapping, in place.

    Args:
        document: the mapping.
        key: the new key.
        value: its value.
        after: the key behind which it goes; the end if empty or not there.
        before: if `after` does not help, the first of these keys that is there, to put it in front of.
    """
    pairs = [(known, inside) for known, inside in document.items() if known != key]
    names = [known for known, _ in pairs]
    at = len(names)
    if after in names:
        at = names.index(after) + 1
    else:
        at = next((names.index(name) for name in before if name in names), at)
    pairs.insert(at, (key, value))
    document.clear()
    document.update(pairs)


def reference(file: str, name: str, home: str) -> str:
    """How a file refers to a schema.

    Args:
        file: the file that refers to it.
        name: the schema.
        home: the file in which it is written.

    Returns:
        `#/Order`, `orders.yaml#/Order` or `../schemas/orders.yaml#/Order`.
    """
    if file == home:
        return f"#/{name}"
    stem = home.removeprefix("schemas/")
    return f"{stem}#/{name}" if file.startswith("schemas/") else f"../{home}#/{name}"


def referred(node: Mapping[str, Json]) -> str:
    """The name of the schema that a node of a file refers to, empty if it is no reference."""
    return text(node.get("$ref")).rpartition("/")[2]
