"""Lists in pages: each row once, from servers that behave and that do not, and nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from minted_async import MintedClient, Page, RetryPolicy, Rows
from minted_async.core import paging
from minted_async.core.decoding import decode
from minted_async.errors import ConfigurationError, ConnectionLostError, DecodeError, NotFoundError
from minted_async.models.ecom import Product
from tests.core.loops import LOOPS, NEEDS_UVLOOP, anyio_backend_of
from tests.servers import Behaviour, LoopbackServer, Wire, envelope, refusal

pytestmark = pytest.mark.anyio

PATIENCE = 20.0
"""Seconds after which something that should have ended, or happened, is taken for a fault."""

ROOT = Path(__file__).parent.parent.parent


class Named(msgspec.Struct):
    name: str
    id: int | None = None


@pytest.fixture(params=LOOPS)
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return anyio_backend_of(request.param)


def bar(number: int, **fields: object) -> dict[str, object]:
    """A product of the catalog."""
    texts = dict.fromkeys(("name", "text", "barcode", "sku", "currency_code"), "x")
    return {
        "id": number,
        "stock": 1,
        "list_price": 2,
        "sale_price": 1,
        **texts,
        "product_images": [],
        "basecurrency": {},
        "category": {},
        **fields,
    }


def page(rows: Iterable[object], number: int, last: int | None = None, **more: object) -> bytes:
    """The answer that holds a page: ids stand for products."""
    written = [bar(row) if isinstance(row, int) else row for row in rows]
    counters = {} if last is None else {"last_page": last}
    return envelope(json.dumps({"current_page": number, "data": written, **counters, **more}))


def number_of(target: str) -> int:
    return int(parse_qs(urlsplit(target).query)["page"][0])


def serving(answer: Callable[[int], bytes | Awaitable[bytes]]) -> Behaviour:
    """Answer each request by the number of the page that it asks for."""

    async def behave(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            made = answer(number_of(request.target))
            await wire.send(made if isinstance(made, bytes) else await made)

    return behave


def all_bars(minted: MintedClient) -> Rows[Product]:
    return minted.ecom.products.all(total=5)


def asked(server: LoopbackServer) -> list[int]:
    return [number_of(request.target) for request in server.received]


def calls_under_way() -> list[asyncio.Task[Any]]:
    """The tasks that ask for a page."""
    return [
        task
        for task in asyncio.all_tasks()
        if task.get_coro().cr_code.co_filename == paging.__file__  # type: ignore[union-attr]
    ]


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until something has happened in it."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 (the server of the tests has no event for it)
            await asyncio.sleep(0)


async def read(answer: Callable[[int], bytes], **options: Any) -> tuple[list[int], list[int]]:
    """The ids that `all` gives, and the pages that were asked for."""
    async with LoopbackServer(serving(answer)) as server, server.client(**options) as minted:
        async with asyncio.timeout(PATIENCE):
            ids = [row.id async for row in all_bars(minted)]
        assert calls_under_way() == []
        return ids, asked(server)


PAGES = {1: [1, 2, 3], 2: [4, 5, 6], 3: [7]}


async def test_each_row_comes_once_and_in_order() -> None:
    assert await read(lambda number: page(PAGES[number], number, 3)) == ([1, 2, 3, 4, 5, 6, 7], [1, 2, 3])


async def test_a_list_of_one_page_is_asked_for_once() -> None:
    assert await read(lambda number: page([1, 2], number, 1, next_page_url=None)) == ([1, 2], [1])


async def test_a_list_without_rows_has_none() -> None:
    nothing = page([], 1, 1, **{"from": None, "to": None, "total": 0, "next_page_url": None})
    assert await read(lambda _: nothing) == ([], [1])


async def test_an_empty_page_is_the_end_whatever_it_promises() -> None:
    pages = {1: [1, 2], 2: []}
    assert await read(lambda number: page(pages[number], number, 9, next_page_url="/x")) == ([1, 2], [1, 2])


async def test_a_server_that_names_no_last_page_is_asked_until_a_page_is_empty() -> None:
    assert await read(lambda number: page(PAGES.get(number, []), number)) == (
        [1, 2, 3, 4, 5, 6, 7],
        [1, 2, 3, 4],
    )


async def test_the_next_page_of_a_url_is_believed_without_a_last_page() -> None:
    def answer(number: int) -> bytes:
        return page(PAGES[number], number, next_page_url="/bars" if number < 3 else None, last_page=number)

    assert await read(answer) == ([1, 2, 3, 4, 5, 6, 7], [1, 2, 3])


@pytest.mark.parametrize("stuck", [True, False])
async def test_a_server_that_knows_no_pages_gives_its_rows_once(stuck: bool) -> None:
    ids, pages = await read(lambda number: page([1, 2], 1 if stuck else number, 99))
    assert (ids, pages) == ([1, 2], [1, 2])


async def test_a_page_that_comes_again_with_other_prices_is_the_same_page() -> None:
    def answer(number: int) -> bytes:
        rows = [bar(1, sale_price=100 + number), bar(2, stock=number)]
        return page(rows, number, next_page_url="/bars")

    assert await read(answer) == ([1, 2], [1, 2])


async def test_a_server_that_begins_again_after_its_last_page_is_read_once() -> None:
    def answer(number: int) -> bytes:
        return page(PAGES[(number - 1) % 3 + 1], number, next_page_url="/bars")

    assert await read(answer) == ([1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4])


async def test_a_server_that_never_gets_past_a_page_ends_there() -> None:
    def answer(number: int) -> bytes:  # a new row each time, and the number of the page before
        shown = min(number, 2)
        return page([number * 10], shown, next_page_url="/bars")

    assert await read(answer) == ([10, 20], [1, 2, 3])


async def test_a_server_that_counts_its_pages_from_zero_is_read_whole() -> None:
    def answer(number: int) -> bytes:
        return page(PAGES.get(number, []), number - 1, 3)

    assert await read(answer) == ([1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4])


async def test_rows_without_ids_are_compared_by_what_they_hold() -> None:
    def answer(number: int) -> bytes:
        return page([{"name": "a"}, {"name": str(min(number, 2))}], number, 9)

    async with LoopbackServer(serving(answer)) as server, server.client() as minted:
        rows = Rows(lambda number: minted.request("GET", "/x", params={"page": number}, result=Page[Named]))
        assert [row.name async for row in rows] == ["a", "1", "a", "2"]
        plain = Rows(
            lambda number: minted.request("GET", "/x", params={"page": number}, result=Page[dict[str, Any]])
        )
        assert [row["name"] async for row in plain] == ["a", "1", "a", "2"]
        assert asked(server) == [1, 2, 3, 1, 2, 3]


async def test_a_list_that_shrinks_ends_where_it_ends_now() -> None:
    last = {1: 5, 2: 3, 3: 3}
    assert await read(lambda number: page(PAGES[number], number, last[number])) == (
        [1, 2, 3, 4, 5, 6, 7],
        [1, 2, 3],
    )


async def test_a_list_that_shrinks_under_the_page_asked_for_ends() -> None:
    pages = {1: [1, 2], 2: [3, 4], 3: []}
    last = {1: 3, 2: 3, 3: 2}
    assert await read(lambda number: page(pages[number], number, last[number])) == ([1, 2, 3, 4], [1, 2, 3])


async def test_a_server_that_gives_its_last_page_for_those_behind_it_is_read_once() -> None:
    pages = {1: [1, 2], 2: [3, 4]}

    def answer(number: int) -> bytes:
        return page(pages[min(number, 2)], min(number, 2), 3)

    assert await read(answer) == ([1, 2, 3, 4], [1, 2, 3])


async def test_a_list_that_grows_is_read_to_its_new_end() -> None:
    last = {1: 1, 2: 2, 3: 4, 4: 4}

    def answer(number: int) -> bytes:
        return page([number], number, max(last[number], 2))

    assert await read(answer) == ([1, 2], [1, 2])
    last |= {1: 2, 2: 3}
    assert await read(lambda number: page([number], number, last[number])) == ([1, 2, 3, 4], [1, 2, 3, 4])


async def test_a_page_that_fails_is_asked_for_again_by_the_call() -> None:
    failures = [refusal(503), refusal(502)]

    def answer(number: int) -> bytes:
        return failures.pop() if number == 3 and failures else page(PAGES[number], number, 3)

    assert await read(answer) == ([1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 3, 3])


async def collect(rows: AsyncIterator[Product], ids: list[int]) -> None:
    async for row in rows:
        ids.append(row.id)


async def test_an_error_comes_where_the_rows_of_its_page_would_stand_and_one_can_go_on() -> None:
    broken = True

    def answer(number: int) -> bytes:
        return refusal(404) if broken and number == 3 else page(PAGES[number], number, 3)

    async with LoopbackServer(serving(answer)) as server, server.client() as minted:
        rows = aiter(all_bars(minted))
        ids: list[int] = []
        with pytest.raises(NotFoundError):
            await collect(rows, ids)
        assert ids == [1, 2, 3, 4, 5, 6]
        with pytest.raises(NotFoundError):
            await anext(rows)
        broken = False
        assert [row.id async for row in rows] == [7]
        assert asked(server) == [1, 2, 3, 3, 3]


async def test_an_error_of_a_page_that_nobody_reads_is_not_reported() -> None:
    def answer(number: int) -> bytes:
        return refusal(500) if number == 2 else page(PAGES[number], number, 3)

    reported = reports()
    async with LoopbackServer(serving(answer)) as server, server.client(retry=None) as minted:
        async for _ in all_bars(minted):
            await until(lambda: not calls_under_way())
            break
        gc.collect()
        assert asked(server) == [1, 2]
    assert reported == []


async def test_a_row_that_does_not_fit_says_where() -> None:
    async with (
        LoopbackServer(serving(lambda number: page([1, bar(2, stock="x")], number, 1))) as server,
        server.client() as minted,
    ):
        with pytest.raises(DecodeError) as caught:
            await anext(aiter(all_bars(minted)))
    assert caught.value.path == "$.data.data[1].stock"


def holding(first_held: int) -> tuple[Behaviour, asyncio.Event]:
    """A list without end, whose pages from one on are held back until the event is set."""
    release = asyncio.Event()

    async def answer(number: int) -> bytes:
        if number >= first_held:
            await release.wait()
        return page([number * 10 + place for place in range(3)], number, number + 1)

    return serving(answer), release


async def test_the_next_page_is_on_its_way_while_this_one_is_read_and_no_other() -> None:
    behaviour, release = holding(2)
    async with LoopbackServer(behaviour) as server, server.client() as minted, all_bars(minted) as bars:
        rows = aiter(bars)
        assert (await anext(rows)).id == 10
        await until(lambda: len(server.received) == 2)
        assert [(await anext(rows)).id, (await anext(rows)).id] == [11, 12]
        assert asked(server) == [1, 2]
        release.set()
        for number in range(2, 20):
            for place in range(3):
                assert (await anext(rows)).id == number * 10 + place
                await until(lambda: not calls_under_way())
                assert asked(server) == list(range(1, number + 2))


def reports() -> list[dict[str, Any]]:
    """What asyncio complains of from now on."""
    found: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: found.append(context))
    return found


async def leave_by_break(bars: Rows[Product]) -> None:
    async for _ in bars:
        break


async def leave_by_an_exception(bars: Rows[Product]) -> None:
    async def fail() -> None:
        async for _ in bars:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()


async def leave_by_cancellation(bars: Rows[Product]) -> None:
    reading = asyncio.Event()

    async def wait_in_the_loop() -> None:
        async for _ in bars:
            reading.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(wait_in_the_loop())
    await reading.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def leave_by_cancellation_between_two_pages(bars: Rows[Product]) -> None:
    rows = aiter(bars)
    for _ in range(3):
        await anext(rows)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await anext(rows)
    assert calls_under_way() == []


async def leave_as_garbage(bars: Rows[Product]) -> None:
    rows = aiter(bars)
    await anext(rows)
    circle: list[object] = [rows]
    circle.append(circle)
    del rows, circle
    gc.collect()


async def leave_as_garbage_in_a_thread(bars: Rows[Product]) -> None:
    asyncio.get_running_loop().set_debug(True)  # what another thread may not do is then refused
    left = [aiter(bars)]
    await anext(left[0])
    thread = threading.Thread(target=left.clear)
    thread.start()
    await asyncio.to_thread(thread.join)


async def leave_a_context(bars: Rows[Product]) -> None:
    async with bars:
        rows = aiter(bars)
        await anext(rows)
    assert calls_under_way() == []
    with pytest.raises(ConfigurationError, match="closed"):
        await anext(rows)


async def leave_by_closing(bars: Rows[Product]) -> None:
    async for _ in bars:
        await bars.aclose()
        await bars.aclose()
        assert calls_under_way() == []
        break


LEAVING = [
    leave_by_break,
    leave_by_an_exception,
    leave_by_cancellation,
    leave_by_cancellation_between_two_pages,
    leave_as_garbage,
    leave_as_garbage_in_a_thread,
    leave_a_context,
    leave_by_closing,
]


@pytest.mark.parametrize("leave", LEAVING, ids=lambda leave: leave.__name__)
@pytest.mark.parametrize("answered", [False, True])
async def test_a_list_that_is_left_early_leaves_nothing_behind(
    leave: Callable[[Rows[Product]], Awaitable[None]], answered: bool
) -> None:
    reported = reports()
    behaviour, release = holding(2)
    if answered and leave is not leave_by_cancellation_between_two_pages:
        release.set()
    async with LoopbackServer(behaviour) as server, server.client() as minted:
        await leave(all_bars(minted))
        await until(lambda: not calls_under_way())
        assert max(asked(server)) <= 2
        gc.collect()
        release.set()
        assert (await minted.ecom.products.list(page=7, total=5)).number == 7
    assert reported == []


async def test_a_wait_that_took_too_long_loses_no_row() -> None:
    behaviour, release = holding(2)
    async with LoopbackServer(behaviour) as server, server.client() as minted:
        rows = aiter(all_bars(minted))
        ids = [(await anext(rows)).id for _ in range(3)]
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(rows), 0.01)
        release.set()
        ids += [(await anext(rows)).id for _ in range(6)]
        assert ids == [10, 11, 12, 20, 21, 22, 30, 31, 32]


async def test_a_call_that_somebody_else_cancelled_is_made_again() -> None:
    behaviour, release = holding(2)
    async with LoopbackServer(behaviour) as server, server.client() as minted:
        rows = aiter(all_bars(minted))
        ids = [(await anext(rows)).id for _ in range(3)]
        await until(lambda: len(server.received) == 2)
        (call,) = calls_under_way()
        call.cancel()
        release.set()
        ids += [(await anext(rows)).id for _ in range(3)]
        assert ids == [10, 11, 12, 20, 21, 22]


async def test_loops_over_the_same_rows_are_independent() -> None:
    async with (
        LoopbackServer(serving(lambda number: page(PAGES[number], number, 3))) as server,
        server.client() as minted,
    ):
        bars = all_bars(minted)
        pairs = [(one.id, other.id) async for one in bars async for other in bars]
        assert pairs == [(one, other) for one in range(1, 8) for other in range(1, 8)]
        await bars.aclose()
        with pytest.raises(ConfigurationError, match="closed: call the method that gave them"):
            aiter(bars)


async def test_tasks_that_share_an_iterator_share_the_rows() -> None:
    def answer(number: int) -> bytes:
        return page(range(number * 10, number * 10 + 10), number, 9)

    async with LoopbackServer(serving(answer)) as server, server.client() as minted:
        rows = aiter(all_bars(minted))

        async def work(taken: list[int]) -> None:
            async for row in rows:
                taken.append(row.id)
                await asyncio.sleep(0)

        shares: list[list[int]] = [[], [], []]
        await asyncio.gather(*(work(share) for share in shares))
        assert sorted(taken for share in shares for taken in share) == list(range(10, 100))
        assert all(share == sorted(share) and share for share in shares)
        assert asked(server) == list(range(1, 10))


async def test_a_task_that_is_cancelled_does_not_take_the_others_with_it() -> None:
    behaviour, release = holding(1)
    async with LoopbackServer(behaviour) as server, server.client() as minted:
        rows = aiter(all_bars(minted))
        first, second = (asyncio.ensure_future(anext(rows)) for _ in range(2))
        await until(lambda: server.received)
        first.cancel()
        release.set()
        assert (await second).id == 10
        assert first.cancelled()


async def test_those_who_wait_when_the_rows_are_closed_do_not_take_it_for_the_end() -> None:
    behaviour, _ = holding(1)
    async with LoopbackServer(behaviour) as server, server.client() as minted:
        bars = all_bars(minted)
        rows = aiter(bars)
        waiting = [asyncio.ensure_future(anext(rows)) for _ in range(3)]
        await until(lambda: server.received)
        await bars.aclose()
        for waits in waiting:
            with pytest.raises(ConfigurationError, match="closed"):
                await waits


async def test_the_calls_of_all_pages_are_captured() -> None:
    async with (
        LoopbackServer(serving(lambda number: page(PAGES[number], number, 3))) as server,
        server.client() as minted,
    ):
        with minted.capture() as exchanges:
            assert [row.id async for row in all_bars(minted)] == [1, 2, 3, 4, 5, 6, 7]
    assert len(exchanges) == 3


async def test_a_client_that_is_closed_meanwhile_is_an_error_and_no_end() -> None:
    behaviour, _ = holding(2)
    async with LoopbackServer(behaviour) as server:
        minted = server.client(retry=RetryPolicy(attempts=1))
        rows = aiter(all_bars(minted))
        await anext(rows)
        await until(lambda: len(server.received) == 2)
        await minted.aclose()
        assert [(await anext(rows)).id for _ in range(2)] == [11, 12]
        with pytest.raises(ConnectionLostError):
            await anext(rows)
        with pytest.raises(ConfigurationError, match="this client is closed"):
            await anext(rows)


PROGRAM = """
import asyncio, sys
from minted_async import MintedClient

async def main():
    async with MintedClient("user", "password", base_url=sys.argv[1], retry=None) as minted:
        async for row in minted.ecom.products.all(total=5):
            print(row.id)
            break

"""
RUNNERS = {
    "asyncio.run": "asyncio.run(main())",
    "a loop of its own": "loop = asyncio.new_event_loop(); loop.run_until_complete(main()); loop.close()",
    "anyio": "import anyio; anyio.run(main)",
    "uvloop": "import uvloop; uvloop.run(main())",
}


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # of the server
@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize(
    "runner", [pytest.param(name, marks=[NEEDS_UVLOOP] if name == "uvloop" else []) for name in RUNNERS]
)
async def test_a_program_that_ends_in_the_middle_of_a_list_ends_silently(runner: str, held: bool) -> None:
    behaviour, release = holding(2)
    if not held:
        release.set()
    async with LoopbackServer(behaviour) as server:
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-W", "error", "-c", PROGRAM + RUNNERS[runner], server.url],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "10\n", "")


WHOLE = {
    "current_page": 2,
    "data": [bar(1)],
    "first_page_url": "https://example.com/bars?page=1",
    "from": 6,
    "last_page": 3,
    "last_page_url": "https://example.com/bars?page=3",
    "links": [{"a": None, "b": "2", "c": True}],
    "next_page_url": "https://example.com/bars?page=3",
    "path": "https://example.com/bars",
    "per_page": 5,
    "prev_page_url": "https://example.com/bars?page=1",
    "to": 10,
    "total": 11,
}


def test_a_page_reads_what_the_documentation_shows() -> None:
    read = decode(Page[Product], json.dumps(WHOLE).encode())
    assert ([row.id for row in read.rows], read.number, read.last_number) == ([1], 2, 3)
    assert (read.per_page, read.row_count, read.first_row, read.last_row) == (5, 11, 6, 10)
    assert (read.prev_page_url, read.next_page_url) == (WHOLE["prev_page_url"], WHOLE["next_page_url"])
    assert read.links == [{"a": None, "b": "2", "c": True}]
    names = {field.encode_name for field in msgspec.structs.fields(Page)}
    assert names == WHOLE.keys()


@pytest.mark.parametrize("name", [name for name in WHOLE if name not in ("current_page", "data")])
def test_a_page_may_leave_out_or_null_all_but_its_rows_and_its_number(name: str) -> None:
    without = {key: value for key, value in WHOLE.items() if key != name}
    left_out = decode(Page[Product], json.dumps(without).encode())
    assert left_out == decode(Page[Product], json.dumps({**without, name: None}).encode())


@pytest.mark.parametrize(
    ("rows", "number", "fields", "more"),
    [
        ([1], 1, {"last_page": 2}, True),
        ([1], 2, {"last_page": 2}, False),
        ([1], 1, {"last_page": 2, "next_page_url": None}, True),
        ([1], 2, {"last_page": 2, "next_page_url": "/x"}, True),
        ([1], 1, {"next_page_url": "/x"}, True),
        ([1], 1, {}, True),
        ([], 1, {"last_page": 2, "next_page_url": "/x"}, False),
        ([], 1, {}, False),
    ],
)
def test_whether_there_is_more(rows: list[int], number: int, fields: dict[str, object], more: bool) -> None:
    content = {"data": [bar(row) for row in rows], "current_page": number, **fields}
    assert decode(Page[Product], json.dumps(content).encode()).has_next is more
