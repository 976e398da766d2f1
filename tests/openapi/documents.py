"""The spec as these tests see it: read from its files, bundled, with its operations and schemas at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, cast

from ruamel.yaml import YAML

Object: TypeAlias = dict[str, Any]

ROOT = Path(__file__).parents[2] / "openapi"
VERBS = ("get", "post", "put", "patch", "delete")
EVIDENCE = ("documented", "sibling", "addressed")
"""From strong to weak."""


def read_yaml(path: Path) -> Any:
    return YAML(typ="safe").load(path)  # pyright: ignore[reportUnknownMemberType]


@dataclass(frozen=True)
class Node:
    """A schema with its references followed: what it is, its name, and whether null may stand for it."""

    schema: Object
    component: str | None = None
    nullable: bool = False

    @property
    def types(self) -> frozenset[str]:
        declared = self.schema.get("type", [])
        names = [declared] if isinstance(declared, str) else declared
        return frozenset(names) - {"null"}

    @property
    def enum(self) -> list[str] | None:
        if "const" in self.schema:
            return [self.schema["const"]]
        return self.schema.get("enum")

    @property
    def properties(self) -> Object:
        return cast("Object", self.schema.get("properties", {}))

    @property
    def required(self) -> frozenset[str]:
        return frozenset(self.schema.get("required", []))


@dataclass(frozen=True)
class Operation:
    path: str
    verb: str
    raw: Object

    @property
    def id(self) -> str:
        return str(self.raw["operationId"])

    @property
    def docs(self) -> list[Object]:
        return cast("list[Object]", self.raw["x-minted-docs"])

    @property
    def data(self) -> Object:
        """The schema of the answer's `data`."""
        return cast("Object", self.raw["responses"]["200"]["content"]["application/json"]["schema"])

    @property
    def entries(self) -> dict[str, Object]:
        """What each method that the operation becomes has of its own."""
        if "x-minted-methods" in self.raw:
            return {entry["id"]: entry for entry in self.raw["x-minted-methods"]}
        return {self.id: {key: self.raw[key] for key in ("security", "x-minted-all") if key in self.raw}}

    @property
    def bodies(self) -> dict[str, Object]:
        """The body schema of each method that the operation becomes; empty where it takes none."""
        if "requestBody" not in self.raw:
            return {}
        whole = self.raw["requestBody"]["content"]["application/json"]["schema"]
        return {method: entry.get("body", whole) for method, entry in self.entries.items()}

    def scheme(self, method: str) -> str:
        """How a method is signed, digest or bearer."""
        ((scheme,),) = self.entries[method].get("security", [{"digest": []}])
        return str(scheme)

    def parameters(self, location: str, method: str | None = None) -> dict[str, Object]:
        """The parameters of one location, of all the methods or of one, by name."""
        found = {one["name"]: one for one in self.raw.get("parameters", []) if one["in"] == location}
        taken = self.entries[method].get("parameters", found) if method else found
        return {name: one for name, one in found.items() if location == "path" or name in taken}

    @property
    def query(self) -> Object:
        """The query as the schema of an object."""
        found = self.parameters("query")
        required = [name for name, one in found.items() if one.get("required")]
        return {"properties": {name: one["schema"] for name, one in found.items()}, "required": required}


def resource_of(identifier: str) -> str:
    """The resource of `resource.method`; it may have a dot itself."""
    return identifier.rpartition(".")[0]


@dataclass(frozen=True)
class Spec:
    root: Path = ROOT
    document: Object = field(init=False)
    listed: list[Object] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "document", bundle(self.root))
        object.__setattr__(self, "listed", _internal(read_yaml(self.root / "listed.yaml")))

    @property
    def schemas(self) -> dict[str, Object]:
        return cast("dict[str, Object]", self.document["components"]["schemas"])

    @property
    def operations(self) -> list[Operation]:
        return [
            Operation(path, verb, item[verb])
            for path, item in self.document["paths"].items()
            for verb in VERBS
            if verb in item
        ]

    def resolve(self, schema: Object) -> Node:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            target = self.resolve(self.schemas[name])
            return Node(target.schema, name, target.nullable)
        if "anyOf" in schema:
            rest = [part for part in schema["anyOf"] if part != {"type": "null"}]
            if len(rest) == 1:
                inner = self.resolve(rest[0])
                return Node(inner.schema, inner.component, nullable=len(rest) < len(schema["anyOf"]))
        if "allOf" in schema:
            parts = [*(self.resolve(part) for part in schema["allOf"]), Node({**schema, "allOf": []})]
            properties = {name: prop for part in parts for name, prop in part.properties.items()}
            required = [name for part in parts for name in part.required]
            return Node({**schema, "type": "object", "properties": properties, "required": required})
        declared = schema.get("type", [])
        return Node(schema, None, nullable=isinstance(declared, list) and "null" in declared)

    def declarer(self, component: str, name: str) -> str:
        """The schema that a property of a schema comes from: itself, or one that it is made of."""
        for part in self.schemas.get(component, {}).get("allOf", []):
            parent = part["$ref"].rpartition("/")[2]
            if name in self.resolve(part).properties:
                return self.declarer(parent, name)
        return component

    def reachable(self, *starts: Object) -> set[str]:
        """Names of the schemas that can be got to from the given ones."""
        found: set[str] = set()
        waiting: list[object] = list(starts)
        while waiting:
            for _, node in walk(waiting.pop()):
                name = str(node.get("$ref", "")).rpartition("/")[2]
                if name and name not in found:
                    found.add(name)
                    waiting.append(self.schemas[name])
        return found


def as_object(node: object) -> Object | None:
    return cast("Object", node) if isinstance(node, dict) else None


def as_list(node: object) -> list[Any] | None:
    return cast("list[Any] | None", node) if isinstance(node, list) else None


def walk(node: object, pointer: str = "") -> Iterator[tuple[str, Object]]:
    """Every mapping below a node, itself included, with its JSON pointer."""
    mapping = as_object(node)
    if mapping is not None:
        yield pointer, mapping
        for key, value in mapping.items():
            yield from walk(value, f"{pointer}/{key}")
    for index, value in enumerate(as_list(node) or []):
        yield from walk(value, f"{pointer}/{index}")


def bundle(root: Path) -> Object:
    """One document out of the spec's files, with every reference pointing at `#/components/schemas/`."""
    document: Object = read_yaml(root / "minted.yaml")
    files = {
        file.relative_to(root).as_posix(): read_yaml(file)
        for folder in ("paths", "schemas")
        for file in (root / folder).rglob("*.yaml")
    }

    def follow(reference: str) -> Any:
        file, _, key = reference.partition("#/")
        return _internal(files[file][key])

    for part in (document["components"]["schemas"], document["paths"]):
        for name, reference in part.items():
            part[name] = follow(reference["$ref"])
    return document


def _internal(node: Any) -> Any:
    items, mapping = as_list(node), as_object(node)
    if items is not None:
        return [_internal(value) for value in items]
    if mapping is None:
        return node
    return {
        key: f"#/components/schemas/{value.rpartition('/')[2]}" if key == "$ref" else _internal(value)
        for key, value in mapping.items()
    }
