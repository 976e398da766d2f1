"""What an edit of the spec does to those who use the SDK beyond what the package shows, edit by edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.release.compare import compare
from codegen.release.parts import Version
from codegen.release.versions import read_version
from tests.codegen.release.versions import SPEC, checkout

GET = "minted.orders.get(...)"
BUY = "minted.orders.buy(...)"
ID_ARGUMENT = "the argument `external_order_id`"
ID = "operationId: orders.get\n"
VERSION = 'x-minted-api-version: "2"\n      requestBody'

CASES: dict[str, tuple[str, str, list[str]]] = {
    "the version of the API": (
        VERSION,
        VERSION.replace("2", "3"),
        [f"breaking {BUY}: asks for version 3 of the API now; it was 2"],
    ),
    "no longer repeated": (
        "      x-minted-idempotent: true\n",
        "",
        [f"breaking {GET}: is not repeated now when the answer is lost; it was repeated"],
    ),
    "a limit is tighter": (
        "maxLength: 40",
        "maxLength: 20",
        [f"breaking {GET}: {ID_ARGUMENT} has the limit maxLength 20 now; it was 40"],
    ),
    "a secret is printed": (
        ", x-minted-secret: true",
        "",
        ["breaking models.Order.card_token: is readable now wherever it is printed; it was masked"],
    ),
    "a limit is new": (
        "sku: {type: string}",
        "sku: {type: string, maxLength: 8}",
        ["breaking models.Item.sku: has the limit maxLength 8 now; it was none"],
    ),
    "the path": (
        "  /order:\n",
        "  /orders:\n",
        [f"additive {BUY}: is sent as `POST /orders` now; it was `POST /order`"],
    ),
    "the envelope": (
        ID,
        f"{ID}      x-minted-envelope: false\n",
        [f"additive {GET}: has an answer without an envelope now; it was in an envelope"],
    ),
    "deprecation": (
        ID,
        f"{ID}      deprecated: true\n",
        [f"additive {GET}: is deprecated now; it was in use"],
    ),
    "a limit is wider": (
        "minimum: 1",
        "minimum: 0",
        ["additive models.Item.amount: has the limit minimum 0 now; it was 1"],
    ),
    "a limit is no more": (
        ", minimum: 1",
        "",
        ["additive models.Item.amount: has the limit minimum none now; it was 1"],
    ),
    "a description": ("description: Bought.", "description: It was bought.", []),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """The small SDK as it is."""
    return read_version("small", checkout(tmp_path_factory.mktemp("small")))


@pytest.mark.parametrize(("old", "new", "wanted"), CASES.values(), ids=CASES.keys())
def test_what_only_the_spec_shows_is_found(
    old: str, new: str, wanted: list[str], small: Version, tmp_path: Path
) -> None:
    edited = read_version("edited", checkout(tmp_path, (SPEC, old, new)))
    found = compare(small, edited).differences
    assert [f"{each.kind.value} {each.name}: {each.message}" for each in found] == wanted


def test_what_is_only_listed_has_a_place_too(small: Version) -> None:
    assert small.parts["minted.orders.list"].pointer == "openapi/listed.yaml#/0"
