"""CI's guard: the instructions of one GET and one POST, beside those of bare aiohttp in the same run; and
what looking at answers costs, for people to read.

A ratio of counts, with the versions of aiohttp and msgspec pinned: it moves when our code does, and with
nothing else.
"""

from __future__ import annotations

import sys

from benchmarks import instructions
from benchmarks.clients import BARE_GET, BARE_POST, FIND, GET, OWN, SEEING
from benchmarks.server import running

LIMITS = {GET: 1.0, FIND: 0.9}
"""How many times the instructions of the bare call it may take.

The same code gives ratios that lie up to a hundredth apart: a limit of what it takes and three hundredths
notices what somebody will feel, and nothing else.
"""


def main() -> int:
    with running() as site:
        counts = instructions.measure(site, [BARE_GET, GET, BARE_POST, FIND, *SEEING])
    good = True
    for name, limit in LIMITS.items():
        bare = OWN[name].against
        ratio = counts[name] / counts[bare]
        good = good and ratio <= limit
        print(
            f"{name}: {counts[name]:,.0f} instructions, x{ratio:.3f} of {bare} ({counts[bare]:,.0f}); "
            f"the limit is x{limit:g}"
        )
    for name in SEEING:
        more = counts[name] - counts[GET]
        print(f"{name}: {more:+,.0f} beside {GET}, x{more / counts[BARE_GET]:+.3f} of {BARE_GET}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
