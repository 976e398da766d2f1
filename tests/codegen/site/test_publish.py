"""The made-up site has the form of a real one: what is tested with it would work on Minted's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

from codegen.spec import Spec, load_spec
from tests.codegen.checkout import REPOSITORY, TORTURE
from tests.codegen.site.apidog import Node
from tests.codegen.site.publish import PublishedPage, publish

FOLDERS = {"ours": REPOSITORY / "openapi", "torture": TORTURE / "openapi"}


@pytest.fixture(scope="module", params=sorted(FOLDERS))
def folder(request: pytest.FixtureRequest) -> Path:
    return FOLDERS[cast("str", request.param)]


@pytest.fixture(scope="module")
def spec(folder: Path) -> Spec:
    return load_spec(folder)


@pytest.fixture(scope="module")
def pages(spec: Spec) -> list[PublishedPage]:
    return publish(spec)


@pytest.fixture(scope="module")
def documents(pages: list[PublishedPage]) -> list[Node]:
    """What a YAML parser finds in the fence of each page."""
    return [read_back(page) for page in pages]


def fences(page: PublishedPage) -> list[str]:
    return [token.content for token in MarkdownIt().parse(page.markdown) if token.type == "fence"]


def read_back(page: PublishedPage) -> Node:
    (fence,) = fences(page)
    return cast("Node", cast("Any", YAML(typ="safe", pure=True)).load(fence))


def nodes(node: Any) -> Iterator[Node]:
    if isinstance(node, dict):
        mapping = cast("Node", node)
        yield mapping
        for value in mapping.values():
            yield from nodes(value)
    elif isinstance(node, list):
        for item in cast("list[object]", node):
            yield from nodes(item)


def test_every_row_of_the_menu_has_a_page(spec: Spec, pages: list[PublishedPage]) -> None:
    rows = [
        (method.id, row.title, row.section, row.page, row.last_modified)
        for method in spec.methods
        for row in method.docs
    ]
    published = [
        (
            page.method,
            page.title,
            " / ".join(page.section),
            page.page,
            (page.last_modified or "")[:10] or None,
        )
        for page in pages
    ]
    assert published == rows


def test_no_two_pages_have_one_address(pages: list[PublishedPage]) -> None:
    assert len({page.slug for page in pages}) == len(pages)


def test_a_page_is_a_title_and_one_fence_of_openapi_3_0_1(
    pages: list[PublishedPage], documents: list[Node]
) -> None:
    for page, document in zip(pages, documents, strict=True):
        assert page.markdown.startswith(
            f"# {page.title}\n\n## OpenAPI Specification\n\n```yaml\nopenapi: 3.0.1\n"
        )
        assert document["info"] == {"title": "", "description": "", "version": "1.0.0"}


def test_a_page_has_one_path_with_one_method(documents: list[Node]) -> None:
    for document in documents:
        (item,) = document["paths"].values()
        assert len(item) == 1


def test_what_yaml_reads_back_is_the_document(pages: list[PublishedPage], documents: list[Node]) -> None:
    for page, document in zip(pages, documents, strict=True):
        assert document["components"] == page.document["components"]
        (operation,) = document["paths"][page.path].values()
        kept = ("parameters", "requestBody", "responses")
        assert [operation.get(key) for key in kept] == [page.operation.get(key) for key in kept]


def test_facts_of_the_row_are_printed_in_apidogs_words(
    pages: list[PublishedPage], documents: list[Node]
) -> None:
    for page, document in zip(pages, documents, strict=True):
        (operation,) = document["paths"][page.path].values()
        assert operation["summary"] == page.title
        assert operation["tags"] == [operation["x-apidog-folder"]]
        run = operation.get("x-run-in-apidog")
        assert run is None if page.page is None else run.endswith(f"/apis/{page.page}-run")


def test_a_slash_in_the_name_of_a_folder_is_escaped(spec: Spec) -> None:
    page = publish(spec)[0]
    page.section = ("Buy/Sell", "B2B")
    (operation,) = read_back(page)["paths"][page.path].values()
    assert operation["x-apidog-folder"] == r"Buy\/Sell/B2B"


def test_pages_say_nothing_that_only_we_know(pages: list[PublishedPage], documents: list[Node]) -> None:
    for page, document in zip(pages, documents, strict=True):
        assert "x-minted" not in page.markdown
        for node in nodes(document):
            assert node.get("format") not in ("decimal", "minted-datetime")
            assert not isinstance(node.get("type"), list)


def test_references_lead_to_shared_schemas_of_the_page(documents: list[Node]) -> None:
    for document in documents:
        shared = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
        assert {node["$ref"] for node in nodes(document) if isinstance(node.get("$ref"), str)} <= shared


def test_a_path_parameter_is_declared_or_stands_in_double_braces(pages: list[PublishedPage]) -> None:
    for page in pages:
        declared = [entry["name"] for entry in page.operation["parameters"] if entry["in"] == "path"]
        assert ("{" not in page.path) or (("{{" in page.path) != bool(declared))


def test_both_ways_of_writing_a_thing_occur() -> None:
    text = "\n".join(page.markdown for page in publish(load_spec(FOLDERS["ours"])))
    for form in (
        "/{customer_external_id}",
        "/{{external_",
        "nullable: true",
        "type: 'null'",
        "$ref: '#/components/schemas/Order Item Schema'",
        ">-",
        "x-200:Other example",
        "'*/*'",
        "Last modified:2023-10-11 12:00:00",
        "deprecated: false",
    ):
        assert form in text, form


def test_publishing_again_gives_the_same_pages(spec: Spec, pages: list[PublishedPage]) -> None:
    assert [page.markdown for page in publish(spec)] == [page.markdown for page in pages]


def test_a_change_of_one_page_leaves_the_others_alone(spec: Spec, pages: list[PublishedPage]) -> None:
    changed = publish(spec)
    changed[0].operation["deprecated"] = True
    changed[0].document["components"]["schemas"]["Made Up"] = {"type": "string"}
    differing = [new.slug for old, new in zip(pages, changed, strict=True) if old.markdown != new.markdown]
    assert differing == [changed[0].slug]
