"""The example of a prefork worker runs, and no order is lost or placed twice when a worker is killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from minted_async.sandbox import Sandbox
from tests.trades.orders import BUY, sent_orders

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")


@pytest.fixture
def worker(minted_sandbox: Sandbox, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "examples/prefork_worker.py", "JOB-1", "JOB-2", "JOB-3", "JOB-4"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "MINTED_USERNAME": minted_sandbox.username,
            "MINTED_PASSWORD": minted_sandbox.password,
            "MINTED_BASE_URL": minted_sandbox.url,
            "MINTED_JOURNAL": str(tmp_path / "orders.sqlite"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_each_job_is_done_once_by_workers_that_share_a_journal(
    worker: subprocess.Popen[str], minted_sandbox: Sandbox
) -> None:
    printed, _ = worker.communicate(timeout=60)
    assert worker.returncode == 0, printed
    assert set(re.findall(r"^(JOB-\d) is placed for [\d.]+ TRY$", printed, re.M)) == set(
        sent_orders(minted_sandbox)
    )
    assert set(sent_orders(minted_sandbox).values()) == {1}
    assert len(set(re.findall(r"^(\d+) is ready$", printed, re.M))) == 2


def test_the_order_of_a_worker_that_is_killed_is_accounted_for_and_not_placed_again(
    worker: subprocess.Popen[str], minted_sandbox: Sandbox
) -> None:
    minted_sandbox.fail_next("delay_after", path=BUY, seconds=600)
    assert worker.stdout is not None
    printed = ""
    while printed.count(" is placed for ") < 3:
        line = worker.stdout.readline()
        assert line, printed
        printed += line
    done = set(re.findall(r"^(JOB-\d) is placed", printed, re.M))
    takers = {job: int(process) for process, job in re.findall(r"^(\d+) takes (JOB-\d)$", printed, re.M)}
    (stuck,) = takers.keys() - done
    os.kill(takers[stuck], signal.SIGKILL)
    printed, _ = worker.communicate(timeout=60)
    assert worker.returncode == 0, printed
    assert f"{takers[stuck]} died with {stuck}" in printed
    assert f"{stuck} was left open and is placed" in printed
    assert re.search(rf"^{stuck} is placed for [\d.]+ TRY$", printed, re.M)
    assert dict(sent_orders(minted_sandbox)) == dict.fromkeys(done | {stuck}, 1)
