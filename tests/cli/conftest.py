"""Running the command inside the test's own process, where no terminal is needed."""

from __future__ import annotations

import sys
from typing import Protocol

import pytest

from minted_async.cli import main
from tests.cli.commands import Result


class Command(Protocol):
    """Runs the command with arguments."""

    def __call__(self, *arguments: str) -> Result: ...


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["minted", *arguments])
        code = main()
        printed = capsys.readouterr()
        return Result(code, printed.out, printed.err)

    return run
