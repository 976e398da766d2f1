# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The partner's customers as Minted knows them, persons and companies."""

from __future__ import annotations

import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.core.enums import enum_value
from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated import models, requests

_CREATE = Operation(
    id="customers.create",
    method="POST",
    path="/partner/customer",
    result=models.Customer,
    api_version="2",
    lookup="customers.get",
    docs="https://docs.mintedconnect.com/api-25995712",
)

_CREATE_BUSINESS = Operation(
    id="customers.create_business",
    method="POST",
    path="/partner/customer",
    result=models.Customer,
    api_version="2",
    lookup="customers.get",
    docs="https://docs.mintedconnect.com/api-15819241",
)

_GET = Operation(
    id="customers.get",
    method="GET",
    path="/partner/customer/{external_customer_id}",
    result=models.Customer,
    api_version="2",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-8228811",
)

_UPDATE: Operation[Any] = Operation(
    id="customers.update",
    method="PATCH",
    path="/partner/customer/{external_customer_id}",
    result=object,
    api_version="2",
    docs="https://docs.mintedconnect.com/api-8228809",
)

_REMOVE = ListedOperation(
    id="customers.remove", title="Remove Customer Id", section="Customers", method="DELETE"
)

OPERATIONS: tuple[Operation[Any], ...] = (
    _CREATE,
    _CREATE_BUSINESS,
    _GET,
    _UPDATE,
)
LISTED: tuple[ListedOperation, ...] = (_REMOVE,)


class Customers(Resource):
    """The partner's customers as Minted knows them, persons and companies."""

    __slots__ = ()

    async def create(
        self,
        *,
        external_id: ExternalId,
        firstname: str | UnsetType = UNSET,
        middlename: str | UnsetType = UNSET,
        lastname: str | UnsetType = UNSET,
        email: str | UnsetType = UNSET,
        phone: str | UnsetType = UNSET,
        gender: models.Gender | str | UnsetType = UNSET,
        identity_number: str | UnsetType = UNSET,
        birthdate: datetime.date | UnsetType = UNSET,
    ) -> models.Customer:
        """Create a customer who is a person.
        `POST /partner/customer` <https://docs.mintedconnect.com/api-25995712>.

        Only `external_id` is required. The published lengths (3 to 40 characters) are contradicted
        by the page's own example and not enforced. The answer's field list calls `gender` and
        `email` required; its example has `gender`, `phone`, `middlename`, `identity_number` and
        `birthdate` null.

        Args:
            external_id: The partner's own id of the customer, unique. 3 to 40 letters, digits, hyphens
                and underscores by the documentation.
            firstname: First name, 3 to 40 characters by the documentation.
            middlename: Middle name, 3 to 40 characters by the documentation, whose example is an empty
                string.
            lastname: Last name, 3 to 40 characters by the documentation.
            email: E-mail address.
            phone: Phone number with country code, such as `+90 555 000 00 00`.
            gender: Gender.
            identity_number: National identity number, 11 digits in the example.
            birthdate: Date of birth, sent as `YYYY-MM-DD`.

        Returns:
            The customer as created.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _CREATE,
            body=requests.CreateCustomerRequest(
                external_id=external_id,
                firstname=firstname,
                middlename=middlename,
                lastname=lastname,
                email=email,
                phone=phone,
                gender=enum_value(models.Gender, gender),
                identity_number=identity_number,
                birthdate=birthdate,
            ),
        )
        del external_id, firstname, middlename, lastname, email, phone, gender, identity_number, birthdate
        return await sending

    async def create_business(
        self,
        *,
        external_id: ExternalId,
        firstname: str | UnsetType = UNSET,
        tax_office: str | UnsetType = UNSET,
        email: str | UnsetType = UNSET,
        phone: str | UnsetType = UNSET,
        identity_number: str | UnsetType = UNSET,
        account_type: str | UnsetType = UNSET,
        birthdate: datetime.date | UnsetType = UNSET,
    ) -> models.Customer:
        """Create a customer that is a company.
        `POST /partner/customer` <https://docs.mintedconnect.com/api-15819241>.

        Only `external_id` is required; set `account_type` to `company` as the documentation's
        example does. The answer is not shown on this page; it is taken to be that of creating a
        person.

        Args:
            external_id: The partner's own id of the customer, unique. 3 to 40 letters, digits, hyphens
                and underscores by the documentation.
            firstname: Name of the company, 3 to 40 characters by the documentation.
            tax_office: Tax office of the company, 3 to 40 characters by the documentation.
            email: E-mail address.
            phone: Phone number with country code, such as `+90 555 000 00 00`.
            identity_number: Number that identifies the company, 10 digits in the example; by its length
                the tax number.
            account_type: Kind of account. `company` is the only value that the documentation shows here.
            birthdate: A date, sent as `YYYY-MM-DD`. Only the request example has it; what it means for a
                company is not said.

        Returns:
            The customer as created.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _CREATE_BUSINESS,
            body=requests.CreateBusinessCustomerRequest(
                external_id=external_id,
                firstname=firstname,
                tax_office=tax_office,
                email=email,
                phone=phone,
                identity_number=identity_number,
                account_type=account_type,
                birthdate=birthdate,
            ),
        )
        del external_id, firstname, tax_office, email, phone, identity_number, account_type, birthdate
        return await sending

    async def get(
        self,
        external_customer_id: ExternalId,
    ) -> models.Customer:
        """Read a customer by the partner's own id.
        `GET /partner/customer/{external_customer_id}` <https://docs.mintedconnect.com/api-8228811>.

        What it answers for a company, and for an unknown id, is not documented.

        Args:
            external_customer_id: The partner's own id of the customer.

        Returns:
            The customer.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        sending = self._sender.send(
            _GET,
            path=(external_customer_id,),
        )
        del external_customer_id
        return await sending

    async def update(
        self,
        external_customer_id: ExternalId,
        *,
        firstname: str,
        lastname: str,
        phone: str,
        identity_number: str,
        middlename: str | UnsetType = UNSET,
        email: str | UnsetType = UNSET,
        gender: models.Gender | str | UnsetType = UNSET,
        birthdate: datetime.date | UnsetType = UNSET,
        external_id: ExternalId | UnsetType = UNSET,
    ) -> Any:
        """Change a customer.
        `PATCH /partner/customer/{external_customer_id}` <https://docs.mintedconnect.com/api-8228809>.

        The documentation requires `firstname`, `lastname`, `phone` and `identity_number` although
        the method is PATCH: a partial update is not documented. The answer is not shown, so its
        data comes as plain values.

        Args:
            external_customer_id: The partner's own id of the customer.
            firstname: First name, 3 to 40 characters by the documentation.
            lastname: Last name, 3 to 40 characters by the documentation.
            phone: Phone number with country code and no spaces, such as `+905550000000`.
            identity_number: National identity number, 11 digits in the example.
            middlename: Middle name, 3 to 40 characters by the documentation, whose example is an empty
                string.
            email: E-mail address.
            gender: Gender.
            birthdate: Date of birth, sent as `YYYY-MM-DD`.
            external_id: An id in the body beside the one in the path. Only the request example has it;
                whether it renames the customer, is ignored or fails is not known.

        Returns:
            The customer is changed. What `data` holds is not documented. Plain Python values, numbers as
                Decimal.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _UPDATE,
            path=(external_customer_id,),
            body=requests.UpdateCustomerRequest(
                firstname=firstname,
                middlename=middlename,
                lastname=lastname,
                email=email,
                phone=phone,
                gender=enum_value(models.Gender, gender),
                identity_number=identity_number,
                birthdate=birthdate,
                external_id=external_id,
            ),
        )
        del (
            external_customer_id,
            firstname,
            lastname,
            phone,
            identity_number,
            middlename,
            email,
            gender,
            birthdate,
            external_id,
        )
        return await sending

    async def remove(self, **arguments: object) -> Any:
        """Listed only: "Remove Customer Id" in Customers.

        Removes a customer's id; whether the id stands in the path or in a body is not documented.
        Raises UndocumentedOperationError until `MintedClient(paths={"customers.remove": ...})` says
        where it is.
        """
        sending = self._sender.send_listed(_REMOVE, arguments)
        del arguments
        return await sending
