"""What a client is set up with is checked when it is made."""

from __future__ import annotations

import re
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async.core.config import (
    HeaderOptions,
    Secret,
    Timeout,
    check_count,
    check_password,
    check_username,
    header_value,
)
from minted_async.core.origin import Origin
from minted_async.errors import ConfigurationError


@pytest.mark.parametrize(
    ("base_url", "base", "prefix"),
    [
        ("https://api.example.com", "https://api.example.com", ""),
        ("https://api.example.com/", "https://api.example.com", ""),
        ("HTTPS://API.Example.COM:443/v1/", "https://api.example.com", "/v1"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765", ""),
        ("http://127.8.9.1", "http://127.8.9.1", ""),
        ("http://[::1]:8765", "http://[::1]:8765", ""),
        ("http://localhost:8765", "http://localhost:8765", ""),
        ("http://minted.localhost", "http://minted.localhost", ""),
    ],
)
def test_usable_base_urls(base_url: str, base: str, prefix: str) -> None:
    assert Origin.parse(base_url) == Origin(base, prefix)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://api.example.com",
        "http://192.168.1.10:8000",
        "http://0.0.0.0",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://[::ffff:10.0.0.1]",
    ],
)
def test_plain_http_to_another_machine_is_refused(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url must use https"):
        Origin.parse(base_url)


@pytest.mark.parametrize(
    "base_url",
    ["http://sandbox", "http://Sandbox:80", "http://sandbox.", "http://[FD00::1]:8765", "http://kasa-altın"],
)
def test_what_is_refused_says_how_a_test_network_allows_it(base_url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Origin.parse(base_url)
    advice = re.search(r"allow_http=\('(\S+)',\), or MINTED_ALLOW_HTTP=(\S+) for", str(refused.value))
    assert advice is not None
    assert advice[1] == advice[2]
    assert Origin.parse(base_url, (advice[1],)).in_the_clear


@pytest.mark.parametrize(
    "host",
    ["mintedconnect.com", "api.staging.mintedconnect.com", "API.MintedConnect.com", "mintedconnect.com."],
)
def test_nothing_goes_to_minted_in_the_clear(host: str) -> None:
    with pytest.raises(ConfigurationError, match="no test network"):
        Origin.parse(f"http://{host}", (host,))
    assert Origin.parse("http://notmintedconnect.com", ("notmintedconnect.com",)).in_the_clear


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("http://sandbox:8765", "sandbox"),
        ("http://Sandbox", "SANDBOX"),
        ("http://minted_sandbox.test-net:80/x", "minted_sandbox.test-net"),
        ("http://10.1.2.3:8765", "10.1.2.3"),
        ("http://[fd00::1]:8765", "fd00::1"),
        ("http://kasa-altın:8765", "kasa-altın"),
    ],
)
def test_http_to_a_host_that_is_named_is_allowed_loudly(
    base_url: str, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    origin = Origin.parse(base_url, ("other", host))
    assert origin.base.startswith("http://")
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert f"{origin.base} in the clear" in record.getMessage()
    assert "test networks only" in record.getMessage()


@pytest.mark.parametrize("base_url", ["https://sandbox", "http://127.0.0.1:8765", "http://localhost"])
def test_where_nothing_is_in_the_clear_nothing_is_said(
    base_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    Origin.parse(base_url, ("sandbox",))
    assert not caplog.records


@pytest.mark.parametrize(
    "base_url",
    [
        "http://sandbox.example.com",
        "http://example.com",
        "http://my-sandbox",
        "http://sandbox.",
        "http://api.sandbox",
        "http://sandboxx",
    ],
)
def test_only_the_very_host_is_allowed(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url must use https"):
        Origin.parse(base_url, ("sandbox",))
    with pytest.raises(ConfigurationError, match="must not hold credentials"):
        Origin.parse("http://user:word@sandbox", ("sandbox",))


@pytest.mark.parametrize(
    ("allow_http", "problem"),
    [
        ("sandbox", r"a tuple of host names, such as \('sandbox',\), not 'sandbox'"),
        (True, "a tuple of host names"),
        (None, "a tuple of host names"),
        (("*",), "without scheme, port or wildcard, not '\\*'"),
        (("*.example.com",), "wildcard"),
        (("http://sandbox",), "scheme"),
        (("sandbox:8765",), "port"),
        (("",), "whole names"),
        (("sandbox", ""), "whole names"),
        ((5,), "whole names"),
        (("user:hunter2@sandbox",), "whole names"),
    ],
)
def test_hosts_that_are_none_are_refused(allow_http: Any, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem) as refused:
        Origin.parse("https://api.example.com", allow_http)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("base_url", "problem"),
    [
        ("https://api.example.com?x=1", "query or a fragment"),
        ("https://api.example.com#top", "query or a fragment"),
        ("ftp://api.example.com", "must start with https://"),
        ("api.example.com", "must start with https://"),
        ("//api.example.com", "must start with https://"),
        ("https://", "no URL|must start with https://"),
        ("", "must start with https://"),
        ("https://api.example.com:99999", "no URL"),
        ("https://api.example.com:0", "must start with https://"),
        ("https://api.example.com:80\r\nX-Other: 1", "no URL"),
        ("https://[::1", "no URL"),
        (None, "base_url must be str"),
        (5, "base_url must be str"),
    ],
)
def test_unusable_base_urls(base_url: Any, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        Origin.parse(base_url)


@pytest.mark.parametrize(
    "base_url",
    [
        "https://user:hunter2@api.example.com",
        "https://hunter2@api.example.com",
        "https://:hunter2@api.example.com",
        "https://user:hunter2@api.example.com:99999",
        "https://user:hun/hunter2@api.example.com:99999",
        "ftp://user:hunter2@api.example.com",
        "user:hunter2@api.example.com",
    ],
)
def test_credentials_in_a_base_url_are_refused_and_not_shown(base_url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Origin.parse(base_url)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@given(st.text())
def test_any_text_is_a_base_url_or_a_configuration_error(base_url: str) -> None:
    try:
        origin = Origin.parse(base_url)
    except ConfigurationError:
        return
    assert origin.base.startswith(("https://", "http://"))
    assert not set(origin.base + origin.prefix) & set(" \r\n?#@")


@pytest.mark.parametrize("name", ["locale", "client_id", "api_version"])
@pytest.mark.parametrize("value", ["tr\r\nX-Other: 1", "tr\n", "\r", "", "  ", "a\x00", "ü", "a\x7f", 5])
def test_what_no_header_can_carry_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} "):
        HeaderOptions(**{name: value})


@given(st.text())
def test_a_header_value_never_holds_a_line_break(value: str) -> None:
    try:
        assert header_value("locale", value) == value
    except ConfigurationError:
        return
    assert value.isascii()
    assert not set(value) & {"\r", "\n", "\0"}


@pytest.mark.parametrize("headers", [{"X-A": "1\r\nX-B: 2"}, {"X-A": 1}, {"X-A": None}, {"X-A": "ü"}])
def test_a_further_header_that_cannot_be_sent_is_refused(headers: Any) -> None:
    with pytest.raises(ConfigurationError, match="header X-A"):
        HeaderOptions(headers=headers)


@pytest.mark.parametrize("name", ["", "X A", "X:A", "X-A\r\n", "Ü", 5])
def test_what_is_no_header_name_is_refused(name: Any) -> None:
    with pytest.raises(ConfigurationError, match="not a header name"):
        HeaderOptions(headers={name: "1"})


@pytest.mark.parametrize(
    "name", ["Authorization", "content-length", "Content-Type", "HOST", "Transfer-Encoding", "connection"]
)
def test_headers_that_the_client_makes_are_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="made by the client for each request"):
        HeaderOptions(headers={name: "1"})


def test_a_further_header_may_be_empty() -> None:
    assert HeaderOptions(headers={"X-A": ""}).headers == {"X-A": ""}


@pytest.mark.parametrize("name", ["total", "connect", "read", "pool"])
@pytest.mark.parametrize(
    "seconds", [0, -1, True, "5", float("nan"), float("inf"), 1e9, pytest.param(10**5000, id="many digits")]
)
def test_a_limit_must_be_a_positive_number(name: str, seconds: Any) -> None:
    with pytest.raises(ConfigurationError, match=rf"Timeout\.{name} must be a positive number"):
        Timeout(**{name: seconds})


def test_seconds_limit_the_whole_call() -> None:
    assert Timeout.of(2) == Timeout(total=2)
    assert Timeout.of(Timeout(read=1)) == Timeout(read=1)


def test_limits_may_be_absent() -> None:
    assert Timeout(total=None, connect=None).total is None


@pytest.mark.parametrize("username", ["", "a\r\nb", "a\tb", "a\x7f", "a\x85", "\ud800", None, 5, b"user"])
def test_an_unusable_user_name_is_refused(username: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^username "):
        check_username(username)


@pytest.mark.parametrize("password", ["", "hunter2\ud800", None, 5, b"hunter2"])
def test_an_unusable_password_is_refused_and_not_shown(password: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^password must be") as caught:
        check_password(Secret(password))
    assert "hunter2" not in str(caught.value)


def test_odd_but_usable_credentials_pass() -> None:
    assert check_username('ümit "x": 😀') == 'ümit "x": 😀'
    assert check_password(Secret("\r\n\0 ü")).reveal() == "\r\n\0 ü"


def test_a_hidden_string_is_not_shown() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "hunter2"


@pytest.mark.parametrize("value", [0, -1, True, 1.0, "1", None, pytest.param(10**5000, id="many digits")])
def test_a_count_must_be_a_whole_number_of_at_least_one(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_connections must be a whole number"):
        check_count("max_connections", value)
