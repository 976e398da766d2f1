# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The catalog of the shop, with stock and prices."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.blocking.iterating import Rows
from minted_async.blocking.twin import Twin
from minted_async.core.paging import Page
from minted_async.generated.ecom import models as ecom
from minted_async.generated.ecom.products import EcomProducts as AsyncEcomProducts


class EcomProducts(Twin[AsyncEcomProducts]):
    """The catalog of the shop, with stock and prices."""

    def list(self, *, page: int, total: int) -> Page[ecom.Product]:
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
        return self._run(self._async.list, page=page, total=total)

    def all(self, *, total: int) -> Rows[ecom.Product]:
        """The rows of all pages of `list`, one by one: `for row in ...`.

        Args:
            total: How many products a page has, 5 to 100.

        Returns:
            An iterable; the next page is read while this one is used.

        Raises:
            MintedError: As for `list`, in place of the rows.
        """
        return Rows[ecom.Product](self._source.then(lambda it: it.all(total=total)))

    def get(self, *, sku: str | UnsetType = UNSET, id: int | UnsetType = UNSET) -> ecom.Product:
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
        return self._run(self._async.get, sku=sku, id=id)

    def prices(self, **arguments: object) -> Any:
        """Listed only: "Prices" in E-Commerce API / Catalog.

        By its title, the current prices of the catalog. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.products.prices": ...})` says where it is.
        """
        return self._run(self._async.prices, **arguments)

    def categories(self, **arguments: object) -> Any:
        """Listed only: "Categories" in E-Commerce API / Catalog.

        By its title, the categories of the catalog. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.products.categories": ...})` says where it is.
        """
        return self._run(self._async.categories, **arguments)
