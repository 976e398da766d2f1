"""The names of aiohttp that the transport uses beyond its documentation are there."""

from __future__ import annotations

import asyncio
import inspect
import re

import aiohttp
import pytest
from aiohttp.client_proto import ResponseHandler

from minted_async.core import connection, pool

pytestmark = pytest.mark.anyio


async def make_protocol() -> ResponseHandler:
    protocol = ResponseHandler(asyncio.get_running_loop())
    protocol.set_response_params()
    return protocol


async def test_every_name_that_is_used_is_there() -> None:
    protocol = await make_protocol()
    places = [protocol, getattr(protocol, "_parser", None)]
    used = re.findall(r"`(\w+)`", connection.__doc__ or "")
    assert "set_response_params" in used
    missing = [name for name in used if not any(hasattr(place, name) for place in places)]
    assert not missing, f"aiohttp {aiohttp.__version__} has no more {missing}, which core/connection.py uses"


@pytest.mark.parametrize(
    ("callable_", "arguments", "user"),
    [
        (
            ResponseHandler.set_response_params,
            {"read_until_eof", "read_timeout", "max_line_size", "max_field_size"},
            connection,
        ),
        (
            aiohttp.ClientRequest,
            {"method", "url", "loop", "ssl", "proxy", "proxy_headers", "server_hostname"},
            pool,
        ),
        (aiohttp.BaseConnector.connect, {"req", "traces", "timeout"}, pool),
        (ResponseHandler.read, set[str](), connection),
        (ResponseHandler.start_timeout, set[str](), connection),
        (ResponseHandler.is_connected, set[str](), connection),
    ],
)
def test_every_argument_that_is_used_is_taken(callable_: object, arguments: set[str], user: object) -> None:
    assert callable(callable_)
    parameters = inspect.signature(callable_).parameters
    missing = arguments - parameters.keys()
    unknown = {
        name
        for name, parameter in parameters.items()
        if parameter.default is inspect.Parameter.empty
        and parameter.kind not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    } - {*arguments, "self"}
    assert not missing, f"{callable_} of aiohttp {aiohttp.__version__} does not take {missing}: see {user}"
    assert not unknown, f"{callable_} of aiohttp {aiohttp.__version__} wants {unknown}: see {user}"


async def test_a_parser_between_two_answers_is_told_from_one_inside_an_answer() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n5"
    for behind, inside in ((b"", False), (b"HTTP/1.1 200 OK\r\nConte", True), (answer, False)):
        protocol = await make_protocol()
        parser = getattr(protocol, "_parser")  # noqa: B009 (it is private)
        protocol.data_received(answer + behind)
        assert (parser.feed_eof() is not None) is inside
