"""What a call costs: one run, alternating rounds, medians; printed as tables, written as JSON, drawn.

`python -m benchmarks` takes about ten minutes on an idle machine with two cores, `--quick` about four;
`--only` measures a part, and `--from` shows or draws what was measured before.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import import_time, instructions
from benchmarks.clients import BUY
from benchmarks.peers import CLIENTS, HTTPX
from benchmarks.server import Site, running

PARTS = ("calls", "instructions", "alone", "memory", "imports")
LEVELS = (1, 64, 256, 1_000)
LOOPS = ("asyncio", "uvloop")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--rounds", type=int, default=9, help="turns of each client, 9 by default")
    parser.add_argument("--quick", action="store_true", help="3 rounds, on asyncio only, without httpx")
    parser.add_argument("--json", type=Path, help="where the results are written", default="call_cost.json")
    parser.add_argument("--from", dest="source", type=Path, help="results to show instead of measuring")
    parser.add_argument("--plot", type=Path, help="draw the results: a file that ends in .svg or .png")
    options = parser.parse_args()
    if options.source:
        results = json.loads(options.source.read_text())
    else:
        with running() as site:
            results = measure(site, options.only, 3 if options.quick else options.rounds, quick=options.quick)
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    # Rich and matplotlib are loaded where they are used, after all that is measured.
    from benchmarks.report import show

    show(results)
    if options.plot:
        from benchmarks.plot import draw

        draw(results, options.plot)
    return 0


def measure(site: Site, parts: list[str], rounds: int, *, quick: bool) -> dict[str, Any]:
    """Everything that is asked for, as JSON has it."""
    results: dict[str, Any] = {"machine": machine()}
    if "calls" in parts:
        # Purchases open connections of their own, and at a thousand at once the system runs out of ports.
        names = [name for name in CLIENTS if name not in ({BUY, HTTPX} if quick else {BUY})]
        results["calls"] = {
            loop: child("rounds", site, [loop, site, names, LEVELS, rounds, 0.4])
            for loop in LOOPS[: 1 if quick else None]
        }
    if "alone" in parts:
        results["alone"] = child("alone", site, [site, rounds, 200])
    if "memory" in parts:
        results["memory"] = child("memory", site, site)
    if "imports" in parts:
        results["imports"] = import_time.measure(site, rounds)
    if "instructions" in parts:
        try:
            results["instructions"] = instructions.measure(site, list(CLIENTS))
        except instructions.NoValgrindError as problem:
            print(problem, file=sys.stderr)
    return results


def child(module: str, site: Site, arguments: Any) -> Any:
    """What a part measures in a process of its own."""
    print(f"measuring {module} ...", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", json.dumps(arguments)],
        # Read by OpenSSL itself, so that no client needs another way to believe the server.
        env={**os.environ, "SSL_CERT_FILE": site.certificate},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def machine() -> dict[str, str]:
    """What the numbers hold for."""
    packages = ("aiohttp", "msgspec", "minted-async", "httpx", "pydantic", "httptools", "uvloop")
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        **{name: version(name) for name in packages},
    }


if __name__ == "__main__":
    sys.exit(main())
