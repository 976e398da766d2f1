"""`minted prices`: once, live, as JSON; on a sandbox or where the environment says."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from decimal import Decimal

import anyio.to_thread
import msgspec
import pytest

from minted_async.sandbox import Sandbox
from tests.cli.commands import ROOT, environment, minted, started, terminal, visible_lines

SKUS = ["GAU", "GAG", "BGAU", "BGAG", "GPT", "GPD"]


def test_one_table_of_a_sandbox() -> None:
    result = minted("prices")
    assert (result.code, result.err) == (0, "")
    assert "Prices in TRY, from a sandbox: made up" in result.out
    assert "GAU (gold)" in result.out
    assert "asked at " in result.out


def test_one_line_of_json_with_exact_prices() -> None:
    result = minted("prices", "--json", "--currency", "USD")
    (line,) = result.out.splitlines()
    content = msgspec.json.decode(line)
    assert content["currency"] == "USD"
    assert list(content["quotes"]) == SKUS
    gold = {name: Decimal(price) for name, price in content["quotes"]["GAU"].items()}
    assert gold["spread"] == gold["buy"] - gold["sell"]


def test_watching_as_json_streams_a_line_for_each_snapshot() -> None:
    process = started("prices", "--watch", "--json", "--interval", "0.05")
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(5)]
    versions = [msgspec.json.decode(line)["version"] for line in lines]
    assert versions == sorted(set(versions))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")


def test_a_reader_that_has_had_enough_ends_the_stream_quietly() -> None:
    command = f"{sys.executable} -W error -m minted_async.cli prices -w --json --interval 0.05 | head -n 2"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize(("columns", "spot"), [(120, True), (64, False)])
def test_watching_in_a_terminal_draws_price_change_course_and_age(columns: int, spot: bool) -> None:
    with terminal("prices", "--watch", "--interval", "0.1", columns=columns) as screen:
        screen.read_until("▲")
        screen.read_until("▼")
        screen.process.send_signal(signal.SIGINT)
        result = screen.finish()
    assert result.code == 0
    text = "\n".join(visible_lines(result.out))
    assert "GAU (gold)" in text
    assert ("Spot" in text) is spot
    for word in ("Buy", "Sell", "Change", "▁", " s old"):
        assert word in text
    assert max(len(line) for line in visible_lines(result.out)) <= columns


def test_prices_show_their_age_in_a_narrow_terminal() -> None:
    with terminal("prices", "--watch", "--interval", "0.1", columns=40) as screen:
        screen.read_until(" s old")
        screen.process.send_signal(signal.SIGINT)
        assert screen.finish().code == 0


def test_watching_without_a_terminal_writes_a_line_for_each_snapshot() -> None:
    process = started("prices", "-w", "--interval", "0.05", env={"PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(4)]
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20)[1] == ""
    assert lines[0] == "Buy prices in TRY, from a sandbox: made up; Ctrl-C stops it\n"
    assert all(re.search(r"GAU \d{4}\.\d+  ", line) and "GPD " in line for line in lines[1:])


@pytest.mark.anyio
async def test_with_credentials_it_asks_the_api_that_the_environment_names() -> None:
    async with Sandbox(username="shop", password="secret", currency="EUR") as sandbox:
        env = {"MINTED_USERNAME": "shop", "MINTED_PASSWORD": "secret", "MINTED_BASE_URL": sandbox.url}
        result = await anyio.to_thread.run_sync(lambda: minted("prices", "--customer", "CST-1", env=env))
        assert result.code == 0
        assert "Prices in EUR, from the API" in result.out
        assert b'"customer_external_id":"CST-1"' in sandbox.requests[-1].body


def test_half_of_the_credentials_is_an_error_with_advice() -> None:
    began = time.monotonic()
    result = minted("prices", env={"MINTED_USERNAME": "shop"})
    assert result.code == 1
    assert "MINTED_PASSWORD" in result.err
    assert time.monotonic() - began < 20


def test_an_interval_that_makes_no_sense() -> None:
    result = minted("prices", "--interval", "0")
    assert result.code == 1
    assert "--interval must be" in result.err
