"""The documented paginator, that of Laravel: rows, numbers and addresses of pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

_T = TypeVar("_T")


def page_of(
    found: Sequence[_T], row: Callable[[_T], object], *, path: str, number: int, per_page: int
) -> dict[str, object]:
    """One page of what was found. A page behind the last one is empty.

    Args:
        found: All that was found.
        row: Makes the answer's row.
        path: The address without a query. Its pages are told apart by `page` alone, as Laravel does.
        number: Which page, from 1.
        per_page: Rows on a full page.
    """
    start = (number - 1) * per_page
    rows = [row(one) for one in found[start : start + per_page]]
    last = max(-(-len(found) // per_page), 1)

    def address(page: int) -> str | None:
        return f"{path}?page={page}" if 1 <= page <= last else None

    previous, following = address(number - 1), address(number + 1)
    return {
        "current_page": number,
        "data": rows,
        "first_page_url": address(1),
        "from": start + 1 if rows else None,
        "last_page": last,
        "last_page_url": address(last),
        "links": [
            {"url": previous, "label": "Previous", "active": False},
            *(
                {"url": address(page), "label": str(page), "active": page == number}
                for page in range(1, last + 1)
            ),
            {"url": following, "label": "Next", "active": False},
        ],
        "next_page_url": following,
        "path": path,
        "per_page": per_page,
        "prev_page_url": previous,
        "to": start + len(rows) if rows else None,
        "total": len(found),
    }
