"""Models show no secret, and cannot be changed."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from io import StringIO
from pkgutil import walk_packages

import msgspec
import pytest
from rich.console import Console

import minted_async
from minted_async import models
from minted_async.core.model import Model
from minted_async.generated import models as generated
from minted_async.generated import requests
from minted_async.models import walletable

PAYMENT = models.CardTokenPayment(card_token="CARD-TOKEN", card_cvv="987", customer_ip="127.0.0.1")
BUYER = models.OrderBuyer(firstname="Deniz", identity_number="10000000146")


def test_repr_masks_secrets_and_shows_the_rest() -> None:
    assert repr(PAYMENT) == "CardTokenPayment(card_token='***', card_cvv='***', customer_ip='127.0.0.1')"


def test_str_is_as_careful_as_repr() -> None:
    assert str(PAYMENT) == repr(PAYMENT)
    assert f"{PAYMENT}" == repr(PAYMENT)


def test_repr_masks_secrets_of_nested_models() -> None:
    request = requests.BuyWithCardTokenRequest(
        price_token="PRICE-TOKEN",
        external_id="ORD-1",
        customer=models.OrderCustomer(
            external_id="CST-1", identity_number="10000000146", firstname="", lastname="", email="", phone=""
        ),
        items=[models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
        payment=PAYMENT,
    )
    shown = repr(request)
    for secret in ("PRICE-TOKEN", "10000000146", "CARD-TOKEN", "987"):
        assert secret not in shown
    assert "Decimal('0.5')" in shown


def test_repr_masks_what_only_its_name_says_is_secret() -> None:
    class Own(Model, frozen=True):
        access_token: str
        content: dict[str, object]

    order = msgspec.convert(
        {"billingaddress": {"name": "Deniz", "a": [{"cardNumber": ["SECRET"], "iban": None}]}},
        walletable.WalletableOrder,
    )
    shown = repr(Own(access_token="SECRET", content={"pin": {"x": "SECRET"}})) + repr(order)
    assert "SECRET" not in shown
    assert "{'name': 'Deniz', 'a': [{'cardNumber': '***', 'iban': None}]}" in shown


def test_rich_masks_secrets_too() -> None:
    output = StringIO()
    Console(file=output, width=200).print(PAYMENT, BUYER)
    assert "987" not in output.getvalue()
    assert "CARD-TOKEN" not in output.getvalue()
    assert "10000000146" not in output.getvalue()
    assert "Deniz" in output.getvalue()


def test_what_hides_fields_in_its_repr_hides_them_from_rich() -> None:
    for module in walk_packages(minted_async.__path__, "minted_async."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    kinds: list[type[msgspec.Struct]] = [msgspec.Struct]
    for kind in kinds:  # which grows on the way
        kinds += kind.__subclasses__()
    own = [kind for kind in kinds if kind.__repr__ is not msgspec.Struct.__repr__]
    assert len(own) > 10
    assert [kind for kind in own if kind.__rich_repr__ is msgspec.Struct.__rich_repr__] == []


def test_a_secret_that_is_absent_is_shown_as_absent() -> None:
    assert repr(models.CardTokenPayment()) == (
        "CardTokenPayment(card_token=UNSET, card_cvv=UNSET, customer_ip=UNSET)"
    )
    assert "identity_number=None" in repr(models.OrderBuyer())


def test_every_field_that_the_spec_calls_secret_exists() -> None:
    kinds = [getattr(models, name) for name in generated.__all__]
    secretive = [kind for kind in kinds if issubclass(kind, Model) and kind.__secret_fields__]
    assert models.CardTokenPayment in secretive
    for kind in secretive:
        assert kind.__secret_fields__ <= set(kind.__struct_fields__)


def test_the_value_itself_stays_readable() -> None:
    assert PAYMENT.card_token == "CARD-TOKEN"
    assert msgspec.json.decode(msgspec.json.encode(PAYMENT)) == {
        "card_token": "CARD-TOKEN",
        "card_cvv": "987",
        "customer_ip": "127.0.0.1",
    }


def test_models_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        PAYMENT.card_cvv = "1"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_equal_models_are_equal_and_hash_alike() -> None:
    again = models.CardTokenPayment(card_token="CARD-TOKEN", card_cvv="987", customer_ip="127.0.0.1")
    assert again == PAYMENT
    assert hash(again) == hash(PAYMENT)


def test_the_three_states_of_a_request_field_differ_on_the_wire() -> None:
    def sent(**fields: str | None) -> object:
        address = models.BillingAddressInput(city="", county="", district="", address="", **fields)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        return msgspec.json.decode(msgspec.json.encode(address)).get("fullname", "left out")

    assert sent(fullname="Deniz") == "Deniz"
    assert sent(fullname=None) is None
    assert sent() == "left out"
