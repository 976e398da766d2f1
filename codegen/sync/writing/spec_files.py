"""The files of the spec as plain documents to edit, and the way back to their text."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from codegen.documents import Json, Place
from codegen.findings import SpecError
from codegen.spec import Spec, load_spec
from codegen.spec.bundle import LISTED_FILE, ROOT_FILE, spec_files
from codegen.spec.lint import lint
from codegen.spec.operations import VERBS
from codegen.spec.schemas import SCHEMA_PREFIX, look_up, mapping, sequence, text
from codegen.spec.yaml import dump_yaml, head_of, read_text, read_yaml
from codegen.sync.changes import Drift
from codegen.sync.matching import schemas_of

FOLDER = "openapi"

Object: TypeAlias = dict[str, Json]


class UnwritableError(Exception):
    """Something that nobody but a person can write into the spec; says why."""


@dataclass(frozen=True)
class OperationSpot:
    """An operation of the spec's files, and where it stands."""

    operation: Object
    path: str
    verb: str
    file: str

    @property
    def id(self) -> str:
        """Its `operationId`, `orders.get`."""
        return text(self.operation.get("operationId"))

    @property
    def resource(self) -> str:
        """The resource that it belongs to."""
        return self.id.rpartition(".")[0]


@dataclass
class SpecFiles:
    """The documents of a spec's folder. Edits change them in place; nothing touches the disk.

    What they hold is by their names below the folder. New schemas refer to others by name.
    """

    folder: Path
    heads: dict[str, str]
    """The comment at the head of each."""
    present: dict[str, Json]
    """What each says on the disk."""
    documents: dict[str, Json]
    """What each has to say; to be changed through `own` only."""
    base: Spec
    """The typed view of what is on the disk."""
    made: dict[str, bool]
    """The schemas that edits added, and whether they are sent."""
    owned: set[str] = field(default_factory=set[str])
    """The files that no copy shares with another."""

    @classmethod
    def read(cls, folder: Path) -> SpecFiles:
        """Read all files of a folder.

        Raises:
            SpecError: a file is missing, is no YAML, or has not the form of a spec.
        """
        names = [path.relative_to(folder).as_posix() for path in spec_files(folder)]
        documents = {name: read_yaml(folder / name, name) for name in names}
        heads = {name: head_of(read_text(folder / name, name)) for name in names}
        return cls(folder, heads, documents, dict(documents), load_spec(folder, documents), {})

    def copy(self) -> SpecFiles:
        """The same documents, to be edited without an effect on these; what is edited is copied then."""
        return replace(self, documents=dict(self.documents), made=dict(self.made), owned=set())

    def own(self, name: str) -> Json:
        """A document to edit; an empty mapping where there is no such file yet."""
        if name not in self.owned or name not in self.documents:
            self.documents[name] = deepcopy(self.documents.get(name, {}))
            self.owned.add(name)
        return self.documents[name]

    def finished(self) -> dict[str, Json]:
        """The documents as they are written: what edits refer to by name, by its file."""
        return {
            name: document if document is self.present.get(name) else self._linked(document, name)
            for name, document in self.documents.items()
        }

    def _linked(self, node: Json, file: str) -> Json:
        if isinstance(node, list):
            return [self._linked(value, file) for value in node]
        if not isinstance(node, dict):
            return node
        if not text(node.get("$ref")).startswith(SCHEMA_PREFIX):
            return {key: self._linked(value, file) for key, value in node.items()}
        name = referred(node)
        home = self.schema_file(name)
        stem = posixpath.relpath(home, posixpath.dirname(file))
        return {**node, "$ref": f"#/{name}" if file == home else f"{stem}#/{name}"}

    def texts(self) -> dict[str, str]:
        """Text of every file that says something else than on the disk, by path below the root."""
        return {
            f"{FOLDER}/{name}": dump_yaml(document, self._head(name))
            for name, document in self.finished().items()
            if document != self.present.get(name)
        }

    def _head(self, name: str) -> str:
        title = name.partition("/")[2].removesuffix(".yaml").replace("_", " ").capitalize()
        return self.heads.get(name, f"# {title}.\n" if name.startswith("schemas/") else "")

    def faults(self, scalars: frozenset[str]) -> tuple[str, ...]:
        """What the rules of the spec say against the documents as they are now."""
        try:
            lint(load_spec(self.folder, self.finished()), scalars)
        except SpecError as error:
            return tuple(f"{FOLDER}/{finding}" for finding in error.findings)
        return ()

    # ------------------------------------------------------------------ places
    def locate(self, place: Place) -> tuple[str, Place]:
        """The file, and the place in it, of a place in the bundle."""
        origins = self.base.bundle.origins
        for length in range(len(place), -1, -1):
            if place[:length] in origins:
                file, start = origins[place[:length]]
                return file, (*start, *place[length:])
        return ROOT_FILE, place

    def node(self, drift: Drift) -> Object:
        """The mapping at the place of a difference."""
        file, place = self.locate(drift.place)
        node = look_up(self.own(file), place)
        if not isinstance(node, dict):
            raise UnwritableError(f"openapi/{file} has no mapping where this belongs")
        return node

    def schema_at(self, drift: Drift) -> tuple[str, Object]:
        """The schema at the place of a difference, references followed, and its name if it is shared."""
        node = self.node(drift)
        names = [referred(node), *(referred(mapping(branch)) for branch in sequence(node.get("anyOf")))]
        name = next((name for name in names if self.schema_file(name)), "")
        if name:
            return name, mapping(mapping(self.own(self.schema_file(name))).get(name))
        file, place = self.locate(drift.place)
        return (str(place[0]) if file.startswith("schemas/") and len(place) == 1 else ""), node

    # ------------------------------------------------------------------ operations and rows
    @property
    def root(self) -> Object:
        """minted.yaml."""
        return mapping(self.own(ROOT_FILE))

    @property
    def listed(self) -> list[Json]:
        """The rows of listed.yaml."""
        return sequence(self.own(LISTED_FILE))

    def operations(self) -> Iterator[OperationSpot]:
        """Every operation, in the order of minted.yaml; to look at only."""
        for path, line in mapping(self.root.get("paths")).items():
            file, _, key = text(mapping(line).get("$ref")).partition("#/")
            item = mapping(mapping(self.documents.get(file)).get(key))
            for verb in VERBS:
                if verb in item:
                    yield OperationSpot(mapping(item[verb]), path, verb, file)

    def operation(self, drift: Drift) -> OperationSpot:
        """The operation that a difference is about."""
        for spot in self.operations():
            if drift.method in self.methods_of(spot):
                self.own(spot.file)
                where = spot.path, spot.verb
                return next(own for own in self.operations() if (own.path, own.verb) == where)
        raise UnwritableError("the spec has no operation for it")

    @staticmethod
    def methods_of(spot: OperationSpot) -> list[str]:
        """The methods that an operation becomes."""
        several = sequence(spot.operation.get("x-minted-methods"))
        return [text(mapping(method).get("id")) for method in several] or [spot.id]

    def methods(self) -> set[str]:
        """Every method that there is, typed or listed."""
        typed = {method for spot in self.operations() for method in self.methods_of(spot)}
        return typed | {text(mapping(row).get("id")) for row in self.listed}

    # ------------------------------------------------------------------ schemas
    @cached_property
    def _of_methods(self) -> dict[str, frozenset[str]]:
        """The schemas that each method of the base sends or answers."""
        return {method.id: schemas_of(self.base, method) for method in self.base.methods}

    def methods_with(self, schema: str) -> tuple[str, ...]:
        """The methods that send or answer a schema, sorted."""
        return tuple(sorted(method for method, names in self._of_methods.items() if schema in names))

    def goes_the_same_way(self, name: str, *, sent: bool) -> bool:
        """Whether a schema is only sent, or only answered."""
        if name in self.made:
            return self.made[name] is sent
        return (name in self.base.requests) is sent and (name in self.base.responses) is not sent

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

    def add_schema(self, file: str, name: str, schema: Object, after: str, *, sent: bool) -> None:
        """Write a new schema and list it."""
        insert(mapping(self.own(file)), name, schema, after)
        siblings = [known for known in self.components if self.schema_file(known) == file]
        before = after if after in siblings else (siblings or [""])[-1]
        insert(self.components, name, {"$ref": f"{file}#/{name}"}, before)
        self.made[name] = sent

    def remove_schema(self, name: str) -> None:
        """Take a schema out of its file and of the list."""
        file = self.schema_file(name)
        document = mapping(self.own(file))
        document.pop(name, None)
        self.components.pop(name, None)
        self.made.pop(name, None)
        if not document:
            self.documents.pop(file, None)


def insert(document: Object, key: str, value: Json, after: str = "", before: tuple[str, ...] = ()) -> None:
    """Put a key into a mapping, in place."""
    pairs = [(known, inside) for known, inside in document.items() if known != key]
    names = [known for known, _ in pairs]
    at = next((names.index(name) for name in before if name in names), len(names))
    pairs.insert(names.index(after) + 1 if after in names else at, (key, value))
    document.clear()
    document.update(pairs)


def referred(node: Mapping[str, Json]) -> str:
    """The name of the schema that a node of a file refers to, empty if it is no reference."""
    return text(node.get("$ref")).rpartition("/")[2]
