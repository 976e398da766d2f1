# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The catalog of the shop, with stock and prices."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.core.checks import check_argument
from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.paging import Page, Rows
from minted_async.generated.ecom import models as ecom

_LIST = Operation(
    id="ecom.products.list",
    method="GET",
    path="/partner/ecom/products",
    result=Page[ecom.Product],
    api_version="2",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-8209436",
)

_GET = Operation(
    id="ecom.products.get",
    method="GET",
    path="/partner/ecom/product",
    result=ecom.Product,
    api_version="2",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-8910364",
)

_PRICES = ListedOperation(
    id="ecom.products.prices", title="Prices", section="E-Commerce API / Catalog", method="GET"
)
_CATEGORIES = ListedOperation(
    id="ecom.products.categories", title="Categories", section="E-Commerce API / Catalog", method="GET"
)

OPERATIONS: tuple[Operation[Any], ...] = (
    _LIST,
    _GET,
)
LISTED: tuple[ListedOperation, ...] = (
    _PRICES,
    _CATEGORIES,
)


class EcomProducts(Resource):
    """The catalog of the shop, with stock and prices."""

    __slots__ = ()

    async def list(
        self,
        *,
        page: int,
        total: int,
    ) -> Page[ecom.Product]:
        """Read a page of the catalog.
        `GET /partner/ecom/products` <https://docs.mintedconnect.com/api-8209436>.

        Both the number of the page and how many products it has are required.

        Args:
            page: Number of the page, from 1.
            total: How many products a page has, 5 to 100.

        Returns:
            The page.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        sending = self._sender.send(
            _LIST,
            query={
                "page": check_argument(page, "page", int, 1),
                "total": check_argument(total, "total", int, 5, 100),
            },
        )
        del page, total
        return await sending

    def all(
        self,
        *,
        total: int,
    ) -> Rows[ecom.Product]:
        """The rows of all pages of `list`, one by one: `async for row in ...`.

        Args:
            total: How many products a page has, 5 to 100.

        Returns:
            An async iterable; the next page is read while this one is used.

        Raises:
            MintedError: As for `list`, in place of the rows.
        """
        return Rows(
            lambda page: self.list(
                page=page,
                total=total,
            )
        )

    async def get(
        self,
        *,
        sku: str | UnsetType = UNSET,
        id: int | UnsetType = UNSET,
    ) -> ecom.Product:
        """Read a product by its code or by its number.
        `GET /partner/ecom/product` <https://docs.mintedconnect.com/api-8910364>.

        Both are optional by the documentation and sent as given; what happens with none, or with
        two that disagree, is not documented.

        Args:
            sku: Product code.
            id: Minted's number of the product.

        Returns:
            The product.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        sending = self._sender.send(
            _GET,
            query={
                "sku": check_argument(sku, "sku", str, 1),
                "id": check_argument(id, "id", int),
            },
        )
        del sku, id
        return await sending

    async def prices(self, **arguments: object) -> Any:
        """Listed only: "Prices" in E-Commerce API / Catalog.

        By its title, the current prices of the catalog. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.products.prices": ...})` says where it is.
        """
        sending = self._sender.send_listed(_PRICES, arguments)
        del arguments
        return await sending

    async def categories(self, **arguments: object) -> Any:
        """Listed only: "Categories" in E-Commerce API / Catalog.

        By its title, the categories of the catalog. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.products.categories": ...})` says where it is.
        """
        sending = self._sender.send_listed(_CATEGORIES, arguments)
        del arguments
        return await sending
