"""Every exception that this SDK raises.

All of them are below `MintedError`, can be pickled, and hold no secret. Which one to expect is decided by a
single question: what may the server have done?

- nothing left this machine: `ArgumentError`, `ConfigurationError`, `UndocumentedOperationError`,
  `NotSentError`
- the server answered: `APIError` and its subclasses by HTTP status, `DecodeError` when the answer could not
  be read
- no answer to a call that only reads: `RequestTimeoutError`, `ConnectionLostError`
- no answer to a call that changes something: `OutcomeUnknownError`

`happened` says what happened, `advice` what to do next, and `str(error)` both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

__all__ = [
    "APIError",
    "ArgumentError",
    "AuthenticationError",
    "ConfigurationError",
    "ConnectionLostError",
    "DecodeError",
    "ExternalIdUsedError",
    "MintedError",
    "NotFoundError",
    "NotSentError",
    "OrderNotPlacedError",
    "OutcomeUnknownError",
    "PermissionDeniedError",
    "PriceExpiredError",
    "QuoteExpiredError",
    "QuoteNotFoundError",
    "QuoteUsedError",
    "RateLimitedError",
    "RequestTimeoutError",
    "ServerError",
    "SlippageError",
    "StalePriceError",
    "UndocumentedOperationError",
    "ValidationError",
]


class MintedError(Exception):
    """The root of all errors of this SDK.

    Attributes:
        operation: The method that failed, such as `"orders.buy"`; None when no call was being made.
        external_id: The partner's own id of what the call was to make or change, if it has one. Every error
            of `minted.trades.buy` and `sell` has that of the order, also when it was made up for the order.
        advice: What to do next, in a sentence or two.
    """

    advice: str = ""
    operation: str | None
    external_id: str | None = None

    def __init__(self, message: str, *, operation: str | None = None, advice: str | None = None) -> None:
        super().__init__(message)
        self.operation = operation
        if advice is not None:
            self.advice = advice

    @property
    def happened(self) -> str:
        """What happened, without the advice."""
        return super().__str__()

    def __str__(self) -> str:
        """What happened, and what to do next."""
        return f"{self.happened}. {self.advice}" if self.advice else self.happened

    def __reduce__(self) -> tuple[Any, ...]:
        # The default calls cls(*args), which fails for constructors with required keywords.
        return _rebuild, (type(self), self.args, self.__dict__)

    @classmethod
    def _rebuild(cls, args: tuple[Any, ...], state: dict[str, Any]) -> Self:
        error = cls.__new__(cls, *args)
        error.__dict__.update(state)
        return error


def _rebuild(cls: type[MintedError], args: tuple[Any, ...], state: dict[str, Any]) -> MintedError:
    return cls._rebuild(args, state)  # pyright: ignore[reportPrivateUsage]


class ConfigurationError(MintedError):
    """The client is set up or used wrongly: nothing was sent."""

    advice = "Nothing was sent. Correct how the client is set up or used."


class ArgumentError(MintedError, ValueError):
    """An argument cannot be sent: an empty id, a number that is not finite. Nothing was sent.

    A wrong type is a `TypeError`.

    Attributes:
        argument: Which one, such as `"items[0].amount"`.
        problem: What is wrong with it.
    """

    advice = "Nothing was sent. Correct the argument."

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        argument: str,
        problem: str,
        advice: str | None = None,
    ) -> None:
        super().__init__(message, operation=operation, advice=advice)
        self.argument = argument
        self.problem = problem


class ExternalIdUsedError(ArgumentError):
    """By the journal, an order with this `external_id` was placed, or may have been: nothing was sent by this
    call. It may be the very order that was asked for. What the server has is a `ValidationError`.
    """

    advice = "Nothing was sent by this call. Read the order that has this id."


class UndocumentedOperationError(MintedError):
    """The documentation lists this operation, but no page describes it: nothing was sent.

    Attributes:
        title: Title of the page in the documentation's menu.
        section: Place of the page in the menu.
    """

    advice = (
        "Nothing was sent. Give the client the operation's path (paths=), or describe "
        "the operation in the spec."
    )

    def __init__(
        self, message: str, *, operation: str, title: str, section: str, advice: str | None = None
    ) -> None:
        super().__init__(message, operation=operation, advice=advice)
        self.title = title
        self.section = section


class NotSentError(MintedError):
    """The request never left: name resolution, connection, TLS or waiting for a free connection failed. Safe
    to repeat.
    """

    advice = "It is safe to repeat. Check the address and the network."


class RequestTimeoutError(MintedError):
    """A call that only reads had no answer within its time. Safe to repeat.

    Attributes:
        attempts: How often the request was sent.
    """

    advice = "The call only reads: it is safe to repeat, perhaps with a longer timeout."

    def __init__(self, message: str, *, operation: str | None = None, attempts: int = 1) -> None:
        super().__init__(message, operation=operation)
        self.attempts = attempts


class ConnectionLostError(MintedError):
    """The connection broke during a call that only reads. Safe to repeat.

    Attributes:
        attempts: How often the request was sent.
    """

    advice = "The call only reads: it is safe to repeat."

    def __init__(self, message: str, *, operation: str | None = None, attempts: int = 1) -> None:
        super().__init__(message, operation=operation)
        self.attempts = attempts


class OutcomeUnknownError(MintedError):
    """A request that changes something was sent, and it is not known whether it was carried out. Do not
    simply repeat it.

    Look an order up by its `external_id` first: `await minted.trades.resolve(external_id)`. Whether a
    basket was completed is said by its shop: `minted.ecom.orders.get`, `minted.walletable.orders.list`.

    Attributes:
        external_id: The partner's own id of what was sent, if the request had one.
        status: HTTP status of the answer, if there was one at all.
        certain_at: When the price lock has surely run out, so that a lookup tells for certain whether the
            order exists; aware. None if that is not known.
        placed: The server has confirmed the order, and only reading it back failed.
    """

    advice = (
        "Do not simply repeat it. Read first what it was to make or change: an order by its external_id, a "
        "completed basket among the orders of its shop."
    )

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        external_id: str | None = None,
        status: int | None = None,
        certain_at: datetime | None = None,
        placed: bool = False,
        advice: str | None = None,
    ) -> None:
        super().__init__(message, operation=operation, advice=advice)
        self.external_id = external_id
        self.status = status
        self.certain_at = certain_at
        self.placed = placed


class DecodeError(MintedError):
    """The server answered, and the answer does not fit the documentation.

    Attributes:
        status: HTTP status of the answer; None if it was not read so far.
        path: Place in the answer's JSON, such as `"$.data.items[0].price"`; `"$"` when it is no JSON at all.
        body: The first bytes of the answer as text, secrets masked.
        success: What the answer's envelope says of the call: True means that it was carried out all the same.
    """

    advice = (
        "The server may have carried the call out: look before you repeat it. Then report what does not fit."
    )

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        status: int | None,
        path: str = "$",
        body: str = "",
        success: bool | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(message, operation=operation, advice=advice)
        self.status = status
        self.path = path
        self.body = body
        self.success = success


class APIError(MintedError):
    """The server refused the call, or failed.

    Attributes:
        status: HTTP status.
        code: The API's own code, if the answer has one.
        message: The API's own text, in the language of the client's locale.
        errors: Further details as the server gave them, often a mapping from field to messages.
        headers: Headers of the answer, names in lower case.
        body: The first bytes of the answer as text, secrets masked.
        retry_after: Seconds after which the server wants to be asked again, if it said so.
        success: What the answer's envelope says of the call, if it has one: True contradicts the status.
    """

    advice = "The server refused the call; its code and message say why."

    def __init__(
        self,
        text: str,
        *,
        operation: str | None = None,
        status: int,
        code: int | str | None = None,
        message: str = "",
        errors: Any = None,
        headers: Mapping[str, str] | None = None,
        body: str = "",
        retry_after: float | None = None,
        success: bool | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(text, operation=operation, advice=advice)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.headers: dict[str, str] = dict(headers or {})
        self.body = body
        self.retry_after = retry_after
        self.success = success


class AuthenticationError(APIError):
    """401: user name and password were refused, or a token; or no usable digest challenge was offered."""

    advice = "Nothing was done. Check user name and password (or token), and that they belong to this server."


class PermissionDeniedError(APIError):
    """403: the partner account may not do this."""

    advice = "Nothing was done. Ask Minted what the partner account may do."


class NotFoundError(APIError):
    """404: no such order, customer or path."""

    advice = "Nothing was done. Check the id, and that base_url is the environment that knows it."


class ValidationError(APIError):
    """422: the server refused the arguments; `errors` often says which."""

    advice = "Nothing was done. Correct what was refused, and try again."


class RateLimitedError(APIError):
    """429: too many requests; `retry_after` says when to come back."""

    advice = "Nothing was done. Wait for retry_after seconds, and send less."


class ServerError(APIError):
    """5xx with the API's own envelope: the server failed and said so."""

    advice = (
        "The server failed. If the call was to change something, look whether it has before you repeat it."
    )


class PriceExpiredError(MintedError):
    """The price lock has run out: nothing was sent. Fix a new price.

    Attributes:
        expired_for: Seconds since the lock ran out.
    """

    advice = "Nothing was sent. Fix a new price."

    def __init__(self, message: str, *, operation: str | None = None, expired_for: float = 0.0) -> None:
        super().__init__(message, operation=operation)
        self.expired_for = expired_for


class QuoteExpiredError(MintedError):
    """The quote has run out: nothing was sent."""

    advice = "Nothing was sent. Make a new quote and show its price."


class QuoteNotFoundError(MintedError):
    """The journal has no such quote of this account on this server: nothing was sent."""

    advice = "Nothing was sent. Check that all workers use the same journal and account, or make a new quote."


class QuoteUsedError(MintedError):
    """Another order has taken the quote: nothing was sent by this call.

    Attributes:
        external_id: The partner's own id of the order that has taken it.
    """

    advice = "Nothing was sent by this call. Read the order that external_id names, or make a new quote."

    def __init__(self, message: str, *, operation: str | None = None, external_id: str) -> None:
        super().__init__(message, operation=operation)
        self.external_id = external_id


class SlippageError(MintedError):
    """The fixed price is worse than the caller accepts: nothing was ordered. A higher price is worse for a
    purchase, a lower one for a sale.

    Attributes:
        sku: The product.
        fixed_price: Price of one unit that was fixed.
        reference_price: Price of one unit that the caller had in mind, in the same currency.
        slippage: By how large a share of the reference price the fixed one is worse.
        max_slippage: The largest share that the caller accepts.
    """

    advice = "Nothing was ordered. Ask again at the new price, or allow more slippage."

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        sku: str,
        fixed_price: Decimal,
        reference_price: Decimal,
        slippage: Decimal,
        max_slippage: Decimal,
    ) -> None:
        super().__init__(message, operation=operation)
        self.sku = sku
        self.fixed_price = fixed_price
        self.reference_price = reference_price
        self.slippage = slippage
        self.max_slippage = max_slippage


class OrderNotPlacedError(MintedError):
    """The order is certain not to exist: it is safe to place it again.

    Attributes:
        external_id: The partner's own id of the order.
    """

    advice = "The order will never exist: it is safe to place it again."

    def __init__(self, message: str, *, operation: str | None = None, external_id: str) -> None:
        super().__init__(message, operation=operation)
        self.external_id = external_id


class StalePriceError(MintedError):
    """The newest known price is older than the caller allows.

    Attributes:
        age: Age of the newest known price in seconds.
        snapshot: The newest known prices, for those who can live with them.
    """

    advice = "Wait for a newer price, or accept the older one in `snapshot`."

    def __init__(
        self, message: str, *, operation: str | None = None, age: float, snapshot: object = None
    ) -> None:
        super().__init__(message, operation=operation)
        self.age = age
        self.snapshot = snapshot
