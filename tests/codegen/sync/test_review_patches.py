"""What is not written comes as a patch that a person can apply."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from codegen.documents import Place
from codegen.kinds import Kind
from codegen.spec import Spec
from codegen.spec.bundle import load_bundle
from codegen.spec.lint import lint
from codegen.sync.changes import Change, Drift
from codegen.sync.editing.write import Plan, Review, plan
from tests.codegen.sync.making import (
    BALANCE,
    GET_ORDER,
    INTEGER,
    NUMBER,
    ORDER,
    TEXT,
    UPDATE_CUSTOMER,
    added,
    array,
    copy_of_spec,
    drift,
    field,
    nullable,
    obj,
    page,
)
from tests.external import program

SCHEMAS = ("components", "schemas")
SAFE = (added("gift", TEXT), added("wrapping", obj(field("colour", TEXT))))
"""Written before the patches are applied."""


def moved(name: str, place: Place, **facts: str) -> Drift:
    return drift(Change.ENDPOINT_MOVED, kind=Kind.BREAKING, method=name, place=place, pages=(page(**facts),))


GET_CUSTOMER = ("paths", "/partner/customer/{external_customer_id}", "get")
CASES: dict[str, tuple[Drift, str, str]] = {
    "another type": (
        drift(Change.TYPE, place=(*ORDER, "properties", "tax"), shape=TEXT),
        "-      type: number\n-      format: decimal\n+      type: string\n",
        "",
    ),
    "a text becomes an object": (
        drift(
            Change.TYPE, place=(*ORDER, "properties", "channel"), shape=nullable(obj(field("id", INTEGER)))
        ),
        "+OrderChannel:\n",
        "",
    ),
    "required": (
        drift(Change.REQUIRED, place=(*ORDER, "properties", "total")),
        "+  required: [guid, order_code, external_id, total, items]\n",
        "",
    ),
    "optional": (
        drift(Change.OPTIONAL, place=(*SCHEMAS, "PriceFixRequest", "properties", "type"), sent=True),
        "-  required: [type]\n",
        "",
    ),
    "nullable": (
        drift(Change.NULLABLE, place=(*ORDER, "properties", "status_name")),
        "+      anyOf:\n+        - $ref: '#/OrderStatus'\n+        - type: 'null'\n",
        "",
    ),
    "not nullable": (
        drift(Change.NOT_NULLABLE, place=(*ORDER, "properties", "payment_cost")),
        "-      type: [number, 'null']\n+      type: number\n",
        "",
    ),
    "a field gone, with what only it used": (
        drift(Change.FIELD_REMOVED, place=(*ORDER, "properties", "delivery")),
        "-DeliveredProduct:\n",
        "",
    ),
    "a required field gone": (
        drift(Change.FIELD_REMOVED, place=(*ORDER, "properties", "order_code")),
        "+  required: [guid, external_id, items]\n",
        "",
    ),
    "values gone": (
        drift(Change.ENUM_REMOVED, place=(*SCHEMAS, "OrderStatus"), values=("Packed", "Shipped")),
        "-    - Packed\n-    - Shipped\n",
        "",
    ),
    "an endpoint gone": (
        drift(Change.ENDPOINT_GONE, method="balances.customer", place=BALANCE, pages=()),
        "--- a/openapi/schemas/balances.yaml\n+++ /dev/null\n",
        "",
    ),
    "one of two verbs gone": (
        drift(Change.ENDPOINT_GONE, method="customers.update", place=UPDATE_CUSTOMER, pages=()),
        "-    operationId: customers.update\n",
        "",
    ),
    "another path": (
        moved("orders.get", GET_ORDER, path="/partner/orders/{order_id}"),
        "-      - name: external_order_id\n+      - name: order_id\n",
        "",
    ),
    "another verb": (
        moved("orders.get", GET_ORDER, method="POST", path="/partner/order/{external_order_id}"),
        "-    x-minted-idempotent: true\n",
        "",
    ),
    "away from a shared path": (
        moved("customers.get", GET_CUSTOMER, path="/partner/client/{id}"),
        "+  /partner/client/{id}:\n+    $ref: 'paths/customers.yaml#/get'\n",
        "",
    ),
    "another version": (
        drift(Change.API_VERSION, place=GET_ORDER, values=("4",)),
        '-    x-minted-api-version: "2"\n+    x-minted-api-version: "4"\n',
        "",
    ),
    "the body gone": (
        drift(
            Change.BODY_REMOVED, method="orders.find", place=("paths", "/partner/order", "post"), sent=True
        ),
        "-FindOrderRequest:\n",
        "",
    ),
    "the answer gone": (
        drift(Change.ANSWER_REMOVED, method="balances.customer", place=BALANCE),
        "+            schema: {}\n",
        "",
    ),
    "a page gone": (
        drift(Change.PAGE_GONE, place=(*GET_ORDER, "x-minted-docs", 1), pages=()),
        "-      - {page: api-4295600, title: Card Payment Get Order,",
        "",
    ),
    "no longer deprecated, though it never was": (
        drift(Change.DEPRECATED, method="orders.get", place=GET_ORDER),
        "",
        "nothing left to change",
    ),
    "one of two methods gone": (
        drift(
            Change.ENDPOINT_GONE, method="orders.buy", place=("paths", "/partner/order/digital/buy", "post")
        ),
        "",
        "the operation becomes 2 methods; take this one out by hand",
    ),
    "a path parameter gone": (
        drift(Change.PARAMETER_REMOVED, place=(*GET_ORDER, "parameters", 0)),
        "",
        "the path has to change with it",
    ),
    "a constant that changes": (
        drift(
            Change.TYPE,
            place=(*SCHEMAS, "BuyWithCardTokenRequest", "properties", "payment_type"),
            shape=NUMBER,
        ),
        "",
        "sends a constant here",
    ),
    "all values gone": (
        drift(Change.ENUM_REMOVED, place=(*SCHEMAS, "OrderType"), values=("Buy", "Sell", "Delivery")),
        "",
        "enums are open",
    ),
    "a type that is not shown": (
        drift(Change.TYPE, place=(*ORDER, "properties", "items"), shape=array(None)),
        "",
        "does not show what the array holds",
    ),
}
PATCHED = sorted(name for name, (_, patch, _) in CASES.items() if patch)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    """One plan for all cases, and a copy of the spec into which its safe edits were written."""
    root = copy_of_spec(tmp_path_factory.mktemp("spec")).root
    done = plan(root, [*SAFE, *(case[0] for case in CASES.values())])
    for name, content in done.files.items():
        (root / name).write_text(content, "utf-8")
    return done, root


def review_of(made: Plan, name: str) -> Review:
    (found,) = [review for review in made.review if review.drift == CASES[name][0]]
    return found


def patched(made: tuple[Plan, Path], name: str, folder: Path, *command: str) -> Spec:
    """The spec after one patch, applied with a tool."""
    root = folder / "checkout"
    shutil.copytree(made[1], root)
    patch = review_of(made[0], name).patch
    done = subprocess.run(command, cwd=root, input=patch, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Spec(load_bundle(root / "openapi"))


def test_nothing_of_it_is_written(made: tuple[Plan, Path]) -> None:
    assert made[0].applied == tuple(sorted(SAFE, key=lambda each: each.at))
    assert sorted(made[0].files) == [
        "openapi/evidence/synced.yaml",
        "openapi/minted.yaml",
        "openapi/schemas/orders.yaml",
    ]


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_patch_says_what_changes_or_why_there_is_none(made: tuple[Plan, Path], name: str) -> None:
    _, lines, without = CASES[name]
    review = review_of(made[0], name)
    assert lines in (review.patch or "")
    assert without in review.without
    assert (review.patch is None) is bool(without)


@pytest.mark.parametrize("name", PATCHED)
def test_a_patch_alone_leaves_a_spec_that_keeps_the_rules(
    made: tuple[Plan, Path], name: str, tmp_path: Path
) -> None:
    spec = patched(made, name, tmp_path, program("git", "git"), "apply", "-")
    lint(spec, frozenset({"ExternalId", "IsoDateTime", "JsonObject", "MintedDateTime", "MintedDateTimeUtc"}))


@pytest.mark.parametrize("name", ["an endpoint gone", "another type"])
def test_the_patch_command_takes_it_too(made: tuple[Plan, Path], name: str, tmp_path: Path) -> None:
    patched(made, name, tmp_path, program("patch", "patch"), "-p1")


def test_a_patch_that_breaks_a_rule_says_so(tmp_path: Path) -> None:
    change = drift(
        Change.NULLABLE, method="orders.get", place=(*GET_ORDER, "parameters", 0, "schema"), sent=True
    )
    made = plan(copy_of_spec(tmp_path).root, [change])
    assert made.review[0].patch is not None
    assert "the rules of the spec want more: openapi/paths/orders.yaml" in made.review[0].without
