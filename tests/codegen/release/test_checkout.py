"""This SDK itself, after an edit of its spec and a run of the generator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.__main__ import main
from tests.codegen.checkout import REPOSITORY, repository_copy
from tests.codegen.test_new_endpoint import OPERATION, SCHEMA, append, insert

BODY = "required: [price_token, external_id, customer, items]"
ITEM = "\nBuyItem:\n  type: object\n"
PRICE = "required: [currency_id, product_id, spot_price,"

EDITS = [
    ("openapi/paths/prices.yaml", "x-minted-api-version: '3'", "x-minted-api-version: '4'"),
    ("openapi/schemas/orders.yaml", "    - Packed\n", "    - Wrapped\n"),
    ("openapi/schemas/orders.yaml", ITEM, ITEM + "  required: [sku]\n"),
    ("openapi/schemas/orders.yaml", "    channel:\n", "    origin:\n"),
    ("openapi/schemas/orders.yaml", BODY, BODY.replace("]", ", currency_code]")),
    ("openapi/schemas/prices.yaml", PRICE, PRICE.replace(" spot_price,", "")),
]

ORDERS = "openapi/schemas/orders.yaml#"
BREAKING = [
    (
        "minted.orders.buy(...)",
        "the argument `currency_code` is required now",
        f"{ORDERS}/BuyRequest/properties/currency_code",
    ),
    (
        "minted.prices.fix(...)",
        "asks for version 4 of the API now; it was 3",
        "openapi/paths/prices.yaml#/pricefix/post",
    ),
    ("models.BuyItem.sku", "is required now", f"{ORDERS}/BuyItem/properties/sku"),
    ("models.Order.channel", "is no longer there", f"{ORDERS}/Order/properties/channel"),
    ("models.OrderStatus", "the value `Packed` is no longer there", f"{ORDERS}/OrderStatus/enum"),
    (
        "models.Price.spot_price",
        "is `Decimal | None` now; it was `Decimal`",
        "openapi/schemas/prices.yaml#/Price/properties/spot_price",
    ),
]
ADDITIVE = [
    ("minted.balances.close_vault(...)", "is new", "openapi/paths/balances.yaml#/vault_list/delete"),
    ("minted.balances.set_vault(...)", "is new", "openapi/paths/balances.yaml#/vault_list/put"),
    ("minted.balances.vaults(...)", "is new", "openapi/paths/balances.yaml#/vault_list/get"),
    ("models.Order.origin", "is new", f"{ORDERS}/Order/properties/origin"),
    ("models.OrderStatus", "the value `Wrapped` is new", f"{ORDERS}/OrderStatus/enum"),
    ("models.Vault", "is new", "openapi/schemas/balances.yaml#/Vault"),
]


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout with an edited spec, generated anew."""
    root = repository_copy(tmp_path_factory.mktemp("edited")).root
    for name, old, new in EDITS:
        text = (root / name).read_text("utf-8")
        assert text.count(old) == 1, (name, old)
        (root / name).write_text(text.replace(old, new), "utf-8")
    append(root / "openapi/paths/balances.yaml", OPERATION)
    append(root / "openapi/schemas/balances.yaml", SCHEMA)
    path = "  /partner/vault/{customer_external_id}: {$ref: 'paths/balances.yaml#/vault_list'}\n"
    insert(root / "openapi/minted.yaml", "paths:", path)
    assert main(["generate", "--root", str(root)]) == 0
    return root


def test_each_difference_is_told_once_with_its_place(
    edited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", str(REPOSITORY), "--root", str(edited), "--json"]) == 1
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["differences"]
    told = [(each["kind"], (each["name"], each["message"], each["pointer"])) for each in found]
    assert [rest for kind, rest in told if kind == "breaking"] == BREAKING
    assert [rest for kind, rest in told if kind == "additive"] == ADDITIVE


def test_this_checkout_differs_in_nothing_from_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(REPOSITORY)]) == 0
    assert capsys.readouterr().out.startswith("Nothing that users see differs between ")


def test_this_checkout_breaks_no_release() -> None:
    assert main(["compatibility"]) == 0
