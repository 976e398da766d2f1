"""The pytest plugin, on test files of a user's own."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

import pytest

from minted_async import testing

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
PLUGIN = "minted_async.testing"

CONFTEST = """
    import pytest

    @pytest.fixture
    def anyio_backend():
        return "asyncio"
"""


class Run(Protocol):
    """Runs pytest as a user does, in a process of its own; with pytest-asyncio in a mode, or without it."""

    def __call__(self, *arguments: str, asyncio_mode: str | None = None) -> pytest.RunResult: ...


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    # Where the package is installed its entry point loads the plugin; in a bare checkout nothing does.
    installed = [entry for entry in entry_points(group="pytest11") if entry.value == PLUGIN]
    plugin: Sequence[str] = () if installed else ("-p", PLUGIN)

    def run_pytest(*arguments: str, asyncio_mode: str | None = None) -> pytest.RunResult:
        chosen = ["-p", "no:asyncio"]
        if asyncio_mode is not None:
            # The scope is what later versions take by themselves; until then it warns without.
            chosen = [
                "-o",
                f"asyncio_mode={asyncio_mode}",
                "-o",
                "asyncio_default_fixture_loop_scope=function",
            ]
        return pytester.runpytest_subprocess("-W", "error", "--strict-markers", *plugin, *chosen, *arguments)

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


def test_a_marker_with_arguments_that_cannot_be_meant_names_them(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.minted_sandbox(price_ttl="10")
        def test_of_a_wrong_type(minted_sandbox):
            pass

        @pytest.mark.minted_sandbox(price_ttl=-10)
        def test_of_a_wrong_value(minted_sandbox):
            pass

        @pytest.mark.minted_sandbox(price_tl=10)
        def test_of_a_wrong_name(minted_sandbox):
            pass
    """)
    result = run()
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines(
        [
            "pytest.mark.minted_sandbox: price_ttl has the wrong type: Expected `float`, got `str`",
            "pytest.mark.minted_sandbox: price_ttl is a positive number of seconds: -10*",
            "pytest.mark.minted_sandbox: *unexpected keyword argument 'price_tl'",
        ]
    )


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


def test_a_client_without_a_loop_is_refused_with_what_to_do(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile("""
        import unittest
        import pytest
        def test_sync(minted): pass
        async def test_unmarked(minted): pass
        class TestOfUnittest(unittest.IsolatedAsyncioTestCase):
            @pytest.fixture(autouse=True)
            def _minted(self, minted): pass
            async def test_it(self): pass
    """)
    result = run()
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines_random(
        [
            "*in this sync test use minted_sandbox, and give its * to minted_async.blocking.MintedClient*",
            "*mark the test with pytest.mark.anyio, or pytest.mark.asyncio if*",
            "*minted is not for unittest*make a client of its url, username and password in asyncSetUp",
        ]
    )


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_the_sandbox_serves_whoever_asks(
    pytester: pytest.Pytester, run: Run, arguments: tuple[str, ...]
) -> None:
    pytester.makepyfile(
        program="""
        import asyncio
        from minted_async import MintedClient

        async def main():
            async with MintedClient.from_env() as minted:
                await minted.customers.create(external_id="CST-1", firstname="Ada")

        asyncio.run(main())
        """,
        test_sync="""
        import subprocess
        import sys
        import threading
        import unittest
        import urllib.request

        import pytest

        def threads():
            return [thread for thread in threading.enumerate() if thread.name == "minted-sandbox"]

        def test_a_subprocess(minted_sandbox, monkeypatch):
            monkeypatch.setenv("MINTED_USERNAME", minted_sandbox.username)
            monkeypatch.setenv("MINTED_PASSWORD", minted_sandbox.password)
            monkeypatch.setenv("MINTED_BASE_URL", minted_sandbox.url)
            subprocess.run([sys.executable, "-W", "error", "program.py"], check=True)
            assert list(minted_sandbox.customers) == ["CST-1"]

        def test_the_same_process(minted_sandbox):
            with urllib.request.urlopen(minted_sandbox.url + "/health") as answer:
                assert answer.status == 200
            assert not minted_sandbox.customers
            assert len(threads()) == 1

        def test_no_thread_is_left():
            assert not threads()

        class TestOfUnittest(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _sandbox(self, minted_sandbox):
                self.sandbox = minted_sandbox

            def test_it(self):
                self.assertEqual(len(threads()), 1)
                self.sandbox.advance(1)

        class TestOfUnittestAsync(unittest.IsolatedAsyncioTestCase):
            @pytest.fixture(autouse=True)
            def _sandbox(self, minted_sandbox):
                self.sandbox = minted_sandbox

            async def test_it(self):
                from minted_async import MintedClient

                async with MintedClient("demo", "demo", base_url=self.sandbox.url) as minted:
                    await minted.prices.fix(type="digital")
        """,
    )
    run(*arguments).assert_outcomes(passed=5)


def test_the_client_is_in_the_loop_of_the_test_under_pytest_asyncio(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makepyfile("""
        import asyncio

        import pytest
        import pytest_asyncio

        @pytest_asyncio.fixture
        async def fix(minted):
            yield await minted.prices.fix(type="digital")
            await minted.prices.fix(type="digital")  # it is still open

        @pytest.mark.asyncio
        async def test_with_a_fixture(fix, minted, minted_sandbox):
            await minted.prices.fix(type="digital")
            assert minted_sandbox.unauthorized == 1

        @pytest.mark.asyncio(loop_scope="class")
        class TestOfOneLoop:
            loops = []

            async def test_first(self, minted):
                self.loops.append(asyncio.get_running_loop())
                await minted.prices.fix(type="digital")

            async def test_second(self, minted):
                assert self.loops == [asyncio.get_running_loop()]
                await minted.prices.fix(type="digital")
    """)
    run(asyncio_mode="strict").assert_outcomes(passed=3)


def test_a_fault_that_was_ordered_and_not_met_fails_the_test(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile("""
        import unittest

        import pytest

        from minted_async import errors

        @pytest.mark.anyio
        async def test_of_a_wrong_path(minted, minted_sandbox):
            minted_sandbox.fail_next("reset_after", path="/partner/custmer")
            await minted.customers.create(external_id="CST-1", firstname="Ada")

        def test_that_is_sync(minted_sandbox):
            minted_sandbox.fail_next("server_error", times=2)

        def test_that_failed_already(minted_sandbox):
            minted_sandbox.fail_next("truncate")
            assert False, "the reason"

        def test_that_skips(minted_sandbox):
            minted_sandbox.fail_next("truncate")
            pytest.skip("not today")

        def test_that_allows_it(minted_sandbox):
            minted_sandbox.fail_next("truncate", optional=True)

        @pytest.mark.anyio
        async def test_that_meets_it(minted, minted_sandbox):
            minted_sandbox.fail_next("server_error")
            with pytest.raises(errors.ServerError):
                await minted.prices.fix(type="digital")

        class TestOfUnittest(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _sandbox(self, minted_sandbox):
                self.sandbox = minted_sandbox

            def test_it(self):
                self.sandbox.fail_next("forbidden")

            def test_that_failed_already(self):
                self.sandbox.fail_next("truncate")
                self.fail("the reason")
    """)
    result = run()
    result.assert_outcomes(failed=5, passed=2, skipped=1)
    result.stdout.fnmatch_lines_random(
        [
            '*faults that it ordered: fail_next("reset_after", path="/partner/custmer"): 1 of 1 did not*',
            '*fail_next("server_error"): 2 of 2 did not happen. Check path and method, or say optional=True.',
            '*fail_next("forbidden"): 1 of 1 did not happen*',
        ]
    )
    result.stdout.no_fnmatch_line("*truncate*1 of 1*")


def test_faults_are_looked_after_wherever_the_sandbox_of_a_test_comes_from(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makepyfile("""
        import pytest

        from minted_async.sandbox import Sandbox

        class TestOfAFixtureOfItsOwn:
            @pytest.fixture
            def minted_sandbox(self):
                with Sandbox(price_ttl=3).in_thread() as sandbox:
                    yield sandbox

            def test_it(self, minted_sandbox):
                minted_sandbox.fail_next("forbidden")

        class TestOfAFixtureOnTop:
            @pytest.fixture
            def minted_sandbox(self, minted_sandbox):
                minted_sandbox.route("GET", "/partner/x", [])
                return minted_sandbox

            def test_it(self, minted_sandbox):
                minted_sandbox.fail_next("forbidden")

        @pytest.mark.parametrize("name", ["minted_sandbox", "minted_session_sandbox"])
        def test_that_gets_it_in_its_midst(request, name):
            request.getfixturevalue(name).fail_next("forbidden")

        class TestOfSomethingElse:
            @pytest.fixture
            def minted_sandbox(self):
                return "http://127.0.0.1:8765"

            def test_it(self, minted_sandbox):
                assert minted_sandbox.startswith("http")
    """)
    pytester.maketxtfile(test_doc=""">>> getfixture("minted_sandbox").fail_next("forbidden")""")
    result = run()
    result.assert_outcomes(failed=5, passed=1)
    told = [line for line in result.outlines if line.startswith("the test passed without")]
    assert len(told) == sum('fail_next("forbidden"): 1 of 1 did not happen' in line for line in told) == 5


def test_one_sandbox_for_the_session_is_reset_before_each_test(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeconftest(
        CONFTEST
        + """
    @pytest.fixture(scope="session")
    def application(minted_session_sandbox):
        minted_session_sandbox.route("GET", "/partner/of/the/session", [])
        return minted_session_sandbox.url

    @pytest.fixture
    def of_the_test(minted_session_sandbox):
        minted_session_sandbox.route("GET", "/partner/of/the/test", [])
"""
    )
    pytester.makepyfile("""
        import pytest

        from minted_async import errors

        urls = []

        @pytest.mark.anyio
        @pytest.mark.parametrize("number", range(3))
        async def test_a_purchase(number, of_the_test, application, minted, minted_sandbox):
            assert minted_sandbox.url == application
            urls.append(application)
            assert urls == [application] * (number + 1)
            assert not minted_sandbox.requests and not minted_sandbox.customers
            assert await minted.request("GET", "/partner/of/the/test") == []
            with pytest.raises(errors.NotFoundError):
                await minted.request("GET", "/partner/of/the/session")
            await minted.customers.create(external_id="CST-1", firstname="Ada")

        def test_another_sandbox_for_a_test_that_does_not_have_it(minted_sandbox):
            assert minted_sandbox.url not in urls

        @pytest.mark.parametrize("number", range(2))
        def test_that_gets_it_in_its_midst(request, number):
            sandbox = request.getfixturevalue("minted_session_sandbox")
            assert sandbox.password == "demo"
            sandbox.change_password("another")

        def test_a_fault_is_looked_after_too(application, minted_session_sandbox):
            minted_session_sandbox.fail_next("truncate")

        @pytest.mark.minted_sandbox(price_ttl=10)
        def test_arguments_come_too_late(application, minted_sandbox):
            pass
    """)
    result = run()
    result.assert_outcomes(passed=6, failed=1, errors=1)
    result.stdout.fnmatch_lines_random(
        ['*fail_next("truncate"): 1 of 1 did not happen*', "*define a session fixture of this name*"]
    )


def test_a_session_sandbox_of_ones_own_has_arguments(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeconftest(
        CONFTEST
        + """
    from minted_async.sandbox import Sandbox

    @pytest.fixture(scope="session")
    def minted_session_sandbox():
        with Sandbox(price_ttl=10).in_thread() as sandbox:
            yield sandbox
"""
    )
    pytester.makepyfile("""
        import pytest

        @pytest.mark.anyio
        @pytest.mark.parametrize("number", range(2))
        async def test_it(number, minted_session_sandbox, minted):
            assert (await minted.prices.fix(type="digital")).expire_ttl == 10
            assert len(minted_session_sandbox.requests) == 2
    """)
    run().assert_outcomes(passed=2)


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
    shown.stdout.fnmatch_lines(["*minted *", "*A client of the test's sandbox, for async tests*"])
    shown.stdout.fnmatch_lines(["*minted_session_sandbox*", "*One running sandbox for all tests*"])
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


def test_the_plugin_is_understood_by_every_pluggy() -> None:
    """It is part of each pytest that runs where the package is installed: if it breaks, all of them do."""
    impls = [getattr(member, "pytest_impl", None) for member in vars(testing).values()]
    wrappers = [impl["wrapper"] for impl in impls if impl is not None]
    assert wrappers
    assert not any(wrappers)  # not known before pluggy 1.2


def test_the_entry_point_is_this_plugin_and_has_its_name() -> None:
    """By another name pytest refuses to start where somebody names the plugin too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {PLUGIN: PLUGIN}
