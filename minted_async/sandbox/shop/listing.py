"""Lists of baskets and orders: which page, which of them, in which order.

Assumptions of this sandbox, where the documentation is silent:

- Dates are days in Istanbul, the last one included. Of an order they mean when it was placed.
- Without `sortBy` the newest come first, with it the order is that of `sortType`, descending by itself.
- `status` holds names, numbers, or a comma list of either, in each of the lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from minted_async.sandbox.clock import ISTANBUL
from minted_async.sandbox.messages import FieldError
from minted_async.sandbox.orders import STATUSES
from minted_async.sandbox.request_query import Query
from minted_async.sandbox.shop.baskets import Basket

ALL_STATUSES: Final = {name: name for name in STATUSES} | {
    str(number): name for number, name in enumerate(STATUSES, 1)
}
"""The states by name, and by their number as text."""
ECOM_STATUSES: Final = {given: name for given, name in ALL_STATUSES.items() if name != "Created"}
"""The states of the E-Commerce tab, which begin with Pending."""
_SORT_KEYS: Final[dict[str, Callable[[Basket], Any]]] = {
    "type": attrgetter("kind"),
    "total": attrgetter("price"),
    "customer_external_id": attrgetter("customer.external_id"),
    "created_at": attrgetter("placed_at"),
}


def read_page(query: Query, *, fewest: int, most: int, default: int | None = 10) -> tuple[int, int]:
    """`page` and `total`, the rows on a page."""
    number = query.integer("page", default=1, minimum=1)
    per_page = query.integer("total", default=default, minimum=fewest, maximum=most)
    return number or 1, per_page or fewest


def read_days(query: Query, *, both: bool) -> Callable[[datetime], bool]:
    """`startDate` and `endDate`, as a test of a moment.

    Args:
        query: The parameters.
        both: Whether one needs the other.
    """
    first, last = query.day("startDate"), query.day("endDate")
    if both and query.has("startDate") != query.has("endDate"):
        query.note("endDate" if query.has("startDate") else "startDate", FieldError.REQUIRED)
    if first is not None and last is not None and last < first:
        query.note("endDate", FieldError.WRONG_ORDER)

    def within(moment: datetime) -> bool:
        day = moment.astimezone(ISTANBUL).date()
        return (first or date.min) <= day <= (last or date.max)

    return within


def read_orders(query: Query, statuses: Mapping[str, str]) -> Callable[[Sequence[Basket]], list[Basket]]:
    """`status`, the dates and the sorting of a list of orders, as a step from all baskets to those."""
    wanted = {statuses[word] for word in query.choices("status", statuses)}
    placed_within = read_days(query, both=False)
    sort_by = query.optional_choice("sortBy", _SORT_KEYS) or "created_at"
    ascending = query.optional_choice("sortType", ("asc", "desc")) == "asc"

    def select(baskets: Sequence[Basket]) -> list[Basket]:
        found = [
            basket
            for basket in baskets
            if basket.placed_at is not None
            and placed_within(basket.placed_at)
            and (not wanted or basket.status in wanted)
        ]
        found.sort(key=attrgetter("placed_at", "id"))
        found.sort(key=_SORT_KEYS[sort_by])
        return found if ascending else found[::-1]

    return select
