"""Reads the spec's YAML files and joins them into one document that every later step works on.

References between files become references into `components/schemas`; path items are put in place. The bundle
remembers where each of its parts came from, so that a finding names the file that a person has to edit.
"""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypeVar, cast

from codegen.documents import Json, Place
from codegen.findings import Finding, SpecError, pointer, pointer_parts
from codegen.spec.schemas import look_up, mapping
from codegen.spec.yaml import canonical, dump_yaml, head_of, load_yaml, read_text, read_yaml

ROOT_FILE = "minted.yaml"
LISTED_FILE = "listed.yaml"
DEVIATIONS_FILE = "deviations.yaml"
_Read = TypeVar("_Read")
_Spot: TypeAlias = tuple[str, Place]
"""A file, and a place in it."""


@dataclass(frozen=True)
class Bundle:
    """The whole spec as one document, and the way back to its files."""

    document: dict[str, Json]
    listed: Json
    origins: dict[Place, _Spot]

    def finding(self, place: Place, message: str) -> Finding:
        """Make a finding about a place of the bundle, named by the file and pointer that it came from."""
        for length in range(len(place), -1, -1):
            origin = self.origins.get(place[:length])
            if origin is not None:
                file, start = origin
                return Finding(file, pointer(*start, *place[length:]), message)
        return Finding(ROOT_FILE, pointer(*place), message)


def load_bundle(folder: Path, documents: Mapping[str, Json] | None = None) -> Bundle:
    """Read a folder of spec files into one document.

    Raises:
        SpecError: a file is missing or not YAML, or a reference leads nowhere or to an unlisted schema.
    """
    if documents is None:
        documents = _all_read(_names(folder), lambda name: read_yaml(folder / name, name))
    return _Bundler(documents).bundle()


def spec_files(folder: Path) -> list[Path]:
    """The files that the generator reads, sorted: the two at the top, paths and schemas; no evidence."""
    top = [folder / ROOT_FILE, folder / LISTED_FILE]
    return sorted([*top, *folder.glob("paths/**/*.yaml"), *folder.glob("schemas/**/*.yaml")])


def canonical_files(folder: Path) -> dict[str, str]:
    """The files of a spec, and its deviations if it has some, in canonical form: with every schema listed.

    Raises:
        SpecError: a file cannot be read, or has a comment below its head.
    """
    deviations = [DEVIATIONS_FILE] if (folder / DEVIATIONS_FILE).exists() else []
    names = [*_names(folder), *deviations]
    texts = _all_read(names, lambda name: canonical(read_text(folder / name, name), name))
    root = load_yaml(texts[ROOT_FILE], ROOT_FILE)
    if _list_schemas(root, texts):
        texts[ROOT_FILE] = dump_yaml(root, head_of(texts[ROOT_FILE]))
    return texts


def _names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in spec_files(folder)]


def _all_read(names: list[str], read: Callable[[str], _Read]) -> dict[str, _Read]:
    """What each file holds; the problems of all of them come at once."""
    found: dict[str, _Read] = {}
    problems: list[Finding] = []
    for name in names:
        try:
            found[name] = read(name)
        except SpecError as error:
            problems.extend(error.findings)
    if problems:
        raise SpecError(problems)
    return found


def _list_schemas(root: Json, texts: Mapping[str, str]) -> bool:
    """Add each schema of schemas/ to the root's components/schemas; whether one was missing there."""
    listed = look_up(root, ("components", "schemas"))
    if not isinstance(listed, dict):
        return False
    before = len(listed)
    for name, text in texts.items():
        for key in mapping(load_yaml(text, name)) if name.startswith("schemas/") else ():
            listed.setdefault(key, {"$ref": f"{name}#{pointer(key)}"})
    return len(listed) > before


@dataclass
class _Bundler:
    files: Mapping[str, Json]
    names: dict[_Spot, str] = field(default_factory=dict[_Spot, str])
    origins: dict[Place, _Spot] = field(default_factory=dict[Place, _Spot])
    used: set[_Spot] = field(default_factory=set[_Spot])
    problems: list[Finding] = field(default_factory=list[Finding])

    def bundle(self) -> Bundle:
        root = self.files[ROOT_FILE]
        if not isinstance(root, dict):
            raise SpecError([Finding(ROOT_FILE, "", "an OpenAPI document is a mapping; this is not")])
        self.register_schemas(root)
        self.origins[()] = (ROOT_FILE, ())
        self.origins["listed",] = (LISTED_FILE, ())
        document = self.copy(root, (ROOT_FILE, ()), (), ())
        listed = self.copy(self.files[LISTED_FILE], (LISTED_FILE, ()), ("listed",), ())
        self.problems.extend(self.unused())
        if self.problems:
            raise SpecError(self.problems)
        return Bundle(cast("dict[str, Json]", document), listed, self.origins)

    def register_schemas(self, root: dict[str, Json]) -> None:
        """Learn which place of which file each schema name stands for."""
        schemas = mapping(look_up(root, ("components", "schemas")))
        for name, schema in schemas.items():
            here: Place = ("components", "schemas", name)
            reference = mapping(schema).get("$ref")
            target = self.target(ROOT_FILE, reference) if isinstance(reference, str) else (ROOT_FILE, here)
            if target[1][-1:] != (name,):
                said = f"the name {name} and the name it refers to, {reference}, must be the same"
                self.problem(ROOT_FILE, here, said)
            self.names[target] = name

    def target(self, file: str, reference: str) -> _Spot:
        """The file and the place that a reference in a file means."""
        path, _, fragment = reference.partition("#")
        name = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
        return name, pointer_parts(fragment)

    def copy(self, node: Json, spot: _Spot, here: Place, stack: tuple[_Spot, ...]) -> Json:
        """Copy a node of a file to its place in the bundle, with its references rewritten."""
        file, source = spot
        if isinstance(node, list):
            return [self.copy(item, (file, (*source, i)), (*here, i), stack) for i, item in enumerate(node)]
        if not isinstance(node, dict):
            return node
        beside = {
            key: self.copy(value, (file, (*source, key)), (*here, key), stack)
            for key, value in node.items()
            if key != "$ref" or not isinstance(value, str)
        }
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return beside
        target = self.target(file, reference)
        self.used.add(target)
        name = self.names.get(target)
        if name is not None and here != ("components", "schemas", name):
            return {"$ref": f"#/components/schemas/{name}", **beside}
        problem = self.obstacle(reference, target, stack)
        if problem:
            self.problem(file, source, problem)
            return {}
        if beside:
            self.problem(file, source, "nothing may stand beside this $ref; move it to what is referred to")
        self.origins[here] = target
        return self.copy(self.meant(target), target, here, (*stack, target))

    def obstacle(self, reference: str, target: _Spot, stack: tuple[_Spot, ...]) -> str:
        """Why what a reference means cannot be put in its place; empty if it can."""
        if target in stack:
            return f"the reference {reference} leads back to itself"
        if self.meant(target) is None:
            return f"the reference {reference} leads nowhere: {self.missing(*target)}"
        if target[0].startswith("schemas/") and target not in self.names:
            return (
                f"the schema {reference} is not listed in {ROOT_FILE} under components/schemas; add it there"
            )
        return ""

    def meant(self, target: _Spot) -> Json:
        """What is at a place of a file, None if nothing is."""
        return look_up(self.files.get(target[0]), target[1])

    def missing(self, file: str, place: Place) -> str:
        """What a reference that leads nowhere gets wrong: its file, or the name in it."""
        if file not in self.files:
            near = difflib.get_close_matches(file, self.files, 1)
            return f"there is no file {file}{_meant(near)}"
        near = difflib.get_close_matches(str(*place[:1]), mapping(self.files[file]), 1)
        return f"{file} has no {pointer(*place)}{_meant(near)}"

    def unused(self) -> Iterator[Finding]:
        """Path items and schemas that no reference reaches: they would silently not be generated."""
        said = f"nothing in {ROOT_FILE} refers to this; add a $ref or remove it"
        for name in sorted(self.files.keys() - {ROOT_FILE, LISTED_FILE}):
            for key in mapping(self.files[name]):
                if (name, (key,)) not in self.used:
                    yield Finding(name, pointer(key), said)

    def problem(self, file: str, place: Place, message: str) -> None:
        self.problems.append(Finding(file, pointer(*place), message))


def _meant(near: list[str]) -> str:
    return f"; do you mean {near[0]}?" if near else "; correct it or add what it names"
