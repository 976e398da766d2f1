"""A process that observes: `python -m tests.shapes.writer_program MODE URL FILE COUNT`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from minted_async import MintedClient, Shapes


async def observe(url: str, shapes: Shapes, count: int) -> None:
    """Ask so often, and write after each answer."""
    async with MintedClient("user", "password", base_url=url, observe=shapes) as minted:
        for number in range(count):
            await minted.orders.get(f"ORD-{number}")
            shapes.save()


def die(fd: object = None) -> None:
    """End at once, without a word."""
    os.kill(os.getpid(), signal.SIGKILL)


async def crash(url: str, shapes: Shapes, count: int) -> None:
    """Write what was seen so far, see one more, and be killed."""
    minted = MintedClient("user", "password", base_url=url, observe=shapes)
    for number in range(count):
        await minted.orders.get(f"ORD-{number}")
    shapes.save()
    await minted.orders.get("ORD-LOST")
    die()


async def crash_while_writing(url: str, shapes: Shapes, count: int) -> None:
    """Be killed between writing the new file and putting it in the place of the old one."""
    await observe(url, shapes, count)
    os.fsync = die
    await observe(url, shapes, 1)


async def only_ask(url: str, shapes: Shapes, count: int) -> None:
    """Ask so often, and leave the client open: nothing is written."""
    minted = MintedClient("user", "password", base_url=url, observe=shapes)
    for number in range(count):
        await minted.orders.get(f"ORD-{number}")


def fork(url: str, shapes: Shapes, count: int) -> None:
    """See, fork, and see in the child: what the parent had seen is not the child's."""
    asyncio.run(only_ask(url, shapes, count))
    child = os.fork()
    if not child:
        shapes.save()
        asyncio.run(observe(url, shapes, 2))
        os._exit(0)
    os.waitpid(child, 0)
    shapes.save()


if __name__ == "__main__":
    mode, server, file, calls = sys.argv[1:]
    arguments = (server, Shapes(file), int(calls))
    if mode == "fork":
        fork(*arguments)
    else:
        asyncio.run(globals()[mode](*arguments))
