"""`python -m minted_async.cli`: the same as `minted`."""

from __future__ import annotations

import sys

from minted_async.cli import main

if __name__ == "__main__":
    sys.exit(main())
