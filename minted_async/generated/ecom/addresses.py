# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Addresses that are stored with a customer."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.core.enums import enum_value
from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated import models
from minted_async.generated.ecom import requests as ecom_requests

_CREATE_BILLING: Operation[Any] = Operation(
    id="ecom.addresses.create_billing",
    method="POST",
    path="/partner/customer/address",
    result=object,
    api_version="3",
    docs="https://docs.mintedconnect.com/api-8209442",
)

_CREATE_MANY: Operation[Any] = Operation(
    id="ecom.addresses.create_many",
    method="POST",
    path="/partner/customer/address/createmulti",
    result=object,
    api_version="3",
    alone=True,
    docs="https://docs.mintedconnect.com/api-8209443",
)

_LIST = ListedOperation(
    id="ecom.addresses.list",
    title="Customer Address - List",
    section="E-Commerce API / Customer Address",
    method="GET",
)
_DELETE = ListedOperation(
    id="ecom.addresses.delete",
    title="Customer Address - Delete",
    section="E-Commerce API / Customer Address",
    method="DELETE",
)
_CREATE_SHIPPING = ListedOperation(
    id="ecom.addresses.create_shipping",
    title="Customer Address - Create (Shipping)",
    section="E-Commerce API / Customer Address",
    method="POST",
)

OPERATIONS: tuple[Operation[Any], ...] = (
    _CREATE_BILLING,
    _CREATE_MANY,
)
LISTED: tuple[ListedOperation, ...] = (
    _LIST,
    _DELETE,
    _CREATE_SHIPPING,
)


class EcomAddresses(Resource):
    """Addresses that are stored with a customer."""

    __slots__ = ()

    async def create_billing(
        self,
        *,
        external_customer_id: ExternalId,
        invoice_type: models.InvoiceType | str,
        tax_number: str,
        city: str,
        county: str,
        address: str,
        company_name: str | UnsetType = UNSET,
        tax_office: str | UnsetType = UNSET,
        district: str | UnsetType = UNSET,
        street: str | UnsetType = UNSET,
    ) -> Any:
        """Store a billing address with a customer.
        `POST /partner/customer/address` <https://docs.mintedconnect.com/api-8209442>.

        `type: billing` is sent by itself. The answer is not shown, so its data comes as plain
        values.

        Args:
            external_customer_id: The partner's own id of the customer.
            invoice_type: Whether invoices are made out to a person or to a company.
            tax_number: Tax number.
            city: City or province.
            county: County of the city.
            address: The rest of the address in free text.
            company_name: Name of the company.
            tax_office: Tax office of the company.
            district: District of the county.
            street: Street.

        Returns:
            The address is stored. What `data` holds is not documented. Plain Python values, numbers as
                Decimal.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _CREATE_BILLING,
            body=ecom_requests.CreateBillingAddressRequest(
                external_customer_id=external_customer_id,
                invoice_type=enum_value(models.InvoiceType, invoice_type),
                company_name=company_name,
                tax_office=tax_office,
                tax_number=tax_number,
                type="billing",
                city=city,
                county=county,
                district=district,
                street=street,
                address=address,
            ),
        )
        del (
            external_customer_id,
            invoice_type,
            tax_number,
            city,
            county,
            address,
            company_name,
            tax_office,
            district,
            street,
        )
        return await sending

    async def create_many(
        self,
        **fields: object,
    ) -> Any:
        """Store several addresses with a customer.
        `POST /partner/customer/address/createmulti` <https://docs.mintedconnect.com/api-8209443>.

        The documentation's body was not seen beyond the beginning of its first key,
        `external_cust...`: give the fields that Minted told you. The answer is not shown either, so
        its data comes as plain values.

        Args:
            fields: What to send: JSON values, by their names on the wire.

        Returns:
            The addresses are stored. What `data` holds is not documented. Plain Python values, numbers as
                Decimal.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _CREATE_MANY,
            json=fields,
        )
        del fields
        return await sending

    async def list(self, **arguments: object) -> Any:
        """Listed only: "Customer Address - List" in E-Commerce API / Customer Address.

        By its title, the addresses stored with a customer. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.addresses.list": ...})` says where it is.
        """
        sending = self._sender.send_listed(_LIST, arguments)
        del arguments
        return await sending

    async def delete(self, **arguments: object) -> Any:
        """Listed only: "Customer Address - Delete" in E-Commerce API / Customer Address.

        Deletes a stored address; how it is named is not documented. Raises
        UndocumentedOperationError until `MintedClient(paths={"ecom.addresses.delete": ...})` says
        where it is.
        """
        sending = self._sender.send_listed(_DELETE, arguments)
        del arguments
        return await sending

    async def create_shipping(self, **arguments: object) -> Any:
        """Listed only: "Customer Address - Create (Shipping)" in E-Commerce API / Customer Address.

        Stores a shipping address with a customer; by the page of the billing address, likely the
        same path with `type` set to `shipping`. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.addresses.create_shipping": ...})` says where it is.
        """
        sending = self._sender.send_listed(_CREATE_SHIPPING, arguments)
        del arguments
        return await sending
