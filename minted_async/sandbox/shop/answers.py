"""The documented shapes of the two tabs' answers, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from minted_async.sandbox.clock import ISTANBUL
from minted_async.sandbox.customers import Customer
from minted_async.sandbox.market import Quote, plain
from minted_async.sandbox.shop.baskets import Address, Basket, Piece
from minted_async.sandbox.shop.catalog import Article
from minted_async.sandbox.shop.fees import NOTHING, Bill, Fees

_TRAVEL = timedelta(days=4)
"""From the order to the estimated arrival, as in the example."""


def product(article: Article, quotes: Mapping[str, Quote]) -> dict[str, object]:
    """A product (docs page api-8910364); what is in `basecurrency` and `category` is assumed."""
    currency_id, currency_name = article.base_currency
    category_id, category_name = article.category
    return {
        "id": article.id,
        "name": article.name,
        "text": article.name,
        "barcode": article.barcode,
        "sku": article.sku,
        "stock": article.stock,
        "currency_code": article.currency,
        "list_price": article.list_price(quotes),
        "sale_price": article.sale_price(quotes),
        "product_images": article.images,
        "basecurrency": {"id": currency_id, "name": currency_name},
        "category": {"id": category_id, "name": category_name},
    }


def ecom_basket(basket: Basket, delivery_price: Decimal, *, updated: bool | None) -> dict[str, object]:
    """A basket or an order of the E-Commerce tab (docs pages schema-2703921, schema-2704017).

    The four of its 28 fields that no page shows are left out.

    Args:
        basket: The basket.
        delivery_price: What its delivery costs, if there is something in it.
        updated: Whether its prices were locked anew by this call; nothing leaves the field out.
    """
    price = basket.price
    return {
        "pricefix": _price_lock(basket) | ({} if updated is None else {"updated": updated}),
        **_names(basket),
        "price": plain(price),
        "tax": 0,
        "total": plain(price),
        "payment_cost": 0,
        "paid_total": plain(ecom_paid_total(basket, delivery_price)),
        "delivery_price": plain(delivery_price) if basket.items else 0,
        "insurance_price": 0,
        "market_commission": 0,
        "minted_markup_price": 0,
        "silver_craftsmanship": 0,
        "currency_rate": 1,
        "currency_total": plain(price),
        "status_id": basket.status_id,
        "status_name": basket.status,
        "delivery": {"cargo_tracking_number": "", "cargo_tracking_url": ""},
        "order_at": _utc(basket.placed_at or basket.created_at),
        "items": [_ecom_item(piece) for piece in basket.pieces],
    }


def _names(basket: Basket) -> dict[str, object]:
    """What a basket is found and told by, in both tabs."""
    return {
        "id": basket.id,
        "guid": basket.guid,
        "order_creation_status": basket.creation_status,
        "external_id": basket.external_id,
        "increment_id": basket.increment_id,
        "token": basket.token,
    }


def ecom_order_row(order: Basket, delivery_price: Decimal) -> dict[str, object]:
    """A row of a list of orders, which has no `pricefix` in the example of docs page api-26025311."""
    row = ecom_basket(order, delivery_price, updated=None)
    del row["pricefix"]
    return row


def ecom_paid_total(basket: Basket, delivery_price: Decimal) -> Decimal:
    """What is paid for a basket: its pieces and, if there are any, their delivery."""
    return basket.price + (delivery_price if basket.items else NOTHING)


def card_payment(token: str, url: str, amount: Decimal) -> dict[str, object]:
    """An open payment by card, with the fields of the example of docs page api-26503559."""
    return {
        "redirect_url": url,
        "token": token,
        "is_3d": True,
        "auth_mode": "",
        "amount": plain(amount),
        "state": "new",
        "comission": 0,
        "total": plain(amount),
        "details": None,
    }


def walletable_basket(basket: Basket, bill: Bill) -> dict[str, object]:
    """A basket or an order of the Walletable tab (docs pages api-26503559, api-27307650)."""
    delivers = basket.kind == "delivery"
    fees, charges = bill.fees, bill.charges
    placed_at, address = basket.placed_at, basket.shipping
    return {
        **({"pricefix": _price_lock(basket)} if placed_at is None else {}),
        **_names(basket),
        "price_token": basket.lock.fix.token,
        "type": basket.kind if placed_at is None else "walletable_ecommerce",
        "price": plain(basket.price),
        "tax": 0,
        "total": plain(bill.total),
        "payment_cost": 0,
        "paid_total": plain(bill.paid_total),
        "delivery_cost": plain(bill.delivery_cost),
        "insurance_price": 0,
        "conversion_price": 0,
        "market_commission": 0,
        "minted_markup_price": 0,
        "silver_craftsmanship": 0,
        "charge_fee": charges.service,
        "charge_fee_rate": plain(fees.service),
        "minting_fee": charges.minting,
        "storage_fee": charges.storage,
        "storage_fee_rate": plain(fees.storage),
        "charges_vat": charges.vat,
        "vat_rate": plain(fees.vat),
        "currency_code": "AED",
        "status_id": basket.status_id,
        "status_name": basket.status,
        "customer": _customer(basket.customer),
        "shippingaddress": None if address is None else _shipping(basket.customer, address),
        "billingaddress": None,
        "payment": None,
        "delivery": _delivery(placed_at) if delivers and placed_at is not None else None,
        "order_at": _utc(placed_at or basket.created_at),
        "items": [_walletable_item(piece, None if delivers else fees) for piece in basket.pieces],
    }


def invoice(guid: str, order_code: str) -> dict[str, object]:
    """An order's invoice (docs page api-38613148), as far as its answer is known."""
    return {"guid": guid, "order_code": order_code}


def held(article: Article) -> dict[str, object]:
    """A product in a wallet (docs page api-27130593), as far as the answer is known."""
    return {"productName": article.name, "images": article.images}


def _price_lock(basket: Basket) -> dict[str, object]:
    return {
        "remaining": basket.remaining,
        "nextUpdate": basket.runs_out_at.astimezone(ISTANBUL).isoformat(timespec="seconds"),
    }


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def _item(piece: Piece) -> dict[str, object]:
    article = piece.article
    currency_id, currency_name = article.base_currency
    return {
        "item_currency_id": currency_id,
        "item_currency_name": currency_name,
        "product_id": article.id,
        "sku": article.sku,
        "product_name": article.name,
        "product_weight": plain(article.weight),
        "price": plain(piece.price),
        "tax_rate": 0,
        "tax": 0,
        "amount": 1,
        "total": plain(piece.price),
    }


def _ecom_item(piece: Piece) -> dict[str, object]:
    nothing_more: list[object] = []
    return _item(piece) | {"spot_price": piece.spot, "prices": nothing_more}


def _walletable_item(piece: Piece, fees: Fees | None) -> dict[str, object]:
    item = _item(piece) | {"product_images": piece.article.images}
    if fees is None:
        return item
    return item | {"prices": [{"id": 7, "name": "Mint Ücreti", "price": fees.of_minting(piece.price)}]}


def _delivery(placed_at: datetime) -> dict[str, object]:
    return {
        "cargo_tracking_url": None,
        "cargo_tracking_number": None,
        "estimated_arrival_date": (placed_at.astimezone(ISTANBUL) + _TRAVEL).date().isoformat(),
    }


def _customer(customer: Customer) -> dict[str, object]:
    profile = customer.profile
    return {
        "external_id": customer.external_id,
        "firstname": profile.firstname,
        "middlename": profile.middlename or "",
        "lastname": profile.lastname,
        "fullname": profile.fullname,
        "email": profile.email,
        "phone": profile.phone,
        "gender": profile.gender,
        "identity_number": profile.identity_number,
        "tax_office": profile.tax_office,
        "birthdate": profile.birthdate,
        "account_type": profile.account_type,
    }


def _shipping(customer: Customer, address: Address) -> dict[str, object]:
    profile = customer.profile
    return {
        "id": address["id"],
        "tax_number": address["tax_number"],
        "external_id": None,
        "fullname": profile.fullname,
        "phone": profile.phone,
        "email": profile.email,
        "city": address["city"],
        "county": address["county"],
        "district": address["district"] or "",
        "street": address["street"] or "",
        "zipcode": "",
        "address": address["address"],
    }
