"""The file of shapes, to which any number of processes add."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

import msgspec

from minted_async._version import __version__
from minted_async.errors import ConfigurationError
from minted_async.shapes.record import FORMAT, VERSION, Record

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


_PATIENCE: Final = 10.0
"""Seconds for which another process is waited for: it may have been stopped, and a client is closing."""

_PAUSE: Final = 0.005

_LONGEST: Final = 64 * 1024 * 1024
"""Bytes of a file; what is written here is bounded, and far smaller."""


class _Head(msgspec.Struct):
    format: str = ""
    version: int = 0


_HEADS: Final = msgspec.json.Decoder(_Head)
_RECORDS: Final = msgspec.json.Decoder(Record)


def read(path: Path) -> Record:
    """What the file holds; nothing if there is none.

    Raises:
        ConfigurationError: It is another file, or was written by a later release.
        OSError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
    except FileNotFoundError:
        return Record()
    problem = f"it is larger than {_LONGEST // 1024 // 1024} MiB"
    if len(content) <= _LONGEST:
        try:
            head = _HEADS.decode(content)
            if head.format == FORMAT and head.version > VERSION:
                raise ConfigurationError(
                    f"{path} was written by a later release (version {head.version}): name another file"
                )
            if head.format == FORMAT:
                return _RECORDS.decode(content)
            problem = "it is another one"
        except (ValueError, RecursionError) as broken:
            problem = f"it is broken: {str(broken)[:200]!r}"
    raise ConfigurationError(f"{path} is no file of shapes ({problem}): name another one, or move it away")


def add(path: Path, record: Record) -> None:
    """Add what was seen to the file, and replace it whole: a reader never sees half of it.

    Raises:
        ConfigurationError: The file is another one.
        OSError: It cannot be read or written, or another process keeps it locked.
    """
    with _locked(path.with_name(f"{path.name}.lock")):
        whole = read(path)
        whole.add(record)
        whole.format, whole.version, whole.sdk = FORMAT, VERSION, __version__
        for seen in whole.operations.values():
            for answers in seen.answers.values():
                answers.settle()
        # One writer at a time: what a crash leaves behind is written over by the next one.
        new = path.with_name(f"{path.name}.new")
        encoded = msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=1)
        try:
            with new.open("wb") as file:
                file.write(encoded + b"\n")
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink()  # on a full disk, it takes what others need
            raise


@contextlib.contextmanager
def _locked(path: Path) -> Generator[None, None, None]:
    """One process at a time; the lock ends with the process, whatever becomes of it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _lock(descriptor)
        try:
            yield
        finally:
            # A process that was forked meanwhile has the file open too: closing it here ends no lock.
            _unlock(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return _try_lock(descriptor)
        except OSError as problem:
            if problem.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            if time.monotonic() > until:
                raise TimeoutError(errno.ETIMEDOUT, "another process keeps the file locked") from None
        time.sleep(_PAUSE)
