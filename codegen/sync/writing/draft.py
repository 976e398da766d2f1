"""The spec on its way to what it is going to say: the bundle to edit, and the way back to its files."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import msgspec

from codegen.documents import Json, Place
from codegen.findings import pointer
from codegen.spec import Spec
from codegen.spec.bundle import LISTED_FILE, ROOT_FILE, Bundle, load_bundle, spec_files
from codegen.spec.schemas import look_up, mapping, reachable, reference, references, sequence
from codegen.spec.view import formed
from codegen.spec.yaml import dump_yaml, head_of, load_yaml, read_text

FOLDER = "openapi"
SYNCED = "evidence/synced.yaml"
"""What pages said from which something was written."""

Object: TypeAlias = dict[str, Json]

_PATHS: Place = ("paths",)
_SCHEMAS: Place = ("components", "schemas")


class UnwritableError(Exception):
    """Something that nobody but a person can write into the spec; says why."""


def refuse_if(wrong: object, reason: str) -> None:
    """Leave an edit to a person if something is wrong with it."""
    if wrong:
        raise UnwritableError(reason)


@dataclass
class Draft:
    """A spec that edits change in place. Nothing touches the disk."""

    present: dict[str, str]
    """The text of each of its files as it was read."""
    base: Spec
    """What they say."""
    bundle: Bundle
    """What they are going to say, and where each of its paths and schemas is written."""
    made: dict[str, bool]
    """The schemas that edits added, and whether they are sent."""

    @classmethod
    def read(cls, folder: Path) -> Draft:
        """Read all files of a folder.

        Raises:
            SpecError: a file is missing, is no YAML, or has not the form of a spec.
        """
        names = [path.relative_to(folder).as_posix() for path in spec_files(folder)]
        texts = {name: read_text(folder / name, name) for name in names}
        bundle = load_bundle(folder, {name: load_yaml(text, name) for name, text in texts.items()})
        if (folder / SYNCED).exists():
            texts[SYNCED] = read_text(folder / SYNCED, SYNCED)
        return cls(texts, formed(bundle), deepcopy(bundle), {})

    def copy(self) -> Draft:
        """The same, to be edited without an effect on this one."""
        # Far cheaper than `deepcopy`, and there is one copy for each edit.
        parts = msgspec.json.encode([self.bundle.document, self.bundle.listed])
        document, listed = msgspec.json.decode(parts)
        bundle = Bundle(document, listed, dict(self.bundle.origins))
        return replace(self, bundle=bundle, made=dict(self.made))

    @property
    def spec(self) -> Spec:
        """The typed view of what it says now."""
        return Spec(self.bundle)

    @property
    def paths(self) -> Object:
        """The path items."""
        return mapping(self.bundle.document.get("paths"))

    @property
    def schemas(self) -> Object:
        """The schemas by name."""
        return mapping(look_up(self.bundle.document, _SCHEMAS))

    @property
    def listed(self) -> list[Json]:
        """The rows of listed.yaml."""
        return sequence(self.bundle.listed)

    def at(self, place: Place) -> Object:
        """The mapping at a place of the bundle."""
        node = look_up(self.bundle.document, place)
        if not isinstance(node, dict):
            raise UnwritableError("the spec has no mapping where this belongs")
        return node

    def goes_the_same_way(self, schema: str, *, sent: bool) -> bool:
        """Whether a schema is only sent, or only answered."""
        if schema in self.made:
            return self.made[schema] is sent
        return (schema in self.base.requests) is sent and (schema in self.base.responses) is not sent

    def path_item(self, path: str, file: str, key: str) -> Object:
        """The path item of a path; a new one is written into a file under a key that is free there."""
        if path not in self.paths:
            taken = {spot[-1] for home, spot in self.bundle.origins.values() if spot and home == file}
            numbered = (f"{key}_{number}" for number in range(2, len(taken) + 3))
            free = next(name for name in (key, *numbered) if name not in taken)
            self._put((*_PATHS, path), {}, file, free)
        return mapping(self.paths[path])

    def add_schema(self, name: str, schema: Object, file: str, *, sent: bool) -> None:
        """Write a schema into a file."""
        self._put((*_SCHEMAS, name), schema, file, name)
        self.made[name] = sent

    def _put(self, place: Place, node: Json, file: str, key: str) -> None:
        """Add a part of the bundle behind the last one that is written into the same file."""
        self.bundle.origins[place] = file, (key,)
        parent, above = self.at(place[:-1]), place[:-1]
        beside = [known for known in parent if self._origin((*above, known))[0] == file]
        insert(parent, str(place[-1]), node, behind=beside)

    def _origin(self, place: Place) -> tuple[str, Place]:
        """File and place of a path item or schema."""
        return self.bundle.origins.get(place, (ROOT_FILE, place))

    def prune(self) -> None:
        """Take out the schemas that edits added and then had no use for."""
        schemas = self.schemas
        inside = {name: list(references(schema)) for name, schema in schemas.items()}
        old = [name for name in schemas if name not in self.made]
        for name in self.made.keys() - reachable([*references(self.paths), *old], inside):
            del schemas[name], self.bundle.origins[*_SCHEMAS, name], self.made[name]

    def texts(self) -> dict[str, str]:
        """The text of every file that says something else than when it was read, by path below the folder."""
        root = deepcopy(self.bundle.document)
        before = {name: load_yaml(text, name) for name, text in self.present.items()}
        listed = self._by_file(self.bundle.listed, LISTED_FILE)
        after: dict[str, Json] = {**before, ROOT_FILE: root, LISTED_FILE: listed}
        for above in (_PATHS, _SCHEMAS):
            parent = mapping(look_up(root, above))
            for key, node in parent.items():
                file, spot = self._origin((*above, key))
                if file != ROOT_FILE:
                    after[file] = {**mapping(after.get(file)), str(spot[-1]): self._by_file(node, file)}
                    parent[key] = {"$ref": f"{file}#{pointer(*spot)}"}
        return {
            name: dump_yaml(document, self._head(name))
            for name, document in after.items()
            if document != before.get(name)
        }

    def _head(self, name: str) -> str:
        title = name.partition("/")[2].removesuffix(".yaml").replace("_", " ").capitalize()
        new = f"# {title}.\n" if name.startswith("schemas/") else ""
        return head_of(self.present[name]) if name in self.present else new

    def _by_file(self, node: Json, file: str) -> Json:
        """A node as it stands in a file: schemas are named by where they are written."""
        if isinstance(node, list):
            return [self._by_file(value, file) for value in node]
        if not isinstance(node, dict):
            return node
        beside = {key: self._by_file(value, file) for key, value in node.items()}
        name = reference(node)
        if name is None:
            return beside
        home, spot = self._origin((*_SCHEMAS, name))
        way = "" if home == file else posixpath.relpath(home, posixpath.dirname(file))
        return {**beside, "$ref": f"{way}#{pointer(*spot)}"}


def insert(
    document: Object, key: str, value: Json, *, behind: Sequence[str] = (), before: Sequence[str] = ()
) -> None:
    """Put a key into a mapping, in place: behind the last of some keys, or before the first of others."""
    pairs = [pair for pair in document.items() if pair[0] != key]
    places = [index + 1 for index, (name, _) in enumerate(pairs) if name in behind][-1:]
    places += [index for index, (name, _) in enumerate(pairs) if name in before]
    pairs.insert(places[0] if places else len(pairs), (key, value))
    document.clear()
    document.update(pairs)
