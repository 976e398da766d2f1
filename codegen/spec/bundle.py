"""Reads the spec's YAML files and joins them into one document that every later step works on.

References between files become references into `components/schemas`; path items are put in place. The bundle
remembers where each of its parts came from, so that a finding names the file that a person has to edit.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from codegen.documents import Json, Place
from codegen.findings import Finding, SpecError, pointer, pointer_parts
from codegen.spec.yaml import canonical, dump_yaml, head_of, load_yaml, read_text, read_yaml

ROOT_FILE = "minted.yaml"
LISTED_FILE = "listed.yaml"
DEVIATIONS_FILE = "deviations.yaml"


@dataclass(frozen=True)
class Bundle:
    """The whole spec as one document, and the way back to its files."""

    document: dict[str, Json]
    listed: Json
    origins: dict[Place, tuple[str, Place]]

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
        return _Bundler(folder).bundle()
    return _Bundler(folder, dict(documents), known=True).bundle()


def spec_files(folder: Path) -> list[Path]:
    """The files that the generator reads, sorted: the two at the top, paths and schemas; no evidence."""
    top = [folder / ROOT_FILE, folder / LISTED_FILE]
    return sorted([*top, *folder.glob("paths/*.yaml"), *folder.glob("schemas/*.yaml")])


def canonical_files(folder: Path) -> dict[str, str]:
    """The files of a spec, and its deviations if it has some, in canonical form: with every schema listed.

    Raises:
        SpecError: a file cannot be read, or has a comment below its head.
    """
    deviations = [path for path in (folder / DEVIATIONS_FILE,) if path.exists()]
    texts: dict[str, str] = {}
    problems: list[Finding] = []
    for path in [*spec_files(folder), *deviations]:
        name = path.relative_to(folder).as_posix()
        try:
            texts[name] = canonical(read_text(path, name), name)
        except SpecError as error:
            problems.extend(error.findings)
    if problems:
        raise SpecError(problems)
    root = load_yaml(texts[ROOT_FILE], ROOT_FILE)
    if _list_schemas(root, texts):
        texts[ROOT_FILE] = dump_yaml(root, head_of(texts[ROOT_FILE]))
    return texts


def _list_schemas(root: Json, texts: Mapping[str, str]) -> bool:
    """Add each schema of schemas/ to the root's components/schemas; whether one was missing there."""
    components = root.get("components") if isinstance(root, dict) else None
    listed = components.get("schemas") if isinstance(components, dict) else None
    if not isinstance(listed, dict):
        return False
    before = len(listed)
    for name, text in texts.items():
        document = load_yaml(text, name) if name.startswith("schemas/") else None
        for key in document if isinstance(document, dict) else ():
            listed.setdefault(key, {"$ref": f"{name}#{pointer(key)}"})
    return len(listed) > before


@dataclass
class _Bundler:
    folder: Path
    files: dict[str, Json] = field(default_factory=dict[str, Json])
    known: bool = False
    """Whether `files` has all files, so that the folder does not count."""
    names: dict[tuple[str, Place], str] = field(default_factory=dict[tuple[str, Place], str])
    origins: dict[Place, tuple[str, Place]] = field(default_factory=dict[Place, tuple[str, Place]])
    used: set[tuple[str, Place]] = field(default_factory=set[tuple[str, Place]])
    problems: list[Finding] = field(default_factory=list[Finding])

    def bundle(self) -> Bundle:
        root = self.read(ROOT_FILE)
        if not isinstance(root, dict):
            raise SpecError([Finding(ROOT_FILE, "", "an OpenAPI document is a mapping; this is not")])
        self.register_schemas(root)
        self.origins[()] = (ROOT_FILE, ())
        self.origins["listed",] = (LISTED_FILE, ())
        document = self.copy(root, ROOT_FILE, (), (), ())
        listed = self.read(LISTED_FILE)
        self.problems.extend(self.unused())
        if self.problems:
            raise SpecError(self.problems)
        return Bundle(cast("dict[str, Json]", document), listed, self.origins)

    def read(self, name: str) -> Json:
        if name not in self.files:
            self.files[name] = read_yaml(self.folder / name, name)
        return self.files[name]

    def register_schemas(self, root: dict[str, Json]) -> None:
        """Learn which place of which file each schema name stands for."""
        components = root.get("components")
        schemas = components.get("schemas") if isinstance(components, dict) else None
        if not isinstance(schemas, dict):
            return
        for name, schema in schemas.items():
            here: Place = ("components", "schemas", name)
            reference = schema.get("$ref") if isinstance(schema, dict) else None
            target = self.target(ROOT_FILE, reference) if isinstance(reference, str) else (ROOT_FILE, here)
            if target[1][-1:] != (name,):
                self.problem(
                    ROOT_FILE,
                    here,
                    f"the name {name} and the name it refers to, {reference}, must be the same",
                )
            self.names[target] = name

    def target(self, file: str, reference: str) -> tuple[str, Place]:
        """The file and the place that a reference in a file means."""
        path, _, fragment = reference.partition("#")
        name = file if not path else _joined(file, path)
        return name, pointer_parts(fragment)

    def copy(
        self, node: Json, file: str, source: Place, here: Place, stack: tuple[tuple[str, Place], ...]
    ) -> Json:
        """Copy a node into the bundle with its references rewritten."""
        if isinstance(node, list):
            return [self.copy(item, file, (*source, i), (*here, i), stack) for i, item in enumerate(node)]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return {
                key: self.copy(value, file, (*source, key), (*here, key), stack)
                for key, value in node.items()
            }
        target = self.target(file, reference)
        self.used.add(target)
        name = self.names.get(target)
        if name is not None and here != ("components", "schemas", name):
            beside = {key: value for key, value in node.items() if key != "$ref"}
            copied = cast("dict[str, Json]", self.copy(beside, file, source, here, stack))
            return {"$ref": f"#/components/schemas/{name}", **copied}
        return self.inline(node, target, file, source, here, stack)

    def inline(
        self,
        node: dict[str, Json],
        target: tuple[str, Place],
        file: str,
        source: Place,
        here: Place,
        stack: tuple[tuple[str, Place], ...],
    ) -> Json:
        """Put what a reference means in its place."""
        reference = node["$ref"]
        if target in stack:
            self.problem(file, source, f"the reference {reference} leads back to itself")
            return {}
        found, value = self.look_up(*target)
        if not found:
            self.problem(file, source, f"the reference {reference} leads nowhere: {self.missing(*target)}")
            return {}
        if target[0].startswith("schemas/") and target not in self.names:
            text = (
                f"the schema {reference} is not listed in {ROOT_FILE} under components/schemas; add it there"
            )
            self.problem(file, source, text)
            return {}
        if len(node) > 1:
            self.problem(file, source, "nothing may stand beside this $ref; move it to what is referred to")
        self.origins[here] = target
        return self.copy(value, target[0], target[1], here, (*stack, target))

    def look_up(self, file: str, place: Place) -> tuple[bool, Json]:
        """Whether a place exists, and what is there."""
        if file not in self.files and (self.known or not (self.folder / file).is_file()):
            return False, None
        node = self.read(file)
        for part in place:
            if isinstance(node, dict) and part in node:
                node = node[str(part)]
            elif isinstance(node, list) and str(part).isdecimal() and int(part) < len(node):
                node = node[int(part)]
            else:
                return False, None
        return True, node

    def missing(self, file: str, place: Place) -> str:
        """What a reference that leads nowhere gets wrong: its file, or the name in it."""
        if not self.look_up(file, ())[0]:
            near = difflib.get_close_matches(file, self.names_of_files(), 1)
            return f"there is no file {file}{_meant(near)}"
        document = self.read(file)
        keys = list(document) if isinstance(document, dict) else []
        wanted = str(place[0]) if place else ""
        return f"{file} has no {pointer(*place)}{_meant(difflib.get_close_matches(wanted, keys, 1))}"

    def unused(self) -> Iterator[Finding]:
        """Files, path items and schemas that no reference reaches: they would silently not be generated."""
        for name in self.names_of_files():
            if name in (ROOT_FILE, LISTED_FILE):
                continue
            document = self.read(name)
            for key in document if isinstance(document, dict) else ():
                if (name, (key,)) not in self.used:
                    yield Finding(
                        name, pointer(key), f"nothing in {ROOT_FILE} refers to this; add a $ref or remove it"
                    )

    def names_of_files(self) -> list[str]:
        if self.known:
            return sorted(self.files)
        return [path.relative_to(self.folder).as_posix() for path in spec_files(self.folder)]

    def problem(self, file: str, place: Place, message: str) -> None:
        self.problems.append(Finding(file, pointer(*place), message))


def _meant(near: list[str]) -> str:
    return f"; do you mean {near[0]}?" if near else "; correct it or add what it names"


def _joined(file: str, path: str) -> str:
    """A relative reference as a name below the spec folder, with `..` resolved."""
    parts: list[str] = list(Path(file).parent.parts)
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1] if parts else [".."]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
