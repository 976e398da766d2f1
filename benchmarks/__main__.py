"""The door to all benchmarks: `python -m benchmarks [name] [options of that one]`."""

from __future__ import annotations

import sys
from importlib import import_module

BENCHMARKS = {
    "calls": (
        "benchmarks.call_cost",
        "what a call costs, beside aiohttp, httpx and the bare wire (the default)",
    ),
    "guard": ("benchmarks.guard", "whether the instructions of a call are within their limits; CI runs it"),
    "imports": ("benchmarks.import_time", "what importing the package and the first call of a client cost"),
    "blocking": (
        "benchmarks.blocking_calls",
        "what a call of the blocking client costs, beside the async one",
    ),
    "odd": ("benchmarks.odd_answers", "how long an odd refusal blocks the event loop"),
    "feed": ("benchmarks.fan_out", "what it costs to tell many readers a new price, beside the floor"),
    "streams": ("benchmarks.event_streams", "what a message costs a server of 2,000 event streams"),
}


def main() -> int:
    arguments = sys.argv[1:]
    name = "calls" if not arguments or arguments[0].startswith("--") else arguments.pop(0)
    if name not in BENCHMARKS:
        print("\n".join(f"{name:10}{about}" for name, (_, about) in BENCHMARKS.items()))
        return 2
    module, _ = BENCHMARKS[name]
    sys.argv = [f"python -m benchmarks {name}", *arguments]
    result: int = import_module(module).main()
    return result


if __name__ == "__main__":
    sys.exit(main())
