"""A type that msgspec has half read ends the process of who else uses it: one thread at a time reads one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core import first_use_program

ROOT = Path(__file__).parent.parent.parent


def run(manner: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-m", first_use_program.__name__, manner],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


def test_models_are_complete_when_they_have_been_imported() -> None:
    run("imports")


def test_types_of_users_are_read_by_one_thread_at_a_time() -> None:
    run("threads")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_fork_waits_until_a_type_has_been_read() -> None:
    run("fork")
