"""A blocking client of each test's own sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minted_async.blocking import MintedClient
from minted_async.sandbox import Sandbox


@pytest.fixture
def client(minted_sandbox: Sandbox) -> Iterator[MintedClient]:
    with MintedClient(
        minted_sandbox.username, minted_sandbox.password, base_url=minted_sandbox.url, locale="en"
    ) as client:
        yield client
