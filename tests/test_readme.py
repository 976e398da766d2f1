"""The README and the user's guide are true: programs run, commands exist, the table of errors is complete."""

from __future__ import annotations

import ast
import asyncio
import re
import sys
import tomllib
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

import pytest

from minted_async import MintedClient, RetryPolicy, Timeout, errors, models
from minted_async.cli.app import app
from minted_async.sandbox import Clock, Sandbox

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
# Where the package is installed its entry point loads the plugin; in a bare checkout nothing does.
PLUGIN = (
    ()
    if any(entry.value == "minted_async.testing" for entry in entry_points(group="pytest11"))
    else ("-p", "minted_async.testing")
)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

BUYER = models.OrderCustomer(
    external_id="CST-1",
    firstname="Defne",
    lastname="Kaya",
    identity_number="10000000146",
    email="defne@example.com",
    phone="+905550000000",
)


@dataclass(frozen=True)
class Snippet:
    """A fenced block of a page."""

    page: str
    number: int
    code: str

    def __str__(self) -> str:
        return f"{self.page}-{self.number}"


def blocks(language: str) -> list[Snippet]:
    return [
        Snippet(page.name, number, match[1])
        for page in PAGES
        for number, match in enumerate(
            re.finditer(rf"^```{language}\n(.*?)^```", page.read_text(), re.M | re.S), 1
        )
    ]


PYTHON = blocks("python")
PROGRAMS = [snippet for snippet in PYTHON if "asyncio.run(" in snippet.code]
TEST_FILES = [snippet for snippet in PYTHON if "def test_" in snippet.code]
STEPS = "a-gold-shop-in-an-afternoon.md"
"""The page whose fragments go on where the one before ended."""


def fragments() -> Iterator[Snippet]:
    steps: list[str] = []
    for snippet in PYTHON:
        if snippet.page == STEPS:
            steps.append(snippet.code)
        elif snippet not in PROGRAMS and snippet not in TEST_FILES:
            yield snippet
    yield Snippet(STEPS, len(steps), "\n".join(steps))


FRAGMENTS = list(fragments())


def shape(text: str) -> str:
    """A text with its numbers made alike: prices move with the second."""
    return re.sub(r"\d+", "0", text).strip()


def run(code: str, names: dict[str, Any]) -> Coroutine[Any, Any, None] | None:
    compiled = compile(code, "snippet", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return cast("Coroutine[Any, Any, None] | None", eval(compiled, names))


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("MINTED_USERNAME", "MINTED_PASSWORD", "MINTED_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("snippet", PROGRAMS, ids=str)
def test_a_program_runs(snippet: Snippet) -> None:
    run(snippet.code, {"__name__": "__main__"})


def test_the_first_program_prints_what_the_readme_says(capsys: pytest.CaptureFixture[str]) -> None:
    promise = re.search(r"It prints `(.+?)`", (ROOT / "README.md").read_text())
    assert promise is not None
    run(PROGRAMS[0].code, {"__name__": "__main__"})
    assert shape(capsys.readouterr().out) == shape(promise[1])


@pytest.mark.anyio
@pytest.mark.parametrize("snippet", FRAGMENTS, ids=str)
async def test_a_fragment_runs_on_a_sandbox_with_an_order(snippet: Snippet) -> None:
    async with (
        Sandbox(clock=Clock(monotonic=lambda: 0.0), status_delays=(0, 0)) as sandbox,
        MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url) as minted,
    ):
        fix = await minted.prices.fix(type="digital", customer_external_id="CST-1")
        await minted.orders.buy(
            price_token=fix.token,
            external_id="ORD-1",
            customer=BUYER,
            items=[models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
        )
        sandbox.advance(2)
        names = {
            "BUYER": BUYER,
            "Decimal": Decimal,
            "MintedClient": MintedClient,
            "RetryPolicy": RetryPolicy,
            "Timeout": Timeout,
            "asyncio": asyncio,
            "errors": errors,
            "minted": minted,
            "models": models,
            "sandbox": sandbox,
        }
        running = run(snippet.code, names)
        if running is not None:
            await running


@pytest.mark.parametrize("snippet", TEST_FILES, ids=str)
def test_a_test_file_passes(
    snippet: Snippet, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(snippet.code)
    # Starlette's TestClient wishes for another httpx than the one that it works with.
    warnings = ("-W", "error", "-W", "ignore:Using `httpx`")
    result = pytester.runpytest_subprocess(*warnings, *PLUGIN, "-p", "no:asyncio")
    result.assert_outcomes(passed=snippet.code.count("def test_"))
    if "unittest" in snippet.code:
        (file,) = pytester.path.glob("test_*.py")
        done = pytester.run(sys.executable, "-W", "error", "-m", "unittest", "-v", file.name)
        assert done.ret == 0
        assert done.errlines[-3].startswith(f"Ran {snippet.code.count('def test_')} tests in ")
        assert done.errlines[-1] == "OK"


RUNNERS = {
    "strict": ("asyncio_mode=strict", "pytestmark = pytest.mark.asyncio"),
    "auto": ("asyncio_mode=auto", ""),
    "auto with the marker of strict": ("asyncio_mode=auto", "pytestmark = pytest.mark.asyncio"),
    "auto with the marker of anyio": ("asyncio_mode=auto", "pytestmark = pytest.mark.anyio"),
    "both": ("asyncio_mode=strict", "pytestmark = [pytest.mark.asyncio, pytest.mark.anyio]"),
}


@pytest.mark.parametrize("runner", RUNNERS)
def test_the_test_file_of_the_readme_passes_under_pytest_asyncio(
    runner: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    mode, marker = RUNNERS[runner]
    (code,) = [snippet.code for snippet in TEST_FILES if snippet.page == "README.md"]
    assert code.count("pytestmark = pytest.mark.anyio\n") == 1
    pytester.makepyfile(code.replace("pytestmark = pytest.mark.anyio\n", f"{marker}\n"))
    # Later versions take this scope by themselves; until then it warns without.
    scope = "asyncio_default_fixture_loop_scope=function"
    result = pytester.runpytest_subprocess("-W", "error", *PLUGIN, "-o", mode, "-o", scope)
    result.assert_outcomes(passed=code.count("def test_"))


def test_there_is_something_of_each_kind() -> None:
    assert PROGRAMS
    assert TEST_FILES
    assert {snippet.page for snippet in FRAGMENTS} == {
        "README.md",
        STEPS,
        "doctor.md",
        "errors.md",
        "from-one-process-to-a-fleet.md",
        "index.md",
        "price-feed.md",
        "sandbox.md",
        "seeing-what-it-does.md",
        "testing.md",
        "trading-safely.md",
        "what-the-api-really-answers.md",
        "when-the-network-fails.md",
        "web-frameworks.md",
        "without-asyncio.md",
    }


def test_the_table_of_errors_has_every_error_and_no_other() -> None:
    section = (ROOT / "README.md").read_text().partition("## What can go wrong")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)`", section, re.MULTILINE)
    assert set(rows) == {*errors.__all__, "TypeError"}
    assert all(len(row.split("|")) == 6 for row in section.splitlines() if row.startswith("| `"))


def test_the_demo_prints_what_the_readme_shows(capsys: pytest.CaptureFixture[str]) -> None:
    (excerpt,) = [block for block in blocks("text") if block.page == "README.md"]
    with pytest.raises(SystemExit) as ended:
        app(["demo", "--plain"])
    assert ended.value.code == 0
    printed = {shape(line) for line in capsys.readouterr().out.splitlines()}
    missing = [line for line in excerpt.code.splitlines() if shape(line) not in printed]
    assert not missing


def test_every_command_that_is_named_exists_with_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    spans = [span for page in PAGES for span in re.findall(r"`([^`\n]+)`", page.read_text())]
    lines = [line for snippet in blocks("sh") for line in snippet.code.splitlines()]
    named: dict[str, set[str]] = {}
    for text in (*spans, *lines):
        for command, rest in re.findall(r"\bminted ([a-z]+)([^#;&]*)", text):
            named.setdefault(command, set()).update(re.findall(r"--[a-z-]+", rest))
    assert set(named) == {
        "buy",
        "demo",
        "doctor",
        "journal",
        "operations",
        "order",
        "prices",
        "sandbox",
        "sell",
    }
    for command, options in named.items():
        with pytest.raises(SystemExit) as ended:
            app([command, "--help"])
        assert ended.value.code == 0
        assert options <= set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


def test_the_short_table_of_what_is_covered_has_the_tabs_of_the_whole_one() -> None:
    whole = re.findall(r"^\| ([\w -]+) (?:\| \d+ )+\|$", (ROOT / "docs" / "coverage.md").read_text(), re.M)
    short = re.findall(r"^\| ([\w -]+) \| `", (ROOT / "README.md").read_text(), re.M)
    assert len(whole) > 2
    assert [row for row in short if row in whole] == whole


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text())
    for link in links:
        if link.startswith(("http://", "https://")):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
            assert anchor in [heading.lower().replace(" ", "-") for heading in headings], link


def test_what_is_installed_and_run_exists() -> None:
    text = (ROOT / "README.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for extra in re.findall(r"pip install '\.\[(\w+)\]'", text):
        assert extra in project["project"]["optional-dependencies"]
    for group in re.findall(r"pip install --group (\w+)", text):
        assert group in project["dependency-groups"]
    assert (ROOT / "noxfile.py").exists()
    assert "pip install nox && nox" in (ROOT / ".ci" / "run").read_text()
