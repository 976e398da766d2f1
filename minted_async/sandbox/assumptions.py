"""What the sandbox assumes of the real API because the documentation does not say it, as data.

The list in `docs/sandbox.md` is this one. `minted doctor` asks the real API about each entry that can be
asked about without ordering or changing anything, and says which ones it keeps.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["ASSUMPTIONS", "Assumption"]


class Assumption(NamedTuple):
    """Something that the sandbox had to decide.

    Attributes:
        id: Its name, for programs.
        text: What is assumed, in one sentence of Markdown.
        how: How the doctor checks it, or why it cannot.
        checked: Whether it checks it.
    """

    id: str
    text: str
    how: str
    checked: bool


_ORDERS: Final = "that would take an order"
_CHANGES: Final = "that would change something"

ASSUMPTIONS: Final = (
    Assumption(
        "error-envelope",
        "Error answers are the envelope with `success: false`.",
        "by the answer about an order that does not exist",
        True,
    ),
    Assumption(
        "error-code",
        "Their `code` is a number of the sandbox's own: the HTTP status and a digit, such as 4221.",
        "by the answer about an order that does not exist",
        True,
    ),
    Assumption(
        "error-language",
        "Their `message` is in the language of `Accept-Language`, and Turkish for all but English.",
        "by asking for an order that does not exist in Turkish, in English and in no language",
        True,
    ),
    Assumption(
        "error-fields",
        "A 422 has `errors`: a list of messages for each field that is wrong.",
        "by asking for prices of a type that does not exist",
        True,
    ),
    Assumption(
        "unknown-id", "An order or a customer that does not exist is a 404.", "by asking for one", True
    ),
    Assumption(
        "unknown-address",
        "An address that does not exist, and an operation that is only listed, is a 404 with the envelope.",
        "nothing is asked for but what the spec describes",
        False,
    ),
    Assumption("unauthorized", "A 401 has the envelope as well.", "by the first request, unsigned", True),
    Assumption(
        "digest-offer",
        "Two digest challenges are offered, SHA-256 and MD5, both with `qop=auth`.",
        "by the first request, unsigned",
        True,
    ),
    Assumption(
        "nonce-use",
        "A nonce is good for any number of requests, whatever the order of its counts.",
        "by leaving out a count and sending it later, with --probe",
        True,
    ),
    Assumption(
        "nonce-life",
        "A nonce is good for 300 seconds, and refused with `stale=true` after that.",
        "by its first seconds, with --probe",
        True,
    ),
    Assumption(
        "client-id",
        "Requests with a body need the header `x-client-id`; reading does without.",
        "by leaving it out when asking for prices, and for an order that does not exist",
        True,
    ),
    Assumption(
        "price-currency",
        "A price fix without a currency is in TRY.",
        "by asking for prices without a currency",
        True,
    ),
    Assumption(
        "price-type",
        "A price fix of any type but `digital` is refused with 422.",
        "by asking for prices of a type that does not exist",
        True,
    ),
    Assumption(
        "price-token",
        "A price token stays usable until it expires; one order does not use it up.",
        _ORDERS,
        False,
    ),
    Assumption(
        "order-currency",
        "An order is in the currency of its price fix; another one is refused with 422.",
        _ORDERS,
        False,
    ),
    Assumption("order-customer", "A purchase for an unknown customer creates the customer.", _ORDERS, False),
    Assumption(
        "order-cash",
        "A purchase without a card is paid from the customer's cash, of which each new customer gets "
        "100,000,000 of every currency; one by card leaves the cash alone.",
        _ORDERS,
        False,
    ),
    Assumption("order-moves", "Metal and money move when an order is placed.", _ORDERS, False),
    Assumption("order-price", "Metal is bought at `buy_price` and sold at `sell_price`.", _ORDERS, False),
    Assumption("order-rounding", "Each line is rounded half up to two decimals.", _ORDERS, False),
    Assumption("sale-customer", "A sale is for the customer of its price fix.", _ORDERS, False),
    Assumption("order-id", "A second order with a taken `external_id` is refused with 422.", _ORDERS, False),
    Assumption(
        "find-order",
        "Finding an order by several ids finds the one that has all of them.",
        "it takes ids of an order, and is a POST",
        False,
    ),
    Assumption("customer-id", "A customer id that is taken is refused with 422.", _CHANGES, False),
    Assumption(
        "customer-update",
        "An update of a customer needs the four fields that its page requires, leaves the optional ones as "
        "they are, and answers the customer.",
        _CHANGES,
        False,
    ),
    Assumption(
        "balance-lines",
        "A balance has a line for each metal, for TRY, and for each other currency that has moved; nothing "
        "is blocked.",
        "it takes to know what the customer did",
        False,
    ),
    Assumption("delivery", "A delivery takes whole grams and costs a fixed fee.", _ORDERS, False),
    Assumption(
        "market",
        "The prices, and the rates between currencies, are made up.",
        "it says nothing of the real ones",
        False,
    ),
)
"""All of them, in the order in which the documentation lists them."""
