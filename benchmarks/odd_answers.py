"""How long an odd refusal blocks the event loop: what stops regular expressions, parsers and formatting.

Each is answered by a server in another process and becomes an error. What counts is the longest that the
client's loop works without a pause, in CPU time, which other processes on the machine do not make longer:
`python -m benchmarks odd --size 2000000`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import time

from benchmarks.server import answer
from minted_async import MintedClient, errors

LIMIT = 20.0
"""Milliseconds."""

_PIECES = {
    "backslashes": "\\",
    "quoted JSON": '\\"token\\":\\"',
    "open JSON": '"token":"',
    "digits": "1",
    "spaced digits": "1 ",
    "card numbers": "4111 1111 1111 1111 ",
    "form": "token=",
    "quotes": '"',
    "half entities": "&#0",
    "entities": "&amp;",
    "percent": "%",
    "percent escapes": "%41",
    "half escapes": "\\u00",
    "like an id": "1000000014",
}


def bodies(size: int) -> dict[str, bytes]:
    """The bodies of the refusals, each of about `size` bytes, by their name."""
    said = {name: piece * (size // len(piece)) for name, piece in _PIECES.items()}
    said |= {"zeros of an entity": "&#" + "0" * size, "blanks after a name": '"token"' + " " * size}
    texts = {
        name: json.dumps({"success": False, "message": text, "data": {"said": text}})
        for name, text in said.items()
    }
    many = ",".join(['"a"'] * (size // 4))
    texts |= {
        "HTML": "<p>" * (size // 3),
        "short errors": f'{{"success": false, "errors": [{many}]}}',
        "a code that is a list": f'{{"success": false, "code": [{many}]}}',
        "a message that is a list": f'{{"success": false, "message": [{many}]}}',
        "tiny numbers": '{"success": false, "code": 1e-999999999, "errors": [1e-999999999]}',
        "a long number": f'{{"success": false, "errors": {"1" * size}}}',
        "nested without end": '{"success": false, "errors": ' + "[" * (size // 2) + "]" * (size // 2) + "}",
    }
    return {name: text.encode() for name, text in texts.items()}


async def serve(size: int) -> None:
    answers = list(bodies(size).values())

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                number = int(head.split(b" ")[1].rpartition(b"/")[2])
                writer.write(answer("403 Forbidden", answers[number]))
                await writer.drain()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


async def longest_stall(minted: MintedClient, number: int) -> float:
    """Milliseconds for which the loop works without a pause, at most, while a call is refused."""
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - before)

    ticking = asyncio.create_task(tick())
    try:
        await minted.orders.get(str(number))
    except errors.PermissionDeniedError as error:
        str(error)
        # The tick after it sees what it took.
        await asyncio.sleep(0)
    finally:
        ticking.cancel()
    return longest * 1000


async def measure(url: str) -> dict[str, float]:
    """The longest stall of each refusal; the better of two, because the first one also loads and caches."""
    async with MintedClient("bench", "bench", base_url=url, retry=None, max_response_bytes=2**28) as minted:
        return {
            name: min([await longest_stall(minted, number) for _ in range(2)])
            for number, name in enumerate(bodies(1_000))
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2_000_000, help="bytes of each answer")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.size))
        return 0
    server = [sys.executable, "-m", "benchmarks.odd_answers", "--serve", "--size", str(options.size)]
    with subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        port = process.stdout.readline().strip()
        stalls = asyncio.run(measure(f"http://127.0.0.1:{port}"))
        process.stdin.close()
    for name, stall in stalls.items():
        print(f"{name:28}{stall:8.1f} ms{'' if stall <= LIMIT else f', limit {LIMIT:.0f} ms'}")
    return 0 if max(stalls.values()) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
