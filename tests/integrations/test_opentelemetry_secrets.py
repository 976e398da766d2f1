"""Whatever a call and its answer hold, none of it is exported."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from minted_async import MintedClient, RetryPolicy
from minted_async.errors import MintedError
from tests.integrations.telemetry import Exported
from tests.servers import (
    Behaviour,
    LoopbackServer,
    answering,
    close_after_reading,
    envelope,
    refusal,
    reset_after_reading,
    response,
)

Use = Callable[[MintedClient, str], Coroutine[Any, Any, object]]

# Every one begins so: a text this long stands in nothing by chance.
IDS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='"\\'), min_size=1).map(
    "Zq7-".__add__
)

USES: dict[str, Use] = {
    "path": lambda minted, text: minted.orders.get(text),
    "query": lambda minted, text: minted.request(
        "GET", "/partner/orders", params={"customer": text, text: "1"}
    ),
    "body": lambda minted, text: minted.customers.create(
        external_id=text, firstname=text, identity_number=text
    ),
    "plain body": lambda minted, text: minted.request("POST", "/partner/notes", json={text: text}),
    "written path": lambda minted, text: minted.request("GET", f"/partner/order/{quote(text, safe='')}"),
    "told path": lambda minted, text: minted.balances.partner(customer=text),
    "header": lambda minted, text: minted.with_options(headers={"X-Customer": text}).orders.get("1"),
    "token": lambda minted, text: minted.webview(text).active_basket(),
    "refused argument": lambda minted, text: minted.orders.get(f"{text}\0"),
}


def challenge(text: str) -> bytes:
    head = f'Digest realm="{text}", nonce="{text}", opaque="{text}", qop="auth"'
    return response(text, 401, headers={"WWW-Authenticate": head})


ANSWERS: dict[str, Callable[[str], Behaviour]] = {
    "data": lambda text: answering(envelope(json.dumps({"guid": text, "external_id": text, "items": []}))),
    "refusal": lambda text: answering(refusal(404, text, text, headers={"X-Request-Id": text})),
    "failure": lambda text: answering(response(text, 502, headers={"X-Request-Id": text})),
    "pause": lambda text: answering(refusal(429, text, text), envelope(json.dumps(text))),
    "challenge": lambda text: answering(challenge(text)),
    "nothing": lambda _: close_after_reading,
    "reset": lambda _: reset_after_reading,
}


async def exported_by(use: str, answer: str, text: str) -> Exported:
    exported = Exported()
    async with LoopbackServer(ANSWERS[answer](text)) as server:
        minted = MintedClient(
            text,
            text,
            base_url=f"{server.url}/{quote(text, safe='')}",
            client_id=text,
            events=exported.telemetry,
            retry=RetryPolicy(base_delay=0.001, max_delay=0.002),
            paths={"balances.partner": f"GET /partner/{quote(text, safe='')}/balances"},
        )
        async with minted:
            exported.telemetry.watch(minted)
            with contextlib.suppress(MintedError):
                await USES[use](minted, text)
    return exported


@settings(max_examples=150)
@given(st.sampled_from(sorted(USES)), st.sampled_from(sorted(ANSWERS)), IDS)
def test_no_id_and_no_secret_of_a_call_or_its_answer_is_exported(use: str, answer: str, text: str) -> None:
    exported = asyncio.run(exported_by(use, answer, text))
    assert len(exported.calls) == 1
    everything = exported.everything()
    assert "minted.client.call.duration" in everything
    assert "Zq7" not in everything
