"""The typed view of the bundled spec: resources, methods, parameters and listed rows.

Nothing here judges: `codegen.spec.lint` does. What has not the form of a spec never gets this far.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from codegen.documents import Json, Place
from codegen.findings import SpecError
from codegen.spec.bundle import Bundle, load_bundle
from codegen.spec.form import faults_of_form
from codegen.spec.names import argument_names, class_name, snake
from codegen.spec.operations import (
    ListedRow,
    Method,
    Parameter,
    Resource,
    read_listed,
    read_methods,
    read_operations,
)
from codegen.spec.schemas import (
    SCHEMA_PREFIX,
    Schema,
    is_struct,
    look_up,
    mapping,
    reachable,
    reference,
    references,
    sequence,
    text,
)


class Spec:
    """The spec, as the generator sees it."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.document = bundle.document

    @cached_property
    def schemas(self) -> dict[str, Schema]:
        """Every schema by name."""
        schemas = mapping(look_up(self.document, ("components", "schemas")))
        return {name: mapping(schema) for name, schema in schemas.items()}

    @cached_property
    def operations(self) -> tuple[tuple[Place, dict[str, Json]], ...]:
        """Every operation as written, with its place."""
        return tuple(read_operations(self.document))

    @cached_property
    def methods(self) -> tuple[Method, ...]:
        """Every typed method, in the order of the spec."""
        return tuple(read_methods(self.document))

    @cached_property
    def listed(self) -> tuple[ListedRow, ...]:
        """Every row that is only listed, in the order of the file."""
        rows = enumerate(sequence(self.bundle.listed))
        return tuple(read_listed(mapping(row), index) for index, row in rows)

    @property
    def entries(self) -> tuple[Method | ListedRow, ...]:
        """Every method, typed ones first."""
        return (*self.methods, *self.listed)

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Every resource, in the order of the spec's tags."""
        tags = [mapping(tag) for tag in sequence(self.document.get("tags"))]
        said = {text(tag.get("name")): text(tag.get("description")) for tag in tags}
        found: dict[str, Resource] = {}
        # The longest names first: they are the children of others.
        for name in sorted(filter(None, said), key=lambda name: -name.count(".")):
            found[name] = Resource(
                name=name,
                description=said[name],
                methods=tuple(method for method in self.methods if method.resource == name),
                listed=tuple(row for row in self.listed if row.resource == name),
                children=tuple(found[each] for each in said if each.rpartition(".")[0] == name),
                class_name=class_name(name) + ("Resource" if class_name(name) in self.schemas else ""),
            )
        return tuple(found[name] for name in said if name)

    @property
    def tabs(self) -> tuple[str, ...]:
        """The tabs of the documentation; places in the menu begin with them, but for those of the first."""
        named = sequence(self.document.get("x-minted-tabs"))
        return tuple(text(name) for name in named) or ("Rows",)

    @cached_property
    def requests(self) -> frozenset[str]:
        """Names of the schemas that can be sent."""
        bodies: list[Json] = [{"$ref": SCHEMA_PREFIX + method.body} for method in self.methods if method.body]
        sent = [dict(parameter.schema) for method in self.methods for parameter in method.parameters]
        return self.closure([*bodies, *sent])

    @cached_property
    def responses(self) -> frozenset[str]:
        """Names of the schemas that can be answered."""
        answers = [*(method.result for method in self.methods), *(row.answer for row in self.listed)]
        return self.closure([dict(answer) for answer in answers])

    @cached_property
    def paging(self) -> frozenset[str]:
        """Names of the schemas that become no classes: pages, and what stands around their rows."""
        pages = {name: schema for name, schema in self.schemas.items() if "x-minted-page" in schema}
        return frozenset([*pages, *references([schema.get("allOf") for schema in pages.values()])])

    def row(self, schema: Schema) -> Schema:
        """What each row of a page is; empty for what is no page."""
        meant = self.resolve(schema)[1]
        return (
            mapping(look_up(dict(meant), ("properties", "data", "items"))) if "x-minted-page" in meant else {}
        )

    def folder(self, schema: str) -> str:
        """The folder of schemas/ in which a schema stands, `ecom`; empty for one that all may use."""
        file, _ = self.bundle.origins.get(("components", "schemas", schema), ("", ()))
        return posixpath.dirname(file).removeprefix("schemas").strip("/")

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The folders of schemas/ that hold schemas."""
        return tuple(sorted(filter(None, {self.folder(name) for name in self.schemas})))

    @cached_property
    def users(self) -> dict[str, frozenset[str]]:
        """The methods that send or answer each schema."""
        users: dict[str, set[str]] = {name: set() for name in self.schemas}
        for method in self.methods:
            body: list[Json] = [{"$ref": SCHEMA_PREFIX + method.body}] if method.body else []
            for name in self.closure([*body, dict(method.result)]):
                users[name].add(method.id)
        return {name: frozenset(methods) for name, methods in users.items()}

    def arguments(self, method: Method) -> dict[str, Parameter]:
        """What a method is given, by names in Python: those of the path first, no constants of the body."""
        found = [*method.located("path"), *method.located("query")]
        found += self._fields(method.body) if method.body else ()
        wanted = [(each.location, snake(each.name or "body")) for each in found]
        names = argument_names(wanted, self.folders)
        return dict(zip(names, found, strict=True))

    def _fields(self, body: str) -> Iterator[Parameter]:
        """The fields of a body as parameters `in: body`; a body that is a union is one without a name."""
        schema, place = self.schemas[body], ("components", "schemas", body)
        if not is_struct(schema):
            whole = {"$ref": SCHEMA_PREFIX + body}
            yield Parameter("", "body", whole, place, True, text(schema.get("description")))
        for wire, field in self.properties(body).items():
            if "const" not in field:
                required, said = wire in self.required(body), text(field.get("description"))
                yield Parameter(wire, "body", dict(field), (*place, "properties", wire), required, said)

    @cached_property
    def bodies(self) -> frozenset[str]:
        """Names of the structs that only methods make: the bodies whose fields are their arguments."""
        inside = {name for schema in self.schemas.values() for name in references(dict(schema))}
        made = {
            method.body for method in self.methods if method.body and is_struct(self.schemas[method.body])
        }
        return frozenset(made - inside)

    def field_names(self, name: str) -> dict[str, str]:
        """Names in Python of all fields of a struct, those of its parents included, by wire name."""
        found: dict[str, str] = {}
        for wire in self.properties(name):
            # A class gives a field its wire name by calling `field`.
            wish = snake(wire) if wire != "field" else "field_"
            while wish in found.values():
                wish += "_"
            found[wire] = wish
        return found

    def closure(self, roots: list[Json]) -> frozenset[str]:
        """Names of all schemas that can be reached from some schemas."""
        inside = {name: list(references(dict(schema))) for name, schema in self.schemas.items()}
        return reachable(references(roots), inside)

    def resolve(self, schema: Schema) -> tuple[str | None, Schema]:
        """Follow a reference: the name, None for an inline schema, and the schema that it means."""
        name = reference(schema)
        return (name, self.schemas[name]) if name else (None, schema)

    def properties(self, name: str) -> dict[str, Schema]:
        """Properties of a struct by wire name, those of its `allOf` parents first."""
        found = [mapping(part.get("properties")).items() for part in self._parts(self.schemas[name])]
        return {wire: mapping(field) for fields in found for wire, field in fields}

    def required(self, name: str) -> frozenset[str]:
        """Wire names of the properties of a struct that are always there."""
        found = [wire for part in self._parts(self.schemas[name]) for wire in sequence(part.get("required"))]
        return frozenset(wire for wire in found if isinstance(wire, str))

    def _parts(self, schema: Schema) -> Iterator[Schema]:
        """A schema, behind those that it is made of."""
        for part in map(mapping, sequence(schema.get("allOf"))):
            yield from self._parts(self.resolve(part)[1])
        yield schema


def load_spec(folder: Path, documents: Mapping[str, Json] | None = None) -> Spec:
    """Read and validate a spec, or the documents by name below the folder that it will consist of.

    Raises:
        SpecError: it cannot be read, or has not the form of a spec.
    """
    return formed(load_bundle(folder, documents))


def formed(bundle: Bundle) -> Spec:
    """The view of a bundle.

    Raises:
        SpecError: it has not the form of a spec.
    """
    if problems := list(faults_of_form(bundle)):
        raise SpecError(problems)
    return Spec(bundle)
