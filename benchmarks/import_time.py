"""What `import minted_async` costs beyond the libraries under it, and what its client costs on first use.

Each import runs in a fresh interpreter, rounds alternate, medians of CPU time are compared:
`python benchmarks/import_time.py`. To see what is slow:
`python -X importtime -c "from minted_async import MintedClient"`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

ROUNDS = 11
LIMIT = 40.0
LIBRARIES = "import aiohttp, msgspec"
PROGRAMS = {
    LIBRARIES: LIBRARIES,
    "... import minted_async": f"{LIBRARIES}; import minted_async",
    "... from it import MintedClient, models": f"{LIBRARIES}; from minted_async import MintedClient, models",
}


def milliseconds(program: str) -> float:
    """CPU time of the imports alone: the start of the interpreter does not count, nor do its neighbours."""
    timed = (
        f"import time; start = time.process_time(); {program}; print((time.process_time() - start) * 1000)"
    )
    result = subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True)
    return float(result.stdout)


def main() -> int:
    for program in PROGRAMS.values():
        milliseconds(program)  # fills the bytecode caches
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(ROUNDS):
        for name, program in PROGRAMS.items():
            times[name].append(milliseconds(program))
    medians = {name: statistics.median(values) for name, values in times.items()}
    base = medians[LIBRARIES]
    for name, median in medians.items():
        print(f"{name:42} {median:7.1f} ms  {median - base:+7.1f} ms  x{median / base:.2f}")
    extra = medians["... import minted_async"] - base
    print(f"import minted_async: {extra:+.1f} ms, limit {LIMIT:+.0f} ms")
    return 0 if extra <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
