"""The documented shapes of the answers, key by key, and their encoding with exact JSON numbers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from minted_async.sandbox.clock import ISTANBUL
from minted_async.sandbox.customers import COMPANY_ID, Customer, Profile
from minted_async.sandbox.market import CURRENCIES, PRODUCTS, PriceFix, plain
from minted_async.sandbox.messages import Language, RefusedError
from minted_async.sandbox.orders import STATUSES, CardPayment, Order, OrderItem

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_STAMP = "%Y-%m-%d %H:%M:%S"


def success(data: object) -> bytes:
    """The envelope around what an operation answers."""
    return _ENCODER.encode({"data": data, "success": True, "code": 0, "message": ""})


def failure(refusal: RefusedError, language: Language) -> bytes:
    """The envelope of an error, with `errors` by field for a 422. What it says is an assumption."""
    code = refusal.code
    message: str = getattr(code.text, language)
    envelope: dict[str, object] = {"data": [], "success": False, "code": code.number, "message": message}
    if code.status == 422:
        envelope["errors"] = {
            name: [getattr(error.value, language) for error in errors]
            for name, errors in refusal.errors.items()
        }
    return _ENCODER.encode(envelope)


def price_fix(fix: PriceFix, expires_in: float, expires_at: str) -> dict[str, object]:
    """Answer of POST /partner/pricefix (docs page api-3826800)."""
    return {
        "token": fix.token,
        "total": fix.total,
        "expires_at": expires_at,
        "expire_ttl": int(expires_in),
        "is_total_price": fix.total is not None,
        "prices": [
            {
                "currency_id": PRODUCTS[sku].currency_id,
                "product_id": PRODUCTS[sku].product_id,
                "spot_price": quote.spot,
                "buy_price": quote.buy,
                "sell_price": quote.sell,
                "buy_amount": fix.buy_amount(sku),
                "sku": sku,
            }
            for sku, quote in fix.quotes.items()
        ],
        "currency": fix.currency,
    }


def receipt(order: Order) -> dict[str, object]:
    """Answer of buying and selling (docs pages api-4434391, schema-611263): ids in lists, Istanbul time."""
    answer: dict[str, object] = {
        "order_code": [order.order_code],
        "guid": [order.guid],
        "price": plain(order.total),
        "tax": 0,
        "total": plain(order.total),
        "order_at": order.placed_at.astimezone(ISTANBUL).strftime(_STAMP),
        "orders": [_order(order)],
    }
    if order.payment is not None:
        answer["payment"] = _payment(order, order.payment)
    return answer


def order(order: Order) -> dict[str, object]:
    """Answer of reading an order (docs pages api-3652432, api-3874525, api-4295600): time in UTC."""
    return _order(order) | {"order_at": order.placed_at.strftime("%d-%m-%Y %H:%M")}


def _order(order: Order) -> dict[str, object]:
    answer: dict[str, object] = {
        "guid": order.guid,
        "order_code": order.order_code,
        "external_id": order.external_id,
        "type": order.type,
        "price": plain(order.total),
        "tax": 0,
        "total": plain(order.total),
        "status_name": order.status,
        "payment_type": "cash" if order.payment is None else "credit-card",
        "payment_cost": 0,
        "currency_code": order.currency,
        "customer": _buyer(order.customer.external_id, order.buyer),
        "payment": None if order.payment is None else _payment(order, order.payment),
        "items": [_item(item) for item in order.items],
    }
    if order.type == "Delivery":
        answer["delivery"] = _delivery(order)
        answer["address"] = order.addresses
    else:
        answer["description"] = ", ".join(f"{item.amount:f}gr - #{item.product.sku}" for item in order.items)
    return answer


def _item(item: OrderItem) -> dict[str, object]:
    return {
        "product_id": item.product.product_id,
        "sku": item.product.sku,
        "product_name": item.product.name,
        "spot_price": item.spot,
        "price": item.price,
        "tax_rate": 0,
        "tax": 0,
        "amount": item.amount,
        "total": plain(item.total),
    }


def _buyer(external_id: str, buyer: Profile) -> dict[str, object]:
    """The customer of an order; what was never given is left out, as the schema has no null for it."""
    known = {
        "external_id": external_id,
        "firstname": buyer.firstname,
        "lastname": buyer.lastname,
        "fullname": buyer.fullname,
        "email": buyer.email,
        "phone": buyer.phone,
        "gender": buyer.gender,
        "identity_number": buyer.identity_number,
        "birthdate": buyer.birthdate,
    }
    answer: dict[str, object] = {name: value for name, value in known.items() if value is not None}
    answer["middlename"] = buyer.middlename
    return answer


def _payment(order: Order, payment: CardPayment) -> dict[str, object]:
    """A card payment as the example of docs page api-4295600 has it; the card is made up."""
    return {
        "token": payment.token,
        "transaction_id": None,
        "order_reference": order.external_id,
        "amount": plain(order.total),
        "comission": 0,
        "total": plain(order.total),
        "refunded_amount": 0,
        "error_code": None,
        "error_message": None,
        "state": "success",
        "details": {
            "card_cvv": "000",
            "card_expiry": "12/34",
            "card_holder": "Sandbox Card",
            "card_number": "555555******4444",
            "customer_ip": payment.customer_ip,
            "card_association": "mastercard",
        },
    }


def _delivery(order: Order) -> dict[str, object]:
    return {
        "status_id": STATUSES.index("Created") + 1,
        "status_name": "Created",
        "cargo_tracking_url": None,
        "cargo_tracking_number": None,
        "sync_status": False,
        "products": [
            {
                "product_id": item.product.product_id,
                "sku": item.product.sku,
                "product_name": item.product.name,
                "amount": item.amount,
            }
            for item in order.items
        ],
    }


def delivery_receipt(order: Order) -> dict[str, object]:
    """Answer of creating a delivery, by the example of docs page api-4908364: an order in an older form."""
    total = plain(order.total)
    currency_id = CURRENCIES[order.currency].currency_id
    return {
        "id": order.id,
        "guid": order.guid,
        "order_code": order.order_code,
        "external_id": order.external_id,
        "channel": "web",
        "tx_type": "delivery",
        "price_token": None,
        "price": total,
        "tax": 0,
        "total": total,
        "currency_rate": 1,
        "currency_total": total,
        "status_id": STATUSES.index("Created") + 1,
        "status_name": "Created",
        "order_at": order.placed_at.astimezone(ISTANBUL).isoformat(timespec="seconds"),
        "items": [
            {
                "item_currency_id": item.product.currency_id,
                "item_currency_name": item.product.metal,
                "product_id": item.product.product_id,
                "product_name": item.product.name,
                "product_weight": 1,
                "spot_price": 0,
                "price": 0,
                "tax_rate": 0,
                "tax": 0,
                "amount": item.amount,
                "total": total,
                "currency_id": currency_id,
                "currency_rate": 1,
            }
            for item in order.items
        ],
    }


def created_customer(customer: Customer) -> dict[str, object]:
    """Answer of creating a customer (the docs' Create Customer page): ids and times, no wallets."""
    return {
        "id": customer.id,
        "external_id": customer.external_id,
        "company_id": COMPANY_ID,
        "user_id": None,
        **_profile(customer.profile),
        "created_at": customer.created_at.astimezone(ISTANBUL).strftime(_STAMP),
        "updated_at": customer.updated_at.astimezone(ISTANBUL).strftime(_STAMP),
    }


def customer(customer: Customer) -> dict[str, object]:
    """Answer of reading a customer (docs page api-8228811): wallets, of which only the id is documented."""
    return {
        "external_id": customer.external_id,
        **_profile(customer.profile),
        "wallets": [{"id": number} for number in customer.wallet_ids],
    }


def _profile(profile: Profile) -> dict[str, object]:
    answer: dict[str, object] = {
        "firstname": profile.firstname,
        "middlename": profile.middlename,
        "lastname": profile.lastname,
        "fullname": profile.fullname,
        "phone": profile.phone,
        "gender": profile.gender,
        "identity_number": profile.identity_number,
        "birthdate": profile.birthdate,
    }
    if profile.email is not None:
        answer["email"] = profile.email
    return answer


def balances(external_id: str, amounts: Mapping[str, Decimal]) -> list[dict[str, object]]:
    """Answer of reading a balance (docs page api-3717483): a line for each metal, then the cash."""
    lines: list[dict[str, object]] = []
    for unit, amount in amounts.items():
        cash = CURRENCIES.get(unit)
        held = plain(amount)
        lines.append(
            {
                "customer_external_id": external_id,
                "name": PRODUCTS[unit].metal if cash is None else cash.name,
                "currency_id": (PRODUCTS[unit] if cash is None else cash).currency_id,
                "currency_symbol": "gr" if cash is None else cash.symbol,
                "currency_code": unit,
                "is_cash": cash is not None,
                "balance": held,
                "blocked": 0,
                "real_balance": held,
                "soft_blocked_amount": 0,
                "stats": {},
                "prices": {},
            }
        )
    return lines
