"""Spec files that cannot be read: the message names file, place and what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from codegen.findings import Finding, SpecError
from codegen.spec import load_spec
from codegen.spec.bundle import load_bundle
from tests.codegen.checkout import TORTURE


@pytest.fixture
def openapi(tmp_path: Path) -> Path:
    """A copy of the torture spec."""
    return Path(shutil.copytree(TORTURE / "openapi", tmp_path / "openapi"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def findings(openapi: Path) -> list[Finding]:
    with pytest.raises(SpecError) as caught:
        load_spec(openapi)
    return list(caught.value.findings)


def test_references_between_files_become_components(openapi: Path) -> None:
    document = load_bundle(openapi).document
    text = str(document)
    assert ".yaml" not in text.replace("'description'", "")
    assert "'$ref': '#/components/schemas/ExternalId'" in text


def test_what_stands_beside_a_reference_is_kept(openapi: Path) -> None:
    metal = load_spec(openapi).properties("Bar")["metal"]
    assert metal == {"$ref": "#/components/schemas/Metal", "description": 'Which metal. Ends with a quote"'}


def test_properties_of_parents_come_first(openapi: Path) -> None:
    spec = load_spec(openapi)
    assert list(spec.properties("Bar"))[:3] == ["id", "created_at", "external_id"]
    assert {"id", "weight"} <= spec.required("Bar")


def test_broken_yaml_is_named_with_line_and_column(openapi: Path) -> None:
    change(openapi / "schemas/vaults.yaml", "  required: [code]\n", "  required: [code\n")
    (found,) = findings(openapi)
    assert (found.file, found.place) == ("schemas/vaults.yaml", "line 5, column 13")
    assert "this is not YAML" in found.message
    assert "',' or ']'" in found.message


def test_a_key_that_is_there_twice_is_named(openapi: Path) -> None:
    change(openapi / "schemas/vaults.yaml", "  required: [code]\n", "  required: [code]\n  required: []\n")
    (found,) = findings(openapi)
    assert found.file == "schemas/vaults.yaml"
    assert 'found duplicate key "required"' in found.message


def test_a_date_without_quotes_is_named(openapi: Path) -> None:
    change(openapi / "paths/bars.yaml", "'2024-06-26'", "2024-06-26")
    (found,) = findings(openapi)
    assert (found.file, found.place) == ("paths/bars.yaml", "/Bars/get/x-minted-docs/0/last_modified")
    assert found.message == "2024-06-26 is read as a date; put it in quotes"


def test_a_status_without_quotes_is_named(openapi: Path) -> None:
    change(openapi / "paths/vaults.yaml", "'200':", "200:")
    (found,) = findings(openapi)
    assert (found.file, found.place) == ("paths/vaults.yaml", "/Doors/post/responses")
    assert found.message == "the key 200 is not a string; put it in quotes"


@pytest.mark.parametrize("name", ["minted.yaml", "listed.yaml"])
def test_a_missing_file_is_named(name: str, openapi: Path) -> None:
    (openapi / name).unlink()
    assert findings(openapi) == [Finding(name, "", "this file is missing; the spec needs it")]


def test_a_file_that_is_not_utf8_is_named(openapi: Path) -> None:
    (openapi / "listed.yaml").write_bytes(b"- id: \xff\n")
    (found,) = findings(openapi)
    assert found.file == "listed.yaml"
    assert "not UTF-8" in found.message


def test_a_document_that_is_no_mapping_is_named(openapi: Path) -> None:
    (openapi / "minted.yaml").write_text("- 1\n")
    (found,) = findings(openapi)
    assert (found.file, found.message) == (
        "minted.yaml",
        "an OpenAPI document is a mapping; this is not",
    )


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (
            "../schemas/vaults.yaml#/DoorRequests",
            "schemas/vaults.yaml has no /DoorRequests; do you mean",
        ),
        (
            "../schemas/vault.yaml#/DoorRequest",
            "no file schemas/vault.yaml; do you mean schemas/vaults",
        ),
        ("../x/y.yml#/Gate", "there is no file x/y.yml; correct it or add what it names"),
        ("#/Nothing", "paths/vaults.yaml has no /Nothing; correct it or add what it names"),
    ],
)
def test_a_dangling_reference_is_named_with_what_is_wrong_in_it(
    target: str, words: str, openapi: Path
) -> None:
    change(openapi / "paths/vaults.yaml", "../schemas/vaults.yaml#/DoorRequest", f"'{target}'")
    found = [entry for entry in findings(openapi) if entry.file == "paths/vaults.yaml"]
    assert [entry.place for entry in found] == ["/Doors/post/requestBody/content/application~1json/schema"]
    assert f"the reference {target} leads nowhere: " in found[0].message
    assert words in found[0].message


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        (
            "    text:\n      type: string",
            "    text:\n      type: strng",
            "/MarkInput/properties/text/type",
            "do you mean `string`?",
        ),
        ("  required: [reason]", "  required: reason", "/RemoveMarkRequest/required", "not of type 'array'"),
    ],
)
def test_a_fault_inside_a_schema_is_named_by_the_file_of_the_schema(
    old: str, new: str, place: str, words: str, openapi: Path
) -> None:
    change(openapi / "schemas/bars.yaml", old, new)
    (found,) = [entry for entry in findings(openapi) if entry.place == place]
    assert found.file == "schemas/bars.yaml"
    assert words in found.message


def test_a_misspelt_key_is_named_with_the_nearest_one(openapi: Path) -> None:
    change(openapi / "paths/vaults.yaml", "operationId:", "operationID:")
    missing, unknown = findings(openapi)
    assert (missing.file, missing.place) == ("paths/vaults.yaml", "/Doors/post")
    assert (unknown.file, unknown.place) == ("paths/vaults.yaml", "/Doors/post/operationID")
    assert "do you mean `operationId`?" in unknown.message


def test_a_schema_that_the_root_does_not_list_is_named(openapi: Path) -> None:
    change(openapi / "minted.yaml", "    ByKey: {$ref: schemas/vaults.yaml#/ByKey}\n", "")
    (found,) = findings(openapi)
    assert (found.file, found.place) == ("schemas/vaults.yaml", "/DoorRequest/oneOf/1")
    assert found.message == (
        "the schema #/ByKey is not listed in minted.yaml under components/schemas; add it there"
    )


def test_a_schema_under_another_name_is_named(openapi: Path) -> None:
    change(openapi / "minted.yaml", "    ByKey: {", "    ByTheKey: {")
    (found,) = findings(openapi)
    assert (found.file, found.place) == ("minted.yaml", "/components/schemas/ByTheKey")


def test_a_path_item_that_nothing_refers_to_is_named(openapi: Path) -> None:
    change(openapi / "minted.yaml", "  /bars: {$ref: paths/bars.yaml#/Bars}\n", "")
    (found,) = findings(openapi)
    assert (found.file, found.place) == ("paths/bars.yaml", "/Bars")
    assert "nothing in minted.yaml refers to this" in found.message


def test_a_file_that_nothing_refers_to_is_named(openapi: Path) -> None:
    (openapi / "schemas/doors.yaml").write_text("Door: {type: object}\n", "utf-8")
    (found,) = findings(openapi)
    assert (found.file, found.place) == ("schemas/doors.yaml", "/Door")


def test_a_reference_that_leads_back_to_itself_is_named(openapi: Path) -> None:
    with (openapi / "paths/vaults.yaml").open("a", encoding="utf-8") as file:
        file.write("Loop:\n  $ref: '#/Loop'\n")
    change(openapi / "minted.yaml", "paths/vaults.yaml#/Doors", "paths/vaults.yaml#/Loop")
    found = [entry for entry in findings(openapi) if "leads back to itself" in entry.message]
    assert [(entry.file, entry.place) for entry in found] == [("paths/vaults.yaml", "/Loop")]


def test_something_beside_the_reference_of_a_path_is_named(openapi: Path) -> None:
    change(openapi / "minted.yaml", "paths/bars.yaml#/Bars}", "paths/bars.yaml#/Bars, summary: Lost}")
    (found,) = findings(openapi)
    assert (found.file, found.place) == ("minted.yaml", "/paths/~1bars")
    assert "nothing may stand beside this $ref" in found.message


def test_what_openapi_refuses_is_named_by_its_file(openapi: Path) -> None:
    change(
        openapi / "paths/vaults.yaml", "in: path\n        required: true", "in: path\n        required: maybe"
    )
    found = {(entry.file, entry.place.split("/")[1]) for entry in findings(openapi)}
    assert found == {("paths/vaults.yaml", "Doors")}
