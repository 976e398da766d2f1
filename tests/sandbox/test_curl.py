"""Interoperation with a digest client that we did not write: curl."""

from __future__ import annotations

import json
import shutil
import subprocess

import aiohttp
import anyio
import pytest

from minted_async.sandbox import Sandbox
from tests.sandbox.caller import Caller

CURL = shutil.which("curl")

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(CURL is None, reason="curl is not installed")]


async def curl(*arguments: str) -> tuple[int, str]:
    """The status and the body of the last answer."""
    command = [CURL or "curl", "--silent", "--max-time", "10", "--write-out", "\n%{http_code}", *arguments]
    result = await anyio.run_process(command, stderr=subprocess.STDOUT)
    body, _, status = result.stdout.decode().rpartition("\n")
    return int(status), body


@pytest.mark.parametrize("algorithms", [("MD5",), ("SHA-256",), ("SHA-256", "MD5")])
async def test_an_order_is_read_by_the_line_of_the_documentation(
    session: aiohttp.ClientSession, algorithms: tuple[str, ...]
) -> None:
    async with Sandbox(algorithms=algorithms) as sandbox:
        await Caller(session, sandbox).buy("ORD-1")
        status, body = await curl("--digest", "-u", "demo:demo", f"{sandbox.url}/partner/order/ORD-1")
        assert (status, json.loads(body)["data"]["external_id"]) == (200, "ORD-1")


async def test_a_customer_is_created_by_curl(sandbox: Sandbox) -> None:
    status, body = await curl(
        "--digest",
        "-u",
        "demo:demo",
        "-H",
        "x-client-id: web",
        "-H",
        "Content-Type: application/json",
        "-d",
        '{"external_id": "CST-1", "firstname": "Deniz"}',
        f"{sandbox.url}/partner/customer",
    )
    assert (status, json.loads(body)["success"]) == (200, True)
    assert sandbox.customers["CST-1"].profile.firstname == "Deniz"


async def test_curl_is_refused_with_a_wrong_password(sandbox: Sandbox) -> None:
    status, body = await curl("--digest", "-u", "demo:wrong", f"{sandbox.url}/partner/order/ORD-1")
    assert (status, json.loads(body)["message"]) == (401, "Kimlik doğrulaması gerekli.")


async def test_curl_signs_anew_when_its_nonce_went_stale(sandbox: Sandbox) -> None:
    sandbox.fail_next("stale_nonces")
    status, _ = await curl("--digest", "-u", "demo:demo", f"{sandbox.url}/partner/order/ORD-1")
    assert (status, sandbox.unauthorized) == (404, 2)


async def test_a_large_body_is_asked_for_with_100_continue(sandbox: Sandbox) -> None:
    status, _ = await curl(
        "--digest",
        "-u",
        "demo:demo",
        "-H",
        "Expect: 100-continue",
        "--expect100-timeout",
        "9",
        "-H",
        "Content-Type: application/json",
        "-H",
        "x-client-id: web",
        "-d",
        '{"type": "digital"}',
        f"{sandbox.url}/partner/pricefix",
    )
    assert status == 200
