"""The event loops that the client runs on."""

from __future__ import annotations

import importlib.util

import pytest

NEEDS_UVLOOP = pytest.mark.skipif(
    importlib.util.find_spec("uvloop") is None, reason="there is no uvloop for this Python"
)
LOOPS = ["asyncio", pytest.param("uvloop", marks=NEEDS_UVLOOP)]
