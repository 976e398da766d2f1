"""Running the real command in processes of its own: without a terminal, in a terminal, and as a server."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

PATIENCE = 30.0
"""Seconds after which a command counts as hung; each takes a few seconds at most."""

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
"""What moves the cursor or colours the text."""

# A resource that is not closed, or a coroutine that is not awaited, shows on standard error.
PYTHON = [sys.executable, "-W", "error"]

COMMAND = ("-m", "minted_async.cli")


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str = ""


def environment(**variables: str) -> dict[str, str]:
    """This process's environment without what changes the output, and the given variables."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM")
        and not name.startswith("MINTED_")
    }
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "80", **variables}


def python(*arguments: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> Result:
    """Run Python without a terminal."""
    done = subprocess.run(
        [*PYTHON, *arguments],
        cwd=cwd,
        env=environment(**(env or {})),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def minted(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
    """Run the command without a terminal."""
    return python(*COMMAND, *arguments, env=env)


def started(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    stdout: int = subprocess.PIPE,
    program: Sequence[str] = COMMAND,
) -> subprocess.Popen[str]:
    """The command, or what runs it, in a process of its own, without a terminal, to be interrupted."""
    return subprocess.Popen(
        [*PYTHON, *program, *arguments],
        cwd=ROOT,
        env=environment(**(env or {})),
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=hear_interrupts,
    )


def hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Terminal:
    """A command in a pseudo-terminal."""

    def __init__(self, process: subprocess.Popen[bytes], descriptor: int) -> None:
        self._descriptor = descriptor
        self._received = b""
        self._deadline = time.monotonic() + PATIENCE
        self.process = process

    @property
    def text(self) -> str:
        """All that was printed so far, escape sequences included."""
        return self._received.decode("utf-8", "replace")

    def read_until(self, needle: str) -> None:
        """Read until something has been printed."""
        while needle not in self.text:
            assert self._read(), f"{needle!r} was never printed:\n{self.text}"

    def type(self, text: str) -> None:
        """Type something."""
        os.write(self._descriptor, text.encode())

    def finish(self) -> Result:
        """Read to the end."""
        while self._read():
            pass
        return Result(self.process.wait(PATIENCE), self.text)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, self._deadline - time.monotonic()))
        assert ready, f"nothing more was printed for too long:\n{self.text}"
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:  # Linux says EIO when the other end is closed
            return False
        self._received += data
        return bool(data)


@contextmanager
def terminal(
    *arguments: str,
    columns: int = 80,
    rows: int = 40,
    env: Mapping[str, str] | None = None,
    program: Sequence[str] = COMMAND,
) -> Generator[Terminal]:
    """Run the command in a pseudo-terminal of a given size."""
    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    variables = environment(**{"TERM": "xterm-256color", **(env or {})})
    del variables["COLUMNS"]
    process = subprocess.Popen(
        [*PYTHON, *program, *arguments],
        cwd=ROOT,
        env=variables,
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
        # A suite that runs in the background ignores SIGINT, and what it starts would inherit that.
        preexec_fn=hear_interrupts,
    )
    os.close(its)
    try:
        yield Terminal(process, mine)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait(PATIENCE)
        os.close(mine)


class Server:
    """A running `minted sandbox`.

    Attributes:
        introduction: The lines that it printed before it began to serve.
    """

    def __init__(self, process: subprocess.Popen[str], until: str) -> None:
        assert process.stdout is not None
        self.process = process
        self.introduction: list[str] = []
        for line in process.stdout:
            self.introduction.append(line.rstrip("\n"))
            if until in line:
                return
        raise AssertionError(f"it did not start: {self.introduction} {process.communicate()}")

    @property
    def url(self) -> str:
        """Where it listens."""
        match = re.search(r"http://\S+", self.introduction[0])
        assert match is not None
        return match[0]

    @property
    def exports(self) -> dict[str, str]:
        """The environment variables that it told us to export."""
        pairs = (
            line.strip().removeprefix("export ").split("=", 1)
            for line in self.introduction
            if " export " in line
        )
        return dict(pairs)

    def line_with(self, text: str) -> str:
        """The next line of its log that has a text in it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if text in line:
                return line.rstrip("\n")
        raise AssertionError(f"{text!r} was never logged")

    def stop(self, number: int = signal.SIGTERM) -> Result:
        """Stop it with a signal and wait for its end."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return Result(self.process.returncode, out, err)


@contextmanager
def sandbox_command(*arguments: str, until: str = "Requests as they come") -> Generator[Server]:
    """Run `minted sandbox` on a free port until the block ends."""
    process = started("sandbox", "--port", "0", *arguments)
    try:
        yield Server(process, until)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=PATIENCE)


def visible_lines(text: str) -> Sequence[str]:
    """What was printed, line by line, without escape sequences."""
    return re.split(r"[\r\n]+", ESCAPE.sub("", text))
