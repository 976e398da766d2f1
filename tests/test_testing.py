"""The pytest plugin, on test files of a user's own."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent

CONFTEST = """
    import pytest

    @pytest.fixture
    def anyio_backend():
        return "asyncio"
"""


class Run(Protocol):
    """Runs pytest as a user does, in a process of its own."""

    def __call__(self, *arguments: str) -> pytest.RunResult: ...


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    # Where the package is installed its entry point loads the plugin; in a bare checkout nothing does.
    installed = entry_points(group="pytest11", name="minted_async")
    plugin: Sequence[str] = () if installed else ("-p", "minted_async.testing")

    def run_pytest(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_subprocess("-W", "error", "--strict-markers", *plugin, *arguments)

    return run_pytest


def test_the_fixtures_give_a_sandbox_and_a_client_of_it(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile("""
        from decimal import Decimal

        import pytest

        from minted_async import MintedClient, models
        from minted_async.sandbox import Sandbox

        pytestmark = pytest.mark.anyio

        async def test_a_purchase(minted, minted_sandbox):
            assert isinstance(minted, MintedClient)
            assert isinstance(minted_sandbox, Sandbox)
            buyer = models.OrderCustomer(
                external_id="CST-1", identity_number="10000000146", firstname="Ada", lastname="Kaya",
                email="ada@example.com", phone="+905550000000",
            )
            fix = await minted.prices.fix(type="digital", customer_external_id="CST-1")
            await minted.orders.buy(
                price_token=fix.token, external_id="ORD-1", customer=buyer,
                items=[models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
            )
            assert minted_sandbox.orders["ORD-1"].total == (await minted.orders.get("ORD-1")).total

        async def test_the_next_test_has_a_sandbox_of_its_own(minted_sandbox):
            assert not minted_sandbox.orders
    """)
    run().assert_outcomes(passed=2)


def test_the_marker_hands_arguments_to_the_sandbox_and_the_closest_wins(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile("""
        import pytest

        pytestmark = [pytest.mark.anyio, pytest.mark.minted_sandbox(price_ttl=60, currency="EUR")]

        async def test_of_the_module(minted):
            fix = await minted.prices.fix(type="digital")
            assert (fix.expire_ttl, fix.currency) == (60, "EUR")

        @pytest.mark.minted_sandbox(price_ttl=10)
        async def test_of_the_function(minted):
            fix = await minted.prices.fix(type="digital")
            assert (fix.expire_ttl, fix.currency) == (10, "EUR")
    """)
    run().assert_outcomes(passed=2)


def test_a_marker_with_positional_arguments_is_an_error(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile("""
        import pytest

        @pytest.mark.anyio
        @pytest.mark.minted_sandbox(60)
        async def test_it(minted):
            pass
    """)
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*takes keyword arguments only*"])


def test_a_users_own_fixture_can_build_on_them(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeconftest(
        CONFTEST
        + """
    @pytest.fixture
    async def fix(minted):
        return await minted.prices.fix(type="digital")
"""
    )
    pytester.makepyfile("""
        import pytest

        @pytest.mark.anyio
        async def test_it(fix, minted_sandbox):
            assert fix.prices and len(minted_sandbox.requests) == 2  # the challenge, and the call
    """)
    run().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "test", ["def test_it(minted): pass", "async def test_it(minted_sandbox): pass"], ids=["sync", "unmarked"]
)
def test_a_test_that_anyio_does_not_run_is_told_so(pytester: pytest.Pytester, run: Run, test: str) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test)
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*mark the test with pytest.mark.anyio*"])


def test_a_backend_that_is_not_asyncio_is_skipped_with_a_reason(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeconftest(CONFTEST.replace("asyncio", "trio"))
    pytester.makepyfile("""
        import pytest

        @pytest.mark.anyio
        async def test_it(minted):
            pass
    """)
    result = run("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*minted_async needs asyncio, not trio*"])


def test_the_plugin_shows_its_fixtures_and_its_marker(run: Run) -> None:
    shown = run("--fixtures")
    shown.stdout.fnmatch_lines(["*minted_sandbox*", "*A running sandbox of this test's own*"])
    shown.stdout.fnmatch_lines(["*minted *", "*A client of the test's sandbox*"])
    run("--markers").stdout.fnmatch_lines(["@pytest.mark.minted_sandbox(*"])


def test_the_plugin_imports_neither_sandbox_nor_web_server(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("""
        import sys

        def test_it():
            assert "minted_async.testing" in sys.modules
            assert "minted_async.sandbox" not in sys.modules
            assert "aiohttp.web" not in sys.modules
    """)
    run().assert_outcomes(passed=1)


def test_the_entry_point_is_this_plugin() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    assert '[project.entry-points.pytest11]\nminted_async = "minted_async.testing"\n' in project
