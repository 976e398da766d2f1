"""What a client tells of itself while it works: `MintedClient(..., events=callable)`.

The callable is given one of these structs at a time, in the event loop, so it must return quickly: count, put
it in a queue. Nothing in them identifies anybody: names of operations, places, numbers, no id and no value.
What belongs to one call has its number in `call`, which counts the calls of this process that are told of.
More kinds of events can come with a later release: leave those alone that you do not know.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

__all__ = ["CallFinished", "Challenged", "DriftSeen", "Event", "Retrying"]


class CallFinished(msgspec.Struct, frozen=True, kw_only=True):
    """A call has returned or raised, its arguments refused included.

    Attributes:
        call: Its number.
        operation: The method's name, such as `"orders.get"`. For `MintedClient.request` it is `"request"`.
        method: HTTP method.
        path: Path with placeholders, such as `"/partner/order/{external_order_id}"`; None if it is not from a
            page of the documentation: whoever wrote it out may have put ids into it.
        server: Scheme, host and port.
        status: HTTP status of the answer; None if there was none.
        attempts: How often it was tried; 0 if it was refused before the first try.
        seconds: From the call to its end, waits between attempts included.
        waited: For how many of these seconds it stood in line until one of the client's `max_connections` was
            free.
        sent: Whether any of it has left.
        error: Name of the exception's class; None if it returned.
    """

    call: int
    operation: str
    method: str
    path: str | None
    server: str
    status: int | None
    attempts: int
    seconds: float
    waited: float
    sent: bool
    error: str | None


class Retrying(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt has failed, and another one follows.

    Attributes:
        call: The call's number.
        operation: The method's name.
        attempt: Number of the one that failed, from 1 on.
        status: HTTP status that it was answered with; None if it broke.
        error: Name of the class of what broke; None if it was answered.
        wait: Seconds until the next attempt.
    """

    call: int
    operation: str
    attempt: int
    status: int | None
    error: str | None
    wait: float


class Challenged(msgspec.Struct, frozen=True, kw_only=True):
    """The server wanted another proof of who is calling; the request is sent again, signed anew.

    Once for a client that begins, and whenever the server's nonce has run out. Many of them mean a server, or
    several behind one name, that forget their nonces.

    Attributes:
        call: The call's number.
        operation: The method's name.
        signed: Whether the request that was refused carried a proof already.
    """

    call: int
    operation: str
    signed: bool


class DriftSeen(msgspec.Struct, frozen=True, kw_only=True):
    """An answer has something that the documentation behind this release does not name.

    Attributes:
        operation: The method's name.
        status: HTTP status of the answer.
        place: Where, such as `"data.items[].colour"`; `*` stands for a name that does not look like that of
            a field.
        kind: `"field"`: a field that is not read; `"value"`: an enum's value that is not known.
    """

    operation: str
    status: int
    place: str
    kind: Literal["field", "value"]


Event: TypeAlias = CallFinished | Retrying | Challenged | DriftSeen
