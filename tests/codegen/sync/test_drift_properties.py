"""Whatever is edited in the spec before it is published as a site is found, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.documents import Json, Place
from codegen.project import SCALARS
from codegen.spec import Spec, load_spec
from codegen.spec.schemas import look_up, mapping, nullable, reference, sequence, types
from codegen.sync.changes import Change, Drift
from codegen.sync.comparing.compare import compare
from tests.codegen.checkout import REPOSITORY
from tests.codegen.site.publish import publish
from tests.codegen.site.reading import read

SPEC = load_spec(REPOSITORY / "openapi")
SHOWN = SPEC.requests | SPEC.responses
PARTS = {
    reference(mapping(part)) for schema in SPEC.schemas.values() for part in sequence(schema.get("allOf"))
}
"""Of what others are composed: pages show what is added to one of these in each of the others."""
RETYPED = {"string": "boolean", "number": "string", "integer": "string", "boolean": "string"}

Found = tuple[Change, Place, tuple[str, ...]]


@dataclass(frozen=True)
class Edit:
    """A change of the spec, and what must be found of it."""

    place: Place
    """What it touches; no two edits of one place go together."""
    found: Found
    apply: Callable[[dict[str, Json]], None]

    def __repr__(self) -> str:
        return f"{self.found[0]} {'/'.join(map(str, self.found[1]))} {self.found[2]}"


def at(document: dict[str, Json], place: Place) -> dict[str, Any]:
    return mapping(look_up(document, place))


def edits() -> Iterator[Edit]:
    """Every edit that can be made of the spec of this repository."""
    for name, schema in SPEC.schemas.items():
        place: Place = ("components", "schemas", name)
        if name in SHOWN and name not in SCALARS and "properties" in schema:
            if name not in PARTS:
                yield from adding(place)
            required = sequence(schema.get("required"))
            for key, value in mapping(schema["properties"]).items():
                yield from of_property(place, key, mapping(value), required=key in required)
        elif name in SHOWN and "enum" in schema:
            yield from of_enum(place, [str(value) for value in sequence(schema["enum"])])
    for place, _ in SPEC.operations:
        yield from of_operation(place)


def adding(place: Place) -> Iterator[Edit]:
    for required in (True, False):

        def add(document: dict[str, Json], required: bool = required) -> None:
            at(document, place)["properties"]["vault_note"] = {"type": "string", "description": "Made up."}
            if required:
                at(document, place).setdefault("required", []).append("vault_note")

        # Whether a field of an answer is always there, the examples of the pages say, too.
        word = ("required" if required else "optional") if place[2] in SPEC.requests else ""
        yield Edit((*place, "added"), (Change.FIELD_ADDED, place, ("vault_note", word)), add)


def of_property(place: Place, name: str, schema: dict[str, Json], *, required: bool) -> Iterator[Edit]:
    here = (*place, "properties", name)

    def toggle(document: dict[str, Json]) -> None:
        names = at(document, place).setdefault("required", [])
        names.remove(name) if required else names.append(name)

    def remove(document: dict[str, Json]) -> None:
        del at(document, place)["properties"][name]
        if required:
            at(document, place)["required"].remove(name)

    from_example = schema.get("x-minted-source") == "example"
    if from_example or "const" in schema:
        return
    yield Edit(here, (Change.OPTIONAL if required else Change.REQUIRED, here, ()), toggle)
    if len(types(schema)) != 1 or "properties" in schema or types(schema)[0] not in RETYPED:
        return
    only = len(at(SPEC.document, place)["properties"]) == 1
    if not only:
        yield Edit(here, (Change.FIELD_REMOVED, here, ()), remove)
    yield from of_scalar(here, schema, types(schema)[0])


def of_scalar(here: Place, schema: dict[str, Json], kind: str) -> Iterator[Edit]:
    other = RETYPED[kind]
    null = nullable(schema)

    def retype(document: dict[str, Json]) -> None:
        node = at(document, here)
        node.pop("format", None)
        node.pop("enum", None)
        node["type"] = [other, "null"] if null else other

    def toggle_null(document: dict[str, Json]) -> None:
        at(document, here)["type"] = kind if null else [kind, "null"]

    yield Edit(here, (Change.TYPE, here, (other,)), retype)
    change = Change.NOT_NULLABLE if null else Change.NULLABLE
    yield Edit(here, (change, here, ()), toggle_null)


def of_enum(place: Place, values: list[str]) -> Iterator[Edit]:
    def add(document: dict[str, Json]) -> None:
        at(document, place)["enum"].append("Vaulted Again")

    def remove(document: dict[str, Json]) -> None:
        at(document, place)["enum"].remove(values[-1])

    yield Edit((*place, "added"), (Change.ENUM_ADDED, place, ("Vaulted Again",)), add)
    yield Edit((*place, "removed"), (Change.ENUM_REMOVED, place, (values[-1],)), remove)


def of_operation(place: Place) -> Iterator[Edit]:
    def version(document: dict[str, Json]) -> None:
        at(document, place)["x-minted-api-version"] = "77"

    def parameter(document: dict[str, Json]) -> None:
        new = {"name": "vault", "in": "query", "description": "Made up.", "schema": {"type": "string"}}
        at(document, place).setdefault("parameters", []).append(new)

    where = (*place, "x-minted-api-version")
    yield Edit(where, (Change.API_VERSION, where, ("77",)), version)
    yield Edit((*place, "query"), (Change.PARAMETER_ADDED, place, ("vault", "optional")), parameter)


def published(some: list[Edit]) -> list[Drift]:
    """What is found on the site of an edited spec."""
    document = deepcopy(SPEC.document)
    for edit in some:
        edit.apply(document)
    pages = read(publish(Spec(replace(SPEC.bundle, document=document))))
    return list(compare(pages, SPEC, whole_site=True).drifts)


def found(drift: Drift) -> Found:
    values = drift.values
    if drift.field is not None:
        word = ("required" if drift.field.required else "optional") if drift.sent else ""
        values = (drift.field.name, word)
    return drift.change, drift.place, values


EDITS = sorted(edits(), key=repr)


def test_a_spec_that_is_published_as_it_is_has_no_drift() -> None:
    assert published([]) == []


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(EDITS), min_size=1, max_size=12, unique_by=lambda edit: edit.place))
def test_every_edit_is_found_and_nothing_is_invented(some: list[Edit]) -> None:
    drifts = published(some)
    assert {found(drift) for drift in drifts} == {edit.found for edit in some}
    assert len(drifts) == len({found(drift) for drift in drifts})
