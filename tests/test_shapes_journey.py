"""Journeys with everything switched on that looks at answers: what it finds, and that it keeps no value."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from minted_async import MintedClient, Shapes, errors, models
from minted_async.core.enums import OpenStrEnum
from minted_async.events import CallFinished, Challenged, DriftSeen, Event, Retrying
from minted_async.generated.operations import OPERATIONS
from minted_async.models import ecom, walletable
from minted_async.sandbox import Sandbox
from minted_async.sandbox.faults import FaultName
from tests.core.sample_calls import sample_call
from tests.sandbox.caller import ADDRESSES, PERSON
from tests.second_minted import DIFFERENCES, SecondMinted

PLACE: dict[str, Any] = {
    "fullname": "Deniz Örnek",
    "phone": "+905550000000",
    "tax_number": "10000000146",
    "city": "İstanbul",
    "county": "Kadıköy",
    "district": "Moda",
    "address": "Bahar Sk. No: 1",
}
ITEMS = [models.BuyItem(sku="GAU", amount=Decimal("2.5"))]
SOLD = [models.SellItem(sku="GAU", amount=Decimal("0.1"))]
BUYER = models.OrderCustomer(**PERSON)
CARD = models.CardTokenPayment(card_token="token_HYAQA0171340abc", card_cvv="739", customer_ip="127.0.0.1")


@dataclass
class Watched:
    """What was seen of a journey.

    Attributes:
        file: The file of shapes.
        events: What the client told.
    """

    file: Path
    events: list[Event] = field(default_factory=list[Event])

    @property
    def operations(self) -> Any:
        """What the file says."""
        return json.loads(self.file.read_text())["operations"]

    def places(self, operation: str, status: int = 200) -> Any:
        """The places of an operation's answers."""
        return self.operations[operation]["answers"][str(status)]["places"]

    def client(self, second: SecondMinted, password: str = "demo") -> MintedClient:
        return MintedClient(
            "demo",
            password,
            base_url=second.url,
            observe=Shapes(self.file),
            drift=1,
            events=self.events.append,
            paths={"orders.statuses": "GET /partner/order/{order}"},
        )


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "shapes.json")


async def attempt(call: Awaitable[object]) -> None:
    with contextlib.suppress(errors.MintedError):
        await call


async def journey(minted: MintedClient) -> None:
    """All that a partner does, for three customers, so that new words stand in answers to three questions."""
    for number in range(3):
        customer, order = f"CST-{number}", f"ORD-{number}"
        person: dict[str, Any] = PERSON | {"external_id": customer}
        await attempt(minted.customers.create(**person, gender="M"))
        changes: dict[str, Any] = {name: value for name, value in person.items() if name != "external_id"}
        await attempt(minted.customers.update(customer, **changes))
        fix = await minted.request(
            "POST", "/partner/pricefix", json={"type": "digital", "customer_external_id": customer}
        )
        await attempt(minted.prices.fix(type="digital", customer_external_id=customer))
        await attempt(minted.prices.fix(type="other", customer_external_id=customer))
        buyer = msgspec.structs.replace(BUYER, external_id=customer)
        token, card = fix["token"], f"{order}-CARD"
        for _ in range(2):
            await attempt(
                minted.orders.buy(price_token=token, external_id=order, customer=buyer, items=ITEMS)
            )
        await attempt(
            minted.orders.buy_with_card_token(
                price_token=token, external_id=card, customer=buyer, items=ITEMS, payment=CARD
            )
        )
        await attempt(minted.orders.sell(price_token=token, external_id=f"{order}-SOLD", items=SOLD))
        await attempt(
            minted.deliveries.create(
                customer=msgspec.convert(person, models.DeliveryCustomer),
                external_id=f"{order}-HOME",
                sku="GAU",
                amount=Decimal(1),
                address=msgspec.convert(ADDRESSES, models.DeliveryAddress),
            )
        )
        for name in (order, card, f"{order}-NONE"):
            await attempt(minted.orders.get(name))
            await attempt(minted.orders.find(external_id=name))
        await attempt(minted.orders.statuses(order=order))
        await attempt(minted.customers.get(customer))
        await attempt(minted.customers.get(f"{customer}-NONE"))
        await attempt(minted.balances.customer(customer))


async def shopping(minted: MintedClient, sandbox: Sandbox) -> None:
    """What a shop does with the two other parts of the API, for one of the customers."""
    customer = "CST-1"
    await minted.customers.create_business(
        external_id="CMP-1", firstname="Altın Ticaret", identity_number="1234567890"
    )
    (bar, *_) = (await minted.ecom.products.list(page=1, total=10)).rows
    assert bar.sku is not None
    await minted.ecom.products.get(sku=bar.sku)
    place = {name: PLACE[name] for name in ("tax_number", "city", "county", "district", "address")}
    place |= {"invoice_type": "Individual"}
    await minted.ecom.addresses.create_billing(external_customer_id=customer, **place)
    await minted.ecom.addresses.create_many(
        external_customer_id=customer, addresses=[place | {"type": "shipping"}]
    )
    webview = minted.webview(sandbox.ecom.webview_token(customer))
    for _ in range(2):
        token = sandbox.ecom.fill_basket(customer, {bar.sku: 1}).token
        await webview.active_basket()
        await minted.ecom.orders.get(customer_external_id=customer, cart_token=token)
        await minted.ecom.baskets.list_incomplete(page=1, total=5, customer_external_id=customer)
        await minted.ecom.baskets.clear(external_customer_id=customer, cart_token=token)
    cart: dict[str, Any] = {
        "external_customer_id": customer,
        "cart_token": sandbox.ecom.fill_basket(customer, {bar.sku: 1}).token,
    }
    await minted.ecom.baskets.set_address(
        **cart,
        shipping=ecom.BasketShippingAddress(**PLACE),
        billing=ecom.BasketBillingAddress(**PLACE, email="deniz@example.com"),
    )
    await minted.ecom.baskets.complete(**cart, payment_type="creditcard", payment={"card_cvv": "739"})
    await minted.ecom.baskets.complete(**cart)
    await minted.ecom.orders.list(page=1, total=5, customer_external_id=customer)
    await webview.orders(page=1, total=5)

    cart["cart_token"] = sandbox.walletable.fill_basket(customer, {"MNTBAE0001": 1, "MNTBAE0013": 1}).token
    await minted.walletable.baskets.delete_item(**cart, sku="MNTBAE0013")
    await minted.walletable.baskets.update_item(**cart, sku="MNTBAE0001", qty=5)
    await minted.walletable.complete_buy(**cart)
    await minted.walletable.balance.wallet(external_customer_id=customer, metal_type="gold,silver")
    cart["cart_token"] = sandbox.walletable.fill_basket(customer, {"MNTBAE0001": 2}, kind="delivery").token
    await minted.walletable.complete_delivery(**cart, external_id="PARCEL-1")
    await minted.walletable.orders.list(page=1, total=10, customer_external_id=customer)
    await minted.walletable.orders.invoice("PARCEL-1")


async def mishaps(minted: MintedClient, second: SecondMinted) -> None:
    """Every kind of failure, and each operation with arguments that the server has to refuse."""
    faults: tuple[FaultName, ...] = ("server_error", "server_error_html", "too_many_requests", "stale_nonces")
    for fault in faults:
        second.sandbox.fail_next(fault)
        await attempt(minted.orders.get("ORD-1"))
    for operation in OPERATIONS:
        await attempt(sample_call(minted, operation))


def kept_words() -> set[str]:
    """Values of enums, segments of paths, codes, and two values that are words of the file as well."""
    kinds = [kind for module in (models, ecom, walletable) for kind in vars(module).values()]
    kinds = [kind for kind in kinds if isinstance(kind, type)]
    enums = [kind for kind in kinds if issubclass(kind, OpenStrEnum)]
    return {
        *(member.value for kind in enums for member in kind),
        *(segment for operation in OPERATIONS for segment in operation.path.split("/")),
        *("ORDER_NOT_FOUND", "Settling", "success", "text"),
    }


@pytest.mark.anyio
async def test_no_value_of_any_journey_is_kept(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "minted_async")
    async with SecondMinted(*DIFFERENCES) as second, SecondMinted() as first:
        async with watched.client(second) as minted:
            await journey(minted)
        async with watched.client(first) as minted:
            await journey(minted)
            await shopping(minted, first.sandbox)
            await mishaps(minted, first)
        async with watched.client(first, password="wrong-password") as stranger:
            await attempt(stranger.orders.get("ORD-1"))
    answered = {name for name, seen in watched.operations.items() if "200" in seen["answers"]}
    assert {operation.id for operation in OPERATIONS} <= answered
    assert {type(event) for event in watched.events} == {CallFinished, Challenged, DriftSeen, Retrying}

    file = json.dumps(json.loads(watched.file.read_text()), ensure_ascii=False)
    # Where a client's calls go is told, and how long they take: neither is a value of a journey.
    told = [
        {
            name: value
            for name, value in msgspec.structs.asdict(event).items()
            if name != "server" and not isinstance(value, float)
        }
        for event in watched.events
    ]
    logged = re.sub(r"\b\d+\.\d+ m?s\b", "", "\n".join(caplog.messages))
    said = f"{file} {logged} {told}"
    values = {value for exchange in (*second.exchanges, *first.exchanges) for value in exchange.values()}
    # What is short stands everywhere, as the count of something; the sandbox's codes have four digits.
    values = {value for value in values if len(value) > 3 and not re.fullmatch("4[0-9]{3}", value)}
    values -= kept_words()
    assert len(values) > 300
    assert {value for value in values if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", said)} == set()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Watched]:
    """What is seen of a server that differs in one way, and of one that does not."""

    async def look(name: str) -> Watched:
        watched = Watched(tmp_path_factory.mktemp(name) / "shapes.json")
        async with SecondMinted(*([] if name == "none" else [name])) as second:
            async with watched.client(second) as minted:
                await journey(minted)
            async with watched.client(second, password="wrong-password") as stranger:
                await attempt(stranger.orders.get("ORD-1"))
        return watched

    seen = {name: asyncio.run(look(name)) for name in ("none", *DIFFERENCES)}
    return seen.__getitem__


SHOWN_BY_NO_ANSWER = {"digest-algorithm", "clock", "message-language", "client-id"}
"""Ways to differ that are in values, or in what is asked: the doctor finds them."""


def test_each_difference_that_an_answer_can_show_is_in_the_file(
    found: Callable[[str], Watched],
) -> None:
    same = found("none")
    price, order = "data.prices[]", "data"
    missed: set[str] = set()

    def seen(name: str, of: Callable[[Watched], object], usual: object, other: object) -> None:
        missed.discard(name)
        assert (of(same), of(found(name))) == (usual, other), name

    missed |= set(DIFFERENCES)
    seen(
        "no-keep-alive",
        lambda watched: "connection" in watched.operations["orders.get"]["answers"]["200"]["headers"],
        False,
        True,
    )
    seen(
        "header-names",
        lambda watched: (
            "x-ratelimit-remaining" in watched.operations["orders.get"]["answers"]["200"]["headers"]
        ),
        False,
        True,
    )
    seen(
        "unauthorized-body",
        lambda watched: watched.operations["orders.get"]["answers"]["401"]["bodies"],
        {"json": 1},
        {"other": 1},
    )
    seen(
        "envelope-code",
        lambda watched: set(watched.operations["orders.get"]["answers"]["404"]["codes"]),
        {"4041"},
        {"ORDER_NOT_FOUND"},
    )
    seen("envelope-field", lambda watched: "request_id" in watched.places("orders.get"), False, True)
    seen(
        "error-fields",
        lambda watched: set(watched.places("prices.fix", 422)["errors"]["types"]),
        {"object"},
        {"array"},
    )
    seen(
        "unknown-customer",
        lambda watched: {"400", "404"} & set(watched.operations["customers.get"]["answers"]),
        {"404"},
        {"400"},
    )
    seen(
        "price-currency",
        lambda watched: set(watched.places("prices.fix")["data.currency"]["values"]),
        {"TRY"},
        {"USD"},
    )
    seen("new-field", lambda watched: f"{price}.vat_share" in watched.places("prices.fix"), False, True)
    seen(
        "new-object", lambda watched: f"{order}.campaign.rates[]" in watched.places("orders.get"), False, True
    )
    seen(
        "new-enum-value",
        lambda watched: "Settling" in watched.places("orders.get")["data.status_name"]["values"],
        False,
        True,
    )
    seen(
        "null",
        lambda watched: set(watched.places("prices.fix")[f"{price}.product_id"]["types"]),
        {"integer"},
        {"null"},
    )
    seen("missing", lambda watched: "data.is_total_price" in watched.places("prices.fix"), True, False)
    seen(
        "number-as-text",
        lambda watched: "string" in watched.places("prices.fix")[f"{price}.spot_price"]["types"],
        False,
        True,
    )
    seen(
        "text-as-number",
        lambda watched: set(watched.places("customers.get")["data.phone"]["types"]),
        {"string"},
        {"integer"},
    )
    seen(
        "time-as-number",
        lambda watched: set(watched.places("orders.get")["data.order_at"]["types"]),
        {"string"},
        {"integer"},
    )
    assert missed == SHOWN_BY_NO_ANSWER


def test_what_is_unknown_is_drift_too(found: Callable[[str], Watched]) -> None:
    def drift(name: str) -> set[tuple[str, str]]:
        return {(event.place, event.kind) for event in found(name).events if isinstance(event, DriftSeen)}

    assert drift("none") == set()
    assert drift("new-field") == {("data.prices[].vat_share", "field")}
    assert drift("new-object") == {("data.campaign", "field")}
    assert drift("new-enum-value") == {("data.status_name", "value")}
    assert drift("envelope-field") == {("request_id", "field")}


def test_a_listed_operation_is_described_as_far_as_it_was_seen(found: Callable[[str], Watched]) -> None:
    typed, told = found("none").places("orders.get"), found("none").places("orders.statuses")
    assert found("none").operations["orders.statuses"]["path"] == "/partner/order/{order}"
    for place in ("data.guid", "data.items[].price", "data.order_at"):
        assert (told[place]["types"], told[place].get("forms")) == (
            dict.fromkeys(typed[place]["types"], 3),
            dict.fromkeys(typed[place].get("forms", {}), 3) or None,
        )
