"""Standard output and error that fail in one way only, whatever they are connected to.

A full disk, a closed descriptor and a reader that has gone all become one `OutputError`, raised once, by the
write that failed. Python itself would raise several kinds of exceptions, again when it exits, and change the
exit code: 120 for an output that cannot be flushed, 1 from rich for a closed pipe.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from typing import Any, TextIO, TypeVar

T = TypeVar("T")


class OutputError(Exception):
    """Standard output cannot be written to.

    Attributes:
        unread: Nobody reads it any more, such as `head` that has had its lines: no failure of this command.
    """

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause.strerror or str(cause))
        self.unread = cause.errno == errno.EPIPE


class _Stream(io.TextIOWrapper):
    """A standard stream; from its first failure on, whatever is written to it is lost."""

    def write(self, text: str, /) -> int:
        return self._attempt(lambda: super(_Stream, self).write(text), len(text))

    def flush(self) -> None:
        self._attempt(super().flush, None)

    def _attempt(self, action: Callable[[], T], otherwise: T) -> T:
        try:
            return action()
        except OSError as error:
            # What is still buffered would fail again when Python exits.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            self._failed(error)
            return otherwise

    def _failed(self, error: OSError) -> None:
        raise OutputError(error) from error


class _Errors(_Stream):
    """Standard error: when it fails, there is nobody left to tell."""

    def _failed(self, error: OSError) -> None:
        pass


def guard_streams() -> None:
    """Replace the process's standard streams by such ones. Letters that an encoding lacks become `?`."""
    _reserve_descriptors()
    sys.stdout = _guarded(sys.stdout, _Stream)
    sys.stderr = _guarded(sys.stderr, _Errors)


def _guarded(stream: Any, kind: type[_Stream]) -> TextIO:
    lines, through = stream.line_buffering, stream.write_through
    encoding = stream.encoding
    return kind(stream.detach(), encoding, "replace", line_buffering=lines, write_through=through)


def _reserve_descriptors() -> None:
    """Open what this process was started without, so that no file or socket gets the number of an output.

    Opened the wrong way round, it still fails when it is used.
    """
    for number, (name, flags, mode) in enumerate(
        (("stdin", os.O_WRONLY, "r"), ("stdout", os.O_RDONLY, "w"), ("stderr", os.O_RDONLY, "w"))
    ):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, flags)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
