"""What stands in packages of its own is compared like everything else: resources, methods, models, tokens."""

from __future__ import annotations

import pytest

from codegen.release.parts import Part, Role
from codegen.release.versions import read_version
from tests.codegen.checkout import REPOSITORY


@pytest.fixture(scope="module")
def parts() -> dict[str, Part]:
    return read_version("here", REPOSITORY).parts


@pytest.mark.parametrize(
    ("subject", "pointer"),
    [
        ("minted.ecom.products.list", "openapi/paths/ecom.yaml#/products/get"),
        ("minted.ecom.products.list(total)", "openapi/paths/ecom.yaml#/products/get/parameters/1"),
        ("minted.walletable.complete_delivery", "openapi/paths/walletable.yaml#/complete_delivery/post"),
        ("minted.webview.active_basket", "openapi/paths/ecom.yaml#/active_basket/get"),
        ("models.ecom.Product.sku", "openapi/schemas/ecom/products.yaml#/Product/properties/sku"),
        ("models.ecom.BasketStatus(order)", "openapi/schemas/ecom/orders.yaml#/BasketStatus/enum"),
    ],
)
def test_a_part_of_a_tab_leads_to_its_place_in_the_spec(
    subject: str, pointer: str, parts: dict[str, Part]
) -> None:
    assert parts[subject].pointer == pointer


def test_bounds_fields_and_answers_are_known(parts: dict[str, Part]) -> None:
    assert {"minimum": "5", "maximum": "100"}.items() <= parts[
        "minted.ecom.products.list(total)"
    ].facts.items()
    assert parts["minted.ecom.products.list"].types == ("Page[Product]",)
    assert parts["minted.walletable.complete_delivery(**)"].sent
    assert parts["minted.walletable.baskets.active"].role is Role.LISTED
    assert parts["minted.walletable.complete_delivery"].role is Role.FUNCTION
