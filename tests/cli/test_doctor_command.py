"""`minted doctor`, as a person and as a script use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest

from minted_async.sandbox import Sandbox
from tests.cli.commands import Result, minted, terminal, visible_lines
from tests.cli.conftest import run
from tests.servers import LoopbackServer, answering, response

pytestmark = pytest.mark.anyio

LOGIN = {"MINTED_USERNAME": "demo", "MINTED_PASSWORD": "demo"}


async def doctor(url: str, **variables: str) -> Result:
    """Run the command at a server, in a thread, while this process answers."""
    environment = {**LOGIN, "MINTED_BASE_URL": url, **variables}
    return await anyio.to_thread.run_sync(lambda: minted("doctor", env=environment))


async def test_a_server_that_is_well() -> None:
    async with Sandbox() as sandbox:
        result = await run(sandbox, "doctor")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert (
        lines[0] == "well        name                          The server is an address, and needs no name."
    )
    assert "What the sandbox assumes, and what this server does:" in lines
    assert sum(line.startswith("kept ") for line in lines) == 10


@pytest.mark.parametrize(("columns", "words"), [(90, "needs no name."), (50, "The server is an address")])
async def test_a_terminal_of_any_width(columns: int, words: str) -> None:
    async with Sandbox() as sandbox:

        def look() -> Result:
            with terminal("doctor", env={**LOGIN, "MINTED_BASE_URL": sandbox.url}, columns=columns) as screen:
                return screen.finish()

        result = await anyio.to_thread.run_sync(look)
    assert result.code == 0
    lines = visible_lines(result.out)
    assert all(len(line.rstrip()) <= columns for line in lines) or columns < 72
    assert any(words in line for line in lines)


async def test_json_is_all_that_is_printed_and_the_report_is_text(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    async with Sandbox() as sandbox:
        result = await run(sandbox, "doctor", "--json", "--report", str(path))
    document: dict[str, Any] = json.loads(result.out)
    assert (result.code, document["exit_code"], document["server"]) == (0, 0, "another server")
    assert {finding["verdict"] for finding in document["findings"]} == {"well", "unchecked"}
    assert {assumption["kept"] for assumption in document["assumptions"]} == {True, None}
    assert path.read_text().startswith("minted doctor: minted-async ")
    assert document["findings"][-1]["seen"] in path.read_text()


@pytest.mark.parametrize(
    ("variables", "code", "words"),
    [
        ({"MINTED_PASSWORD": "wrong"}, 3, "User name or password is refused."),
        ({"MINTED_BASE_URL": "https://no-such-host.invalid"}, 2, "has a name without an address"),
    ],
)
async def test_exit_codes(variables: dict[str, str], code: int, words: str) -> None:
    async with Sandbox() as sandbox:
        result = await doctor(sandbox.url, **variables)
        assert len(sandbox.requests) <= 2
    assert (result.code, result.err) == (code, "")
    assert words in result.out


async def test_somebody_else_answers() -> None:
    portal = response(b"<html>Welcome</html>", headers={"Content-Type": "text/html"})
    async with LoopbackServer(answering(portal)) as server:
        result = await doctor(server.url)
    assert result.code == 2
    assert "a web page: it is not the API that answers" in result.out


@pytest.mark.parametrize(
    ("arguments", "variables", "words"),
    [
        ((), {"MINTED_PASSWORD": ""}, "set MINTED_PASSWORD in the environment"),
        ((), {"MINTED_BASE_URL": "http://api.example.com"}, "MINTED_BASE_URL must use https"),
        (("--timeout", "0"), {}, "doctor: --timeout must be a positive number of seconds"),
        (("--report", "/no/such/folder/report.txt"), {}, "the report cannot be written"),
        (("--order-id", ""), {}, "doctor: --order-id must not be empty"),
    ],
)
def test_what_is_asked_for_wrongly(arguments: tuple[str, ...], variables: dict[str, str], words: str) -> None:
    result = minted("doctor", *arguments, env=LOGIN | variables)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


@pytest.mark.parametrize("before", [None, "an older report"])
def test_a_report_that_is_not_made_leaves_the_file_as_it_was(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / "report.txt"
    if before is not None:
        path.write_text(before)
    assert minted("doctor", "--order-id", "", "--report", str(path), env=LOGIN).code == 2
    assert (path.read_text() if path.exists() else None) == before
