"""What the sandbox assumes of the real API because the documentation does not say it, as data.

The list in `docs/sandbox.md` is this one. `minted doctor` asks the real API about each entry that can be
asked about without ordering or changing anything, and says which ones it keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def _unchecked(why: str, assumptions: Mapping[str, str]) -> Iterator[Assumption]:
    """Assumptions that the doctor cannot check, all for the same reason: texts by ids."""
    return (Assumption(name, text, why, checked=False) for name, text in assumptions.items())


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
    *_unchecked(
        "nothing is asked for but what the spec describes",
        {
            "unknown-address": "An address that does not exist, and an operation that is only listed, is a "
            "404 with the envelope.",
        },
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
    *_unchecked(
        "that would take an order",
        {
            "price-token": "A price token stays usable until it expires; one order does not use it up.",
            "order-currency": "An order is in the currency of its price fix; another is refused with 422.",
            "order-customer": "A purchase for an unknown customer creates the customer.",
            "order-cash": "A purchase without a card is paid from the customer's cash, of which each new "
            "customer gets 100,000,000 of every currency; one by card leaves the cash alone.",
            "order-moves": "Metal and money move when an order is placed.",
            "order-price": "Metal is bought at `buy_price` and sold at `sell_price`.",
            "order-rounding": "Each line is rounded half up to two decimals.",
            "sale-customer": "A sale is for the customer of its price fix.",
            "order-id": "A second order with a taken `external_id` is refused with 422.",
            "delivery": "A delivery takes whole grams and costs a fixed fee.",
        },
    ),
    *_unchecked(
        "that would change something",
        {
            "customer-id": "A customer id that is taken is refused with 422.",
            "customer-update": "An update of a customer needs the four fields that its page requires, leaves "
            "the optional ones as they are, and answers the customer.",
        },
    ),
    *_unchecked(
        "it takes to know what the customer did",
        {
            "find-order": "Finding an order by several ids finds the one that has all of them.",
            "balance-lines": "A balance has a line for each metal, for TRY, and for each other currency that "
            "has moved; nothing is blocked.",
        },
    ),
    *_unchecked(
        "it says nothing of the real ones",
        {"market": "The prices, and the rates between currencies, are made up."},
    ),
)
"""All of them, in the order in which the documentation lists them."""
