# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The products that the shop sells."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.generated.ecom import models as ecom

_GET = Operation(
    id="ecom.products.get",
    method="GET",
    path="/partner/ecom/product",
    result=ecom.Product,
    api_version="2",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-8910364",
)


OPERATIONS: tuple[Operation[Any], ...] = (_GET,)
LISTED: tuple[ListedOperation, ...] = ()


class EcomProducts(Resource):
    """The products that the shop sells."""

    __slots__ = ()

    async def get(
        self,
        *,
        sku: str | UnsetType = UNSET,
        id: int | UnsetType = UNSET,
    ) -> ecom.Product:
        """Read a product by its sku or its number.
        `GET /partner/ecom/product` <https://docs.mintedconnect.com/api-8910364>.

        Both are optional on the page; what is answered when neither or both are given is not
        documented.

        Args:
            sku: Product code, such as `MNT0001`.
            id: Minted's number of the product.

        Returns:
            The product.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        return await self._sender.send(
            _GET,
            query={
                "sku": sku,
                "id": id,
            },
        )
