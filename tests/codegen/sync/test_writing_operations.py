"""A page of an endpoint becomes a typed method that works."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from codegen.emit.build import build
from codegen.emit.build import drift as differences
from codegen.pages.facts import Answer, Body, PageFacts, Parameter, Shape
from codegen.project import Project
from codegen.sync.changes import Change, Drift
from codegen.sync.writing.plan import Plan, apply, plan
from tests.codegen.checkout import repository_copy
from tests.codegen.sync.making import (
    BOOLEAN,
    INTEGER,
    NUMBER,
    TEXT,
    added_lines,
    array,
    drift,
    enveloped,
    field,
    new_page,
    nullable,
    obj,
    page,
    planned,
    query,
    sent,
    spec_of,
    text,
)

VOUCHER = obj(
    field("code", TEXT, True),
    field("amount", INTEGER, True),
    field("currency", text(enum=("TRY", "USD", "EUR", "GBP"))),
    field("lines", array(obj(field("sku", TEXT, True), field("count", nullable(INTEGER))))),
    field("anything", Shape()),
    schema_name="Voucher Schema",
)
CREATE = page(
    title="Voucher - Create",
    section=("Partner", "Vouchers"),
    page="api-7777777",
    method="POST",
    path="/partner/voucher/{customer_external_id}/create",
    headers=(Parameter(name="api-version", location="header", shape=text(examples=("3",))),),
    parameters=(query("dryRun", BOOLEAN),),
    body=sent(
        obj(field("external_id", TEXT, True), field("amount", NUMBER, True), field("note", nullable(TEXT)))
    ),
    answers=enveloped(VOUCHER),
)
LIST = page(
    page="api-3652431",
    title="Get Orders",
    path="/partner/orders",
    parameters=(query("page", INTEGER),),
    answers=enveloped(array(obj(field("guid", TEXT, True), schema_name="Order Row"))),
)
BALANCES = page(
    page="api-3717999",
    title="Set Balance",
    section=("Balances",),
    method="PUT",
    path="/partner/balance/customer/{id}",
    body=sent(obj(field("amount", NUMBER, True))),
)

PROGRAM = """
import asyncio
from decimal import Decimal

from aiohttp import web

from minted_async import MintedClient, models

VOUCHER = '{"code": "A1", "amount": 12.50, "currency": "TRY", "lines": [{"sku": "GAU", "count": null}]}'
ANSWER = '{"data": %s, "success": true, "code": 0, "message": ""}'


async def main() -> None:
    seen = []

    async def handle(request: web.Request) -> web.Response:
        version, sent = request.headers.get("api-version"), await request.text()
        seen.append((request.method, request.raw_path, version, sent))
        data = VOUCHER if request.method == "POST" else '[{"guid": "G"}]'
        return web.Response(text=ANSWER % data, content_type="application/json")

    application = web.Application()
    application.router.add_route("*", "/{anything:.*}", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with MintedClient("u", "p", base_url=f"http://127.0.0.1:{runner.addresses[0][1]}") as minted:
            voucher = await minted.vouchers.create(
                "C/1", external_id="V-1", amount=Decimal("12.50"), dry_run=True
            )
            orders = await minted.orders.list(page=2)
    finally:
        await runner.cleanup()
    assert seen == [
        ("POST", "/partner/voucher/C%2F1/create?dryRun=true", "3", '{"external_id":"V-1","amount":12.50}'),
        ("GET", "/partner/orders?page=2", None, ""),
    ], seen
    assert voucher.amount == Decimal("12.50")
    assert voucher.currency is models.Currency.TRY
    assert voucher.lines == [models.VoucherLine(sku="GAU")]
    assert orders == [models.OrderRow(guid="G")]
    print(models.__file__)


asyncio.run(main())
"""


FIND = ("paths", "/partner/order", "post")


def endpoint(facts: PageFacts) -> Drift:
    return drift(Change.ENDPOINT_NEW, method="", pages=(facts,))


ALL = (
    endpoint(CREATE),
    endpoint(BALANCES),
    drift(Change.ENDPOINT_DOCUMENTED, method="orders.list", pages=(LIST,)),
    drift(Change.DEPRECATED, method="orders.find", place=FIND, pages=(page(deprecated=True),)),
)


@pytest.fixture(scope="module")
def made() -> Plan:
    return planned(*ALL)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of this checkout into which all of it was written."""
    project = repository_copy(tmp_path_factory.mktemp("copy"))
    apply(project, plan(project, ALL))
    return project


def run(project: Project, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(project.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_everything_is_written(made: Plan) -> None:
    assert [review.reason for review in made.review] == []
    assert [note for fate in made.fates for note in fate.notes] == [
        "left out: Voucher.anything: of which type it is, is not said"
    ]


def test_what_is_generated_is_what_the_new_spec_says(written: Project) -> None:
    assert list(differences(written, build(written))) == []


def test_the_new_methods_send_and_read(written: Project) -> None:
    assert run(written, "-c", PROGRAM).startswith(str(written.root))


def test_the_generated_tests_of_new_methods_pass(written: Project) -> None:
    run(written, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "tests/test_generated.py")


def test_an_operation_is_written_as_a_person_would_write_it(made: Plan) -> None:
    assert made.files["openapi/paths/vouchers.yaml"] == VOUCHERS


VOUCHERS = """\
create:
  post:
    operationId: vouchers.create
    tags: [vouchers]
    summary: Voucher - Create.
    description: Written from what is documented on api-7777777; nobody has described it in our own words yet.
    x-minted-evidence: documented
    x-minted-docs:
      - page: api-7777777
        title: Voucher - Create
        section: Partner / Vouchers
        last_modified: '2026-01-15'
        evidence: documented
    x-minted-api-version: '3'
    x-minted-envelope: true
    parameters:
      - name: customer_external_id
        in: path
        required: true
        description: Customer external id. Not explained on api-7777777.
        schema: {$ref: ../schemas/common.yaml#/ExternalId}
      - name: dryRun
        in: query
        description: Dry run. Not explained on api-7777777.
        schema: {type: boolean}
    requestBody:
      required: true
      content:
        application/json:
          schema: {$ref: ../schemas/vouchers.yaml#/CreateVoucherRequest}
    responses:
      '200':
        description: What is answered, as it stands on api-7777777.
        content:
          application/json:
            schema: {$ref: ../schemas/vouchers.yaml#/Voucher}
"""


def test_schemas_of_a_new_resource_get_a_file_of_their_own(made: Plan) -> None:
    text = made.files["openapi/schemas/vouchers.yaml"]
    assert text.startswith("# Vouchers.\nCreateVoucherRequest:\n  type: object\n")
    assert "\n\nVoucher:\n  type: object\n" in text
    assert "\n\nVoucherLine:\n  type: object\n" in text


def test_minted_yaml_lists_paths_schemas_and_tags(made: Plan) -> None:
    assert (
        added_lines(made, "openapi/minted.yaml")
        == """\
  - name: vouchers
    description: What the documentation has under Vouchers.
  /partner/orders: {$ref: paths/orders.yaml#/list}
  /partner/voucher/{customer_external_id}/create: {$ref: paths/vouchers.yaml#/create}
    OrderRow: {$ref: schemas/orders.yaml#/OrderRow}
    SetBalanceRequest: {$ref: schemas/balances.yaml#/SetBalanceRequest}
    CreateVoucherRequest: {$ref: schemas/vouchers.yaml#/CreateVoucherRequest}
    Voucher: {$ref: schemas/vouchers.yaml#/Voucher}
    VoucherLine: {$ref: schemas/vouchers.yaml#/VoucherLine}
"""
    )


def test_a_listed_row_moves_to_a_typed_operation(made: Plan) -> None:
    assert "orders.list" not in made.files["openapi/listed.yaml"]
    assert "      - page: api-3652431\n        title: Get Orders\n" in made.files["openapi/paths/orders.yaml"]
    assert (
        "    x-minted-idempotent: true\n" in made.files["openapi/paths/orders.yaml"].partition("\nlist:\n")[2]
    )


def test_rows_that_a_listed_one_is_too_become_siblings_of_its_page(tmp_path: Path) -> None:
    removal = page(
        page="api-77",
        title="Remove Customer Id",
        section=("E-Commerce API", "Customers"),
        method="DELETE",
        path="/partner/customer/{external_customer_id}",
    )
    made = planned(drift(Change.ENDPOINT_DOCUMENTED, method="customers.remove", pages=(removal,)))
    (method,) = [each for each in spec_of(made, tmp_path).methods if each.id == "customers.remove"]
    assert [(row.section, row.page, row.evidence) for row in method.docs] == [
        ("E-Commerce API / Customers", "api-77", "documented"),
        ("Customers", None, "sibling"),
        ("Walletable E-Commerce / Customers", None, "sibling"),
    ]


def test_an_operation_on_a_known_path_joins_its_path_item(made: Plan, tmp_path: Path) -> None:
    spec = spec_of(made, tmp_path)
    path = "/partner/balance/customer/{customer_external_id}"
    (method,) = [method for method in spec.methods if (method.verb, method.path) == ("PUT", path)]
    assert [parameter.name for parameter in method.parameters] == ["customer_external_id"]


def test_an_answer_without_envelope_is_read_as_it_is(tmp_path: Path) -> None:
    answer = Answer(status="200", shape=obj(field("state", TEXT, True)))
    made = planned(new_page(path="/partner/health", title="Health", answers=(answer,)))
    (method,) = [method for method in spec_of(made, tmp_path).methods if method.path == "/partner/health"]
    assert (method.envelope, method.id) == (False, "healths.get")


NAMES: list[tuple[str, str, str, str]] = [
    ("Cancel Order", "POST", "/partner/order/cancel", "orders.cancel"),
    ("Get Customer Wallets", "GET", "/partner/customer/{id}/wallets", "customers.get_wallets"),
    ("Delivery - Cancel (Admin)", "POST", "/partner/delivery/cancel", "deliveries.cancel"),
    ("Müşteri Oluştur", "POST", "/partner/musteri", "musteris.olustur"),
    ("Company", "GET", "/partner/company/{id}", "companies.get"),
    ("Companies", "GET", "/partner/company", "companies.list"),
    ("Calculate Price", "POST", "/partner/price/calculate", "prices.calculate_post"),
    ("Campaigns", "GET", "/partner/ecom/campaigns", "ecom.campaigns.list"),
    ("Basket Note", "POST", "/partner/ecom/basket/note", "ecom.baskets.note"),
]


@pytest.fixture(scope="module")
def named() -> str:
    """The files of one plan with all of these endpoints, each in a section of its own."""
    pages = [
        new_page(title=title, method=method, path=path, section=(expected,))
        for title, method, path, expected in NAMES
    ]
    return "".join(planned(*pages).files.values())


@pytest.mark.parametrize(("title", "method", "path", "expected"), NAMES)
def test_a_new_endpoint_is_named_for_its_path_and_title(
    named: str, title: str, method: str, path: str, expected: str
) -> None:
    written = (
        f"    operationId: {expected}\n    tags: [{expected.rpartition('.')[0]}]\n    summary: {title}.\n"
    )
    assert written in named, (method, path)


def test_one_more_page_of_an_operation_is_one_more_row() -> None:
    facts = page(title="Sell (Platinum)", page="api-1", section=("Sell", "Partner - B2B"))
    place = ("paths", "/partner/order/digital/sell", "post", "x-minted-docs")
    made = planned(drift(Change.PAGE_NEW, method="orders.sell", place=place, pages=(facts,)))
    assert added_lines(made, "openapi/paths/orders.yaml") == (
        "      - page: api-1\n        title: Sell (Platinum)\n        section: Sell / Partner - B2B\n"
        "        last_modified: '2026-01-15'\n        evidence: documented\n"
    )


def test_a_row_learns_its_page_date_and_name() -> None:
    facts: dict[str, Any] = {
        "method": "orders.sell",
        "place": ("paths", "/partner/order/digital/sell", "post", "x-minted-docs", 0),
        "pages": (page(title="Sell: Gold", page="api-1", section=("Sell", "B2B2C")),),
    }
    made = planned(
        *(drift(change, **facts) for change in (Change.PAGE_ID, Change.LAST_MODIFIED, Change.RENAMED))
    )
    row = "      - page: api-1\n        title: 'Sell: Gold'\n        section: Sell / B2B2C\n"
    date = "        last_modified: '2026-01-15'\n        evidence: documented\n"
    assert row + date in made.files["openapi/paths/orders.yaml"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"path": "/partner/{{x}}"}, "no path that can be called"),
        ({"path": "/partner/../../etc passwd"}, "no path that can be called"),
        ({"path": "/partner/x/{card_token}"}, "must not stand in a URL"),
        ({"method": "TRACE", "path": "/partner/x"}, "no HTTP method"),
        ({"path": "/partner/order/{id}"}, "already"),
        ({"path": "/partner/x", "method": "POST", "body": sent(None)}, "does not show"),
        ({"path": "/partner/x", "method": "POST", "body": sent(array(TEXT))}, "no object with fields"),
        ({"path": "/partner/x", "body": sent(obj(field("a", TEXT)))}, "a body for a GET"),
        ({"path": "/partner/voucher/1710174559"}, "holds a value"),
        ({"path": "/partner/x", "security": ("bearer",)}, "authenticates by bearer"),
        ({"path": "/partner/x", "gaps": ("answers",)}, "what is unknown is not written"),
        (
            {"path": "/partner/x", "answers": (Answer(status="200", media_type="application/pdf"),)},
            "reads JSON",
        ),
        ({"path": "/partner/x", "answers": (Answer(status="400"),)}, "a call that went well"),
        (
            {"path": "/partner/x", "method": "POST", "body": Body(media_type="multipart/form-data")},
            "the client sends JSON",
        ),
        (
            {"path": "/partner/x", "method": "POST", "body": sent(obj(field("a", Shape())))},
            "a: of which type it is, is not said",
        ),
    ],
)
def test_an_endpoint_that_nobody_could_call_is_left_for_review(facts: dict[str, object], reason: str) -> None:
    made = planned(new_page(**facts))
    assert made.files == {}
    assert reason in made.review[0].reason
