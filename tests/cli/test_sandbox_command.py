"""`minted sandbox`, served by a process of its own and used by clients of two kinds."""

from __future__ import annotations

import json
import shlex
import signal
import socket
import subprocess

import pytest

from minted_async import MintedClient, errors
from tests.cli.commands import PATIENCE, Server, minted, sandbox_command
from tests.external import program

pytestmark = pytest.mark.anyio


def curl(server: Server, part: str) -> dict[str, object]:
    """Run the printed curl line that has a text in it."""
    program("curl", "curl")
    (command,) = [line.strip() for line in server.introduction if "curl " in line and part in line]
    done = subprocess.run(
        [*shlex.split(command), "-s"], capture_output=True, timeout=PATIENCE, check=True, encoding="utf-8"
    )
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_the_printed_curl_lines_work() -> None:
    with sandbox_command() as server:
        assert curl(server, "/partner/pricefix")["success"] is True
        assert curl(server, "/partner/order/ORD-1")["code"] == 4041


async def test_the_printed_variables_are_what_from_env_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    with sandbox_command("--username", "somebody", "--price-ttl", "60", "--currency", "EUR") as server:
        assert server.exports["MINTED_USERNAME"] == "somebody"
        for name, value in server.exports.items():
            monkeypatch.setenv(name, value)
        async with MintedClient.from_env() as client:
            fix = await client.prices.fix(type="digital")
    assert (fix.expire_ttl, fix.currency) == (60, "EUR")


async def test_each_request_is_shown_with_its_status() -> None:
    with sandbox_command() as server:
        async with MintedClient("demo", "demo", base_url=server.url) as client:
            await client.prices.fix(type="digital")
            assert server.line_with("digest challenge").split()[1:4] == ["401", "POST", "/partner/pricefix"]
            assert server.line_with("/partner/pricefix").split()[1:] == ["200", "POST", "/partner/pricefix"]


async def test_faults_can_be_ordered() -> None:
    with sandbox_command("--fault", "too_many_requests=1") as server:
        async with MintedClient("demo", "demo", base_url=server.url, retry=None) as client:
            with pytest.raises(errors.RateLimitedError):
                await client.prices.fix(type="digital")
        assert server.line_with("429").endswith("fault too_many_requests")


async def test_a_broken_connection_is_shown_too() -> None:
    with sandbox_command("--fault", "reset_before=1") as server:
        async with MintedClient("demo", "demo", base_url=server.url) as client:
            with pytest.raises(errors.OutcomeUnknownError):
                await client.prices.fix(type="digital")
        assert "reset POST" in server.line_with("fault reset_before")


def test_a_sandbox_for_all_says_so_and_how_others_reach_it() -> None:
    with sandbox_command("--host", "0.0.0.0") as server:
        port = server.url.rpartition(":")[2]
        assert server.url == f"http://127.0.0.1:{port}"
        # The later lines are those for other machines.
        name = socket.gethostname()
        assert server.exports["MINTED_BASE_URL"] == f"http://{name}:{port}"
        assert server.exports["MINTED_ALLOW_HTTP"] == name
        assert "  export MINTED_BASE_URL=http://127.0.0.1:" + port in server.introduction
        assert "This is for test networks only." in " ".join(server.introduction)
        MintedClient("demo", "demo", base_url=f"http://{name}:{port}", allow_http=(name,))


def test_a_sandbox_for_this_machine_has_nothing_to_warn_of() -> None:
    with sandbox_command() as server:
        assert "MINTED_ALLOW_HTTP" not in server.exports
        assert "test networks" not in " ".join(server.introduction)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_with_0(number: int) -> None:
    with sandbox_command() as server:
        result = server.stop(number)
    assert (result.code, result.err) == (0, "")
    assert "Stopped after 0 orders." in result.out


def test_quiet_prints_the_address_and_nothing_else() -> None:
    with sandbox_command("--quiet", until="http://") as server:
        result = server.stop()
    assert server.introduction == [server.url]
    assert (result.code, result.out, result.err) == (0, "", "")


def test_a_port_in_use_is_one_line_and_exit_code_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = minted("sandbox", "--port", port)
    assert result.code == 1
    problem = f"the sandbox cannot listen on 127.0.0.1:{port}: the port is in use"
    assert result.err == f"minted sandbox: {problem}; --port 0 takes a free one\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--fault", "typo=0.5"], "--fault takes NAME=SHARE, where NAME is one of reset_after, "),
        (["--fault", "truncate=much"], "--fault truncate takes a share from 0 to 1, not 'much'"),
        (["--fault", "truncate=2"], "--fault: truncate is a probability from 0 to 1"),
        (["--currency", "XYZ"], "--currency is one of"),
        (["--price-ttl", "-1"], "--price-ttl is a positive number of seconds"),
        (["--username", "a:b"], "--username is not empty and holds no colon"),
    ],
)
def test_an_option_that_makes_no_sense_is_one_line_and_bad_usage(arguments: list[str], reason: str) -> None:
    result = minted("sandbox", *arguments)
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert line.startswith(f"minted sandbox: {reason}")


def test_an_address_that_is_not_of_this_machine_is_one_line_and_exit_code_1() -> None:
    result = minted("sandbox", "--host", "256.0.0.1")
    assert (result.code, result.out) == (1, "")
    (line,) = result.err.splitlines()
    assert line.startswith("minted sandbox: the sandbox cannot listen on 256.0.0.1")
