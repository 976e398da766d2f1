"""One file, many processes: nothing is lost, and nothing is written twice."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from minted_async import MintedClient, Shapes
from tests.servers import LoopbackServer, answering
from tests.shapes.seeing import order, places, seen, written

pytestmark = pytest.mark.anyio

ANSWER = order('"items":[{"sku":"GAU"},{"amount":1.5}],"loyalty":1')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shapes.json"


async def run(mode: str, server: LoopbackServer, path: Path, count: int) -> int:
    """Run the program to its end; gives its return code."""
    program = [sys.executable, "-m", "tests.shapes.writer_program", mode, server.url, str(path), str(count)]
    done = await anyio.run_process(program, stdout=None, stderr=None, check=False)
    return done.returncode


async def test_processes_that_write_at_once_lose_nothing(path: Path) -> None:
    async with LoopbackServer(answering(ANSWER)) as server:
        codes = await asyncio.gather(*(run("observe", server, path, 25) for _ in range(4)))
    assert codes == [0] * 4
    answers = written(path)["orders.get"]["answers"]["200"]
    assert (answers["count"], answers["codes"], answers["bodies"]) == (100, {"0": 100}, {"json": 100})
    found = answers["places"]
    assert found["data.items[]"]["seen"] == 200
    assert (found["data.items[].sku"]["seen"], found["data.items[].sku"]["missing"]) == (100, 100)
    assert found["data.loyalty"]["seen"] == 100
    assert sorted(file.name for file in path.parent.iterdir()) == ["shapes.json", "shapes.json.lock"]


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
async def test_a_crash_loses_what_was_not_written_yet_and_no_more(path: Path) -> None:
    async with LoopbackServer(answering(ANSWER)) as server:
        assert await run("crash", server, path, 5) == -9
        assert written(path)["orders.get"]["answers"]["200"]["count"] == 5
        assert await run("crash_while_writing", server, path, 5) == -9
        assert written(path)["orders.get"]["answers"]["200"]["count"] == 10
        assert await run("observe", server, path, 5) == 0
    assert written(path)["orders.get"]["answers"]["200"]["count"] == 15
    assert not path.with_name("shapes.json.new").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
async def test_what_was_seen_before_a_fork_is_written_once(path: Path) -> None:
    async with LoopbackServer(answering(ANSWER)) as server:
        assert await run("fork", server, path, 3) == 0
    assert written(path)["orders.get"]["answers"]["200"]["count"] == 3 + 2  # the parent's, and the child's


async def test_it_is_written_at_intervals(path: Path) -> None:
    loop = asyncio.get_running_loop()
    saved = asyncio.Event()

    class Watched(Shapes):
        def save(self) -> None:
            super().save()
            loop.call_soon_threadsafe(saved.set)

    shapes = Watched(path, interval=0.01)
    async with LoopbackServer(answering(ANSWER)) as server, server.client(observe=shapes) as minted:
        for count in (1, 2):
            await minted.orders.get(f"ORD-{count}")
            with anyio.fail_after(60):
                await saved.wait()
            saved.clear()
            assert written(path)["orders.get"]["answers"]["200"]["count"] == count


async def test_clients_in_several_threads_share_one(path: Path) -> None:
    shapes = Shapes(path)
    async with LoopbackServer(answering(ANSWER)) as server:

        async def ask() -> None:
            async with MintedClient("user", "password", base_url=server.url, observe=shapes) as minted:
                for number in range(10):
                    await minted.orders.get(f"ORD-{number}")

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(anyio.to_thread.run_sync, lambda: asyncio.run(ask()))
    assert written(path)["orders.get"]["answers"]["200"]["count"] == 30


async def test_what_cannot_be_written_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    shapes = Shapes(folder / "shapes.json")
    async with LoopbackServer(answering(ANSWER)) as server, server.client(observe=shapes) as minted:
        for number in range(4):
            await minted.orders.get(f"ORD-{number}")
            if number == 1:
                shutil.rmtree(folder)
            shapes.save()
        assert caplog.text.count("shapes could not be written, and are kept") == 3
        folder.mkdir()
    answers = written(folder / "shapes.json")["orders.get"]["answers"]["200"]
    assert answers["count"] == 3  # one was in the file that is gone
    assert answers["places"]["data.loyalty"]["seen"] == 4


async def test_another_file_in_its_place_is_left_alone(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    shapes = Shapes(path)
    async with LoopbackServer(answering(ANSWER)) as server, server.client(observe=shapes) as minted:
        await minted.orders.get("ORD-1")
        path.write_text('{"name": "shop"}')
    assert "is no file of shapes" in caplog.text
    assert path.read_text() == '{"name": "shop"}'


async def test_places_of_many_processes_are_bounded(path: Path) -> None:
    """Each process may name 32 fields of an object; the file does not grow with the processes."""
    for batch in range(5):
        names = [f"{chr(97 + batch)}{chr(97 + number)}" for number in range(20)]
        more = ",".join(f'"{name}":{{"amount":1.5}}' for name in names)
        await seen(path, *[order(more)] * 3)
    found = places(written(path))
    named = [found[name]["seen"] for name in found if name.startswith("data.") and len(name) == 7]
    assert found["data.*"]["seen"] + sum(named) == 300
    assert found["data.*.amount"]["types"] == {"number": found["data.*"]["seen"]}
    assert len(found) < 80
    assert json.loads(path.read_text())["version"] == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
async def test_a_process_that_was_forked_amid_writing_keeps_no_lock(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the lock's file open too, as long as it lives: workers are forked while others write."""
    children: list[int] = []
    fsync = os.fsync

    def fork_first(file: int) -> None:
        child = os.fork()
        if not child:
            signal.pause()
        children.append(child)
        fsync(file)

    monkeypatch.setattr(os, "fsync", fork_first)
    try:
        await seen(path, ANSWER)
        monkeypatch.undo()
        monkeypatch.setattr("minted_async.shapes.file._PATIENCE", 0.0)
        await seen(path, ANSWER)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)  # noqa: ASYNC222 (it is dead)
    assert written(path)["orders.get"]["answers"]["200"]["count"] == 2


@pytest.mark.skipif(sys.platform == "win32", reason="locks by flock")
async def test_a_process_that_keeps_the_lock_is_not_waited_for_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It may have been stopped; a client that is closed must end."""
    import fcntl

    monkeypatch.setattr("minted_async.shapes.file._PATIENCE", 0.0)
    shapes = Shapes(path)
    with path.with_name("shapes.json.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        async with LoopbackServer(answering(ANSWER)) as server, server.client(observe=shapes) as minted:
            await minted.orders.get("ORD-1")
    assert "are kept (another process keeps the file locked)" in caplog.text
    shapes.save()
    assert written(path)["orders.get"]["answers"]["200"]["count"] == 1


async def test_on_a_full_disk_the_file_stays_and_nothing_lies_beside_it(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await seen(path, ANSWER)
    before = path.read_bytes()

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    await seen(path, ANSWER)
    assert "are kept (No space left on device)" in caplog.text
    assert path.read_bytes() == before
    assert sorted(file.name for file in path.parent.iterdir()) == ["shapes.json", "shapes.json.lock"]


async def test_a_link_stays_one(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    await seen(path, ANSWER)
    link.symlink_to(path)
    await seen(link, ANSWER)
    assert link.is_symlink()
    assert written(path)["orders.get"]["answers"]["200"]["count"] == 2
    assert not link.with_name("link.json.lock").exists()


def test_a_loop_that_ends_is_not_told_to_write(path: Path) -> None:
    told: list[object] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(context))
        async with (
            LoopbackServer(answering(ANSWER)) as server,
            server.client(observe=Shapes(path, interval=0.01)) as minted,
        ):
            await minted.orders.get("ORD-1")
        await loop.shutdown_default_executor()  # as `asyncio.run` does
        await asyncio.sleep(0.1)  # after what is to be done sooner

    asyncio.run(main())
    assert told == []
    assert written(path)["orders.get"]["answers"]["200"]["count"] == 1
