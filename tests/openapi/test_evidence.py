"""The spec holds what the evidence holds, and claims no more."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.openapi.comparison import ENUMS, SCHEMAS, Finding, compare
from tests.openapi.documents import ROOT, Spec, read_yaml
from tests.openapi.evidence import Evidence

EXCEPTIONS = Path(__file__).with_name("exceptions.yaml")
SPEC = Spec()
EVIDENCE = Evidence()


def exceptions() -> list[Finding]:
    return [
        Finding(entry["page"], at, entry["rule"], entry["reason"])
        for entry in read_yaml(EXCEPTIONS)
        for at in entry["at"]
    ]


def unexpected(spec: Spec, evidence: Evidence = EVIDENCE) -> list[Finding]:
    excepted = set(exceptions())
    return [finding for finding in compare(spec, evidence) if finding not in excepted]


def test_spec_differs_from_the_evidence_only_where_an_exception_says_why() -> None:
    assert [str(finding) for finding in unexpected(SPEC)] == []


def test_every_exception_is_needed() -> None:
    findings = set(compare(SPEC, EVIDENCE))
    assert [str(exception) for exception in exceptions() if exception not in findings] == []


def test_no_exception_is_given_twice_and_each_has_a_reason() -> None:
    assert [exception for exception, times in Counter(exceptions()).items() if times > 1] == []
    assert all(exception.detail.endswith(".") for exception in exceptions())


def test_every_shared_schema_with_fields_is_compared() -> None:
    assert {name for name, raw in EVIDENCE.schemas if raw.get("fields")} == set(SCHEMAS)
    assert set(ENUMS) < {name for name, _ in EVIDENCE.schemas}


def test_the_pages_of_all_documented_rows_are_compared() -> None:
    rows = [row for operation in SPEC.operations for row in operation.docs]
    documented = {row["page"] for row in rows if row["evidence"] == "documented" and row["page"]}
    assert documented <= {page.label for page in EVIDENCE.documented}


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        pytest.param(
            "schemas/orders.yaml",
            "    order_code:\n      type: string\n      description: Minted's short code of the order, 8",
            "    order_number:\n      type: string\n      description: Minted's short code of the order, 8",
            {("api-3652432", "data.order_code", "name"), ("Order", "order_number", "claim")},
            id="field renamed",
        ),
        pytest.param(
            "schemas/orders.yaml",
            "    - Payment Confirmed\n",
            "    - PaymentConfirmed\n",
            {("api-3652432", "data.status_name", "enum"), ("api-4295600", "data.status_name", "enum")},
            id="enum value respelt",
        ),
        pytest.param(
            "schemas/orders.yaml",
            "enum: [Buy, Sell, Delivery]",
            "enum: [Sell, Buy, Delivery]",
            {("api-3652432", "data.type", "enum")},
            id="enum values reordered",
        ),
        pytest.param(
            "schemas/prices.yaml",
            "required: [type]",
            "required: [type, total]",
            {("api-3826800", "body.total", "optional")},
            id="requires what one page lacks",
        ),
        pytest.param(
            "schemas/orders.yaml",
            "required: [price_token, external_id, items]",
            "required: [price_token, items]",
            {("api-3769745", "body.external_id", "required")},
            id="request field no longer required",
        ),
        pytest.param(
            "schemas/orders.yaml",
            "required: [guid, order_code, external_id, items]",
            "required: [guid, order_code, external_id, items, total]",
            {("api-3652432", "data.total", "optional"), ("Order", "total", "unbacked")},
            id="answer field required",
        ),
        pytest.param(
            "schemas/prices.yaml",
            "type: [number, 'null']\n      format: decimal\n      description: The money total",
            "type: number\n      format: decimal\n      description: The money total",
            {("api-3826800", "data.total", "nullable"), ("api-3826800", "data/total", "example")},
            id="null refused",
        ),
        pytest.param(
            "schemas/balances.yaml",
            "    is_cash:\n      type: boolean",
            "    is_cash:\n      type: string",
            {("api-3717483", "data[].is_cash", "type"), ("api-3717483", "data/0/is_cash", "example")},
            id="other type",
        ),
        pytest.param(
            "schemas/customers.yaml",
            "      x-minted-source: example\n      description: A date,",
            "      description: A date,",
            {("CreateBusinessCustomerRequest", "birthdate", "source")},
            id="example mark dropped",
        ),
        pytest.param(
            "minted.yaml",
            "/partner/order/digital/sell:",
            "/partner/order/sell:",
            {("api-3769745", "path", "operation")},
            id="other path",
        ),
        pytest.param(
            "paths/prices.yaml",
            "x-minted-api-version: '3'",
            "x-minted-api-version: '2'",
            {("api-3826800", "api-version", "operation"), ("api-7918013", "api-version", "operation")},
            id="other api-version",
        ),
        pytest.param(
            "paths/balances.yaml",
            "page: api-3717483",
            "page: api-1",
            {("api-3717483", "", "operation")},
            id="page of no operation",
        ),
        pytest.param(
            "paths/ecom.yaml",
            "maximum: 100",
            "maximum: 30",
            {("api-8209436", "query.total", "bounds")},
            id="other bound",
        ),
        pytest.param(
            "paths/ecom.yaml",
            "parameters: [page, total, sortBy",
            "parameters: [page, total, sku, sortBy",
            {("api-26025311", "query", "operation")},
            id="parameter of another method",
        ),
        pytest.param(
            "paths/ecom.yaml",
            "        security:\n          - bearer: []\n",
            "",
            {("api-26025311", "auth", "operation")},
            id="other authentication",
        ),
        pytest.param(
            "paths/walletable.yaml",
            "name: tx_type",
            "name: type",
            {
                ("api-26192668", "query.tx_type", "name"),
                ("api-26192668", "query", "operation"),
                ("walletable.orders.list", "type", "claim"),
            },
            id="parameter renamed",
        ),
        pytest.param(
            "paths/walletable.yaml",
            "type: boolean\n          x-minted-source: example",
            "type: boolean",
            {("walletable.balance.wallet", "is_deliverable", "source")},
            id="example mark of a parameter dropped",
        ),
        pytest.param(
            "schemas/ecom/orders.yaml",
            "enum: [type, total, ",
            "enum: [total, type, ",
            {("api-8228838", "query.sortBy", "enum")},
            id="values of a parameter reordered",
        ),
        pytest.param(
            "schemas/common.yaml",
            "    per_page:\n",
            "    page_size:\n",
            {
                ("api-8209436", "data.per_page", "name"),
                ("api-8328441", "data.per_page", "name"),
                ("Page", "page_size", "claim"),
            },
            id="field of all pages renamed",
        ),
        pytest.param(
            "listed.yaml",
            "page: api-26503549\n    answer:",
            "page: null\n    answer:",
            {("api-26503549", "", "operation")},
            id="answer of no row",
        ),
    ],
)
def test_an_edit_that_leaves_the_evidence_is_found(
    tmp_path: Path, file: str, old: str, new: str, found: set[tuple[str, str, str]]
) -> None:
    root = shutil.copytree(ROOT, tmp_path / "openapi")
    text = (root / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (root / file).write_text(text.replace(old, new), encoding="utf-8")
    assert found <= {(finding.page, finding.at, finding.rule) for finding in unexpected(Spec(root))}


def test_a_field_that_a_page_gains_is_missed_in_the_spec(tmp_path: Path) -> None:
    root = shutil.copytree(ROOT / "evidence", tmp_path / "evidence")
    text = (root / "buy.yaml").read_text(encoding="utf-8")
    row = "- {name: expire_ttl,"
    assert row in text
    gained = text.replace(row, f"- {{name: spread, type: number, required: true}}\n            {row}", 1)
    (root / "buy.yaml").write_text(gained, encoding="utf-8")
    assert [(f.page, f.at, f.rule) for f in unexpected(SPEC, Evidence(root))] == [
        ("api-3826800", "data.spread", "name")
    ]
