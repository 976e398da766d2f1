"""Keeps pages in a folder, so that a site is asked only for what has changed since.

An entry is one file with everything that belongs to it and a digest over all of it: an entry that was cut off
or changed counts as none. Its name is a hash of the address, so nothing that a site sends becomes a path.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from codegen.pages.sources import SiteError


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it was when it was last fetched."""

    address: str
    etag: str | None
    last_modified: str | None
    content: bytes


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    digest: bytes
    entry: bytes


@dataclass(frozen=True)
class Cache:
    """A folder of pages."""

    folder: Path

    def open(self) -> None:
        """Make the folder.

        Raises:
            SiteError: it cannot be made, or not be written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            reason = error.strerror or str(error)
            raise SiteError(
                f"the cache folder {self.folder} cannot be used: {reason}; choose another one"
            ) from None

    def load(self, address: str) -> Entry | None:
        """The entry of an address; None if there is none that is whole."""
        try:
            sealed = msgspec.msgpack.decode(self._path(address).read_bytes(), type=_Sealed)
            if hashlib.sha256(sealed.entry).digest() != sealed.digest:
                return None
            entry = msgspec.msgpack.decode(sealed.entry, type=Entry)
        except (OSError, msgspec.MsgspecError):
            return None
        return entry if entry.address == address else None

    def store(self, entry: Entry) -> None:
        """Write an entry, whole or not at all. A cache that cannot be written is no reason to stop."""
        encoded = msgspec.msgpack.encode(entry)
        sealed = msgspec.msgpack.encode(_Sealed(hashlib.sha256(encoded).digest(), encoded))
        with contextlib.suppress(OSError):
            self._replace(self._path(entry.address), sealed)

    def _replace(self, path: Path, content: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _path(self, address: str) -> Path:
        return self.folder / f"{hashlib.sha256(address.encode()).hexdigest()}.page"
