"""The doctor's visits to servers of the tests."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from minted_async import Clock, MintedClient
from minted_async.doctor import Finding, Report, Verdict, examine
from minted_async.sandbox import Sandbox

USER, PASSWORD = "partner-4711", "s3cret-pässword"


async def visit(url: str, *, username: str = USER, password: str = PASSWORD, **options: Any) -> Report:
    """Examine a server with a client of its own.

    Args:
        url: Where it is.
        username: User name.
        password: Password.
        options: Of `examine`, or of the client.
    """
    of_client = {name: options.pop(name) for name in ("proxy", "ssl_context", "connector") if name in options}
    async with MintedClient(username, password, base_url=url, **of_client) as minted:
        return await examine(minted, **options)


def found(report: Report, check: str) -> Finding:
    """The one finding of a check."""
    (finding,) = [item for item in report.findings if item.check == check]
    return finding


def verdicts(report: Report) -> dict[str, Verdict]:
    """All verdicts by their checks."""
    return {item.check: item.verdict for item in report.findings}


def kept(report: Report) -> dict[str, bool]:
    """The assumptions that could be judged."""
    return {item.id: item.kept for item in report.assumptions if item.kept is not None}


class SkippingTime:
    """Time in which nobody sleeps: a pause passes at once, for the sandbox too."""

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self._sandbox = sandbox
        self.skipped = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.skipped

    async def sleep(self, seconds: float) -> None:
        self.skipped += seconds
        if self._sandbox is not None:
            self._sandbox.advance(seconds)

    @property
    def clock(self) -> Clock:
        """For the doctor."""
        return Clock(monotonic=self.monotonic, now=lambda: datetime.now(UTC), sleep=self.sleep)
