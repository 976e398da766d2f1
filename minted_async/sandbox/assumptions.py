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
        part: The part of the API that it is about; empty for the Partner API.
    """

    id: str
    text: str
    how: str
    checked: bool
    part: str = ""


def _unchecked(why: str, assumptions: Mapping[str, str], *, part: str = "") -> Iterator[Assumption]:
    """Assumptions that the doctor cannot check, all for the same reason: texts by ids."""
    return (Assumption(name, text, why, checked=False, part=part) for name, text in assumptions.items())


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
    *_unchecked(
        "it takes baskets of a customer, and most of it changes something",
        {
            "basket-owner": "A basket without its customer, or with another's, is a 404; other refusals are "
            "422 with an error at the field, or at `cart_token`.",
            "basket-prices": "Reading a basket by its token or as the active one locks new prices once the "
            "old ones have run out, and so does changing its items.",
            "basket-no-prices": "The list of baskets, setting the address and emptying lock nothing anew.",
            "piece-rows": "Each piece is a row of `items`, of `amount` 1.",
            "basket-completed": "A completed basket cannot be changed or completed again.",
            "order-state": "An order is Pending when it is placed, and Completed when other orders are, by "
            "the second of `status_delays`.",
            "status-filter": "`status` in a list may be names, numbers or a comma list of either; the "
            "numbers follow the documented order of the names.",
            "dates": "Dates in a list are days in Istanbul, the last one included, and mean when an order "
            "was placed or a basket opened.",
            "newest-first": "Lists have the newest first; with `sortBy` alone they are descending.",
            "page-addresses": "The addresses of pages carry `page` and nothing else; a page behind the last "
            "one is empty, its `from` and `to` are null.",
            "page-links": "`links` of a page have `url`, `label` and `active`.",
            "empty-parameter": "An empty query parameter counts as missing, one that is given twice is "
            "refused.",
            "completion-id": "`external_id` may be given to each completion; it is unique over the orders "
            "of all tabs.",
            "other-reads": "Completed orders are not found by the Partner tab's reads of orders, apart from "
            "the invoice of a Walletable order.",
        },
        part="Both shops",
    ),
    *_unchecked(
        "it takes baskets of a customer, and most of it changes something",
        {
            "ecom-references": "`basecurrency` and `category` of a product have `id` and `name`.",
            "ecom-product": "A product is looked up by `sku`, by `id`, or by both; by neither is refused "
            "with 422, and what does not exist is a 404.",
            "ecom-piece": "`prices` of a piece is empty, and the texts of `delivery` are empty.",
            "ecom-currency": "Prices are in TRY; `tax` and all costs but the delivery are 0, and the "
            "delivery costs `delivery_fee` in TRY.",
            "ecom-basket-state": "A basket is Pending, because the tab's states do not include Created.",
            "ecom-basket-pages": "`total` in the list of baskets is 1 to 100, and 10 when left out.",
            "ecom-card-bin": "`card_bin` is checked to have six characters, and has no effect.",
            "ecom-set-address": "Setting an address answers the basket, in the form in which emptying does.",
            "ecom-completion": "A completion takes `external_customer_id` and `cart_token`; without "
            "`payment_type` it is paid from the customer's cash.",
            "ecom-card": "`payment_type: creditcard` with an object `payment` pays by card, whatever the "
            "object holds.",
            "ecom-card-answer": "A completion by card answers the basket with `payment`, whose fields are "
            "those of an example of the Walletable tab.",
            "ecom-needs-address": "A basket needs an address before it is completed.",
            "ecom-callback": "The token in a callback is that of the payment.",
            "ecom-card-price": "A card payment keeps its price; it is void once its basket has other items "
            "or other prices, or another payment was opened.",
            "ecom-failed-payment": "A payment that fails leaves the basket as it was.",
            "webview-token": "A webview's token is good for its customer's baskets and orders, for as long "
            "as the sandbox runs.",
            "webview-basket": "The active basket is the customer's newest; if there is none, reading it is "
            "a 404.",
            "webview-wrong-token": "A wrong webview token is a 401 with a Bearer challenge.",
            "address": "Creating an address answers it with an `id`; the fields of a shipping address are "
            "those of the billing address.",
            "address-several": "Creating several takes `external_customer_id` and `addresses`, and creates "
            "all of them or none.",
        },
        part="E-Commerce",
    ),
    *_unchecked(
        "it takes baskets of a customer, and most of it changes something",
        {
            "walletable-currency": "Prices are in AED, of which a new customer has as much cash as of the "
            "other currencies.",
            "walletable-cash": "A purchase is paid from the customer's cash.",
            "minting-fee": "The minting fee is rounded for each piece, the other fees on the whole, all "
            "half up.",
            "storage-fee": "The storage fee is charged on the whole basket once the wallet weighs more than "
            "a limit, which is 0 unless set.",
            "minting-row": "Each piece that is bought has one row in `prices`, its minting fee, with the "
            "number and name of the example.",
            "walletable-change": "Changing an item answers the basket in the form of the documented "
            "examples; `qty` is the new number of pieces, at least 1.",
            "walletable-kind": "A basket is for a purchase or for a delivery, and is completed by the call "
            "of that name.",
            "walletable-type": "A completed purchase has the type `walletable_ecommerce` too.",
            "walletable-delivery": "A delivery goes to the customer's newest stored shipping address, "
            "arrives four days later, and has no use for a price lock.",
            "walletable-lists": "Lists of orders have rows like the answers of a completion, and pages of 1 "
            "to 100; `sortBy` takes what the E-Commerce tab takes.",
            "walletable-balance": "The balance needs `external_customer_id`, and has a row for each product "
            "held, however many pieces.",
            "walletable-deliverable": "`is_deliverable=true` leaves out what cannot be delivered, `false` "
            "leaves out nothing.",
            "walletable-metal": "`metal_type` may be gold, silver or platinum.",
            "walletable-invoice": "An invoice is found for orders of the Partner tab as well.",
        },
        part="Walletable",
    ),
)
"""All of them, in the order in which the documentation lists them."""
