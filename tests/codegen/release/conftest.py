"""Repositories of the small SDK."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.codegen.release.versions import checkout
from tests.external import program

Git = Callable[..., str]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A checkout of the small SDK, without a repository around it."""
    return checkout(tmp_path / "small")


@pytest.fixture
def git(small: Path) -> Git:
    """Git in the checkout of the small SDK, which is committed."""

    def run(*arguments: str) -> str:
        identity = (
            "-c",
            "user.name=Nobody",
            "-c",
            "user.email=nobody@example.com",
            "-c",
            "commit.gpgsign=false",
        )
        done = subprocess.run(
            [program("git", "git"), "-C", str(small), *identity, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    run("init", "--quiet")
    run("add", "--all")
    run("commit", "--quiet", "--message", "The beginning")
    return run
