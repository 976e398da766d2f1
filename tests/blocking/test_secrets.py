"""What is secret stands in no variable of the package in a traceback: error trackers send those along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from minted_async import MintedClient as AsyncMintedClient
from minted_async.blocking import MintedClient
from minted_async.errors import AuthenticationError, ConfigurationError
from minted_async.sandbox import Sandbox
from tests.core.test_credentials import variables

SECRETS: list[Mapping[str, Any]] = [
    {"password": "hunter2"},
    {"password": "p", "proxy": "http://user:hunter2@proxy.example"},
    {"password": "p", "journal": "postgresql://user:hunter2@db.example/minted"},
]
REFUSED: list[Mapping[str, Any]] = [
    {"base_url": "nowhere"},
    {"username": ""},
    {"timeout": "soon"},
    {"events": 5},
    {"password": b"hunter2"},
    {"proxy": "ftp://user:hunter2@proxy.example"},
    {"journal": 5},
]


@pytest.mark.parametrize("make", [MintedClient, AsyncMintedClient])
@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: list(secret)[-1])
@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: next(iter(refused)))
@pytest.mark.parametrize("from_env", [False, True])
def test_none_of_what_a_client_was_to_be_made_with(
    make: Any, secret: Mapping[str, Any], refused: Mapping[str, Any], from_env: bool
) -> None:
    build: Callable[..., object] = make.from_env if from_env else make
    with pytest.raises(ConfigurationError) as caught:
        build(**{"username": "user", **secret, **refused})
    assert "hunter2" not in variables(caught.value)


@pytest.mark.parametrize("make", [MintedClient, AsyncMintedClient])
def test_none_of_what_from_env_was_given_beside_what_is_missing(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINTED_USERNAME", raising=False)
    with pytest.raises(ConfigurationError, match="set MINTED_USERNAME") as caught:
        make.from_env(password="hunter2")
    assert "hunter2" not in variables(caught.value)


def test_not_the_password_of_a_call_that_fails(minted_sandbox: Sandbox) -> None:
    with MintedClient("demo", "hunter2", base_url=minted_sandbox.url) as client:
        with pytest.raises(AuthenticationError) as caught:
            client.trades.fix_price()
        assert "hunter2" not in variables(caught.value)
