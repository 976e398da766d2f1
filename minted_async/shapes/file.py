"""The file of shapes, to which any number of processes add."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator
from pathlib import Path

import msgspec

from minted_async._version import __version__
from minted_async.errors import ConfigurationError
from minted_async.shapes.record import FORMAT, VERSION, Record

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def read(path: Path) -> Record:
    """What the file holds; nothing if there is none.

    Raises:
        ConfigurationError: It is another file, or was written by a later release.
        OSError: It cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Record()
    record = Record()
    with contextlib.suppress(ValueError, RecursionError):
        record = msgspec.json.decode(content, type=Record)
    if record.format != FORMAT:
        raise ConfigurationError(f"{path} is no file of shapes: name another one, or move it away")
    if record.version > VERSION:
        raise ConfigurationError(
            f"{path} was written by a later release (version {record.version}): name another file"
        )
    return record


def add(path: Path, record: Record) -> None:
    """Add what was seen to the file, and replace it whole: a reader never sees half of it.

    Raises:
        ConfigurationError: The file is another one.
        OSError: It cannot be read or written.
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
        with new.open("wb") as file:
            file.write(encoded + b"\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)


@contextlib.contextmanager
def _locked(path: Path) -> Generator[None, None, None]:
    """One process at a time; the lock ends with the process, whatever becomes of it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)
