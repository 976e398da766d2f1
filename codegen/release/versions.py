"""Finds the versions to compare: a folder, a revision of git, the last release, the working tree."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

import msgspec

from codegen.files import replace_files
from codegen.findings import SpecError
from codegen.release.interface import PACKAGE, public_objects
from codegen.release.parts import CompareError, Part, Version
from codegen.release.python import python_parts
from codegen.release.wire import with_spec
from codegen.spec import Spec
from codegen.spec.bundle import load_bundle

SNAPSHOT = "codegen/release/released.json"
"""The parts of the last release, kept in the repository: clones without tags can compare with it too, and the
commit of a release shows what became of the interface, line by line."""


def find_version(root: Path, wanted: str | None) -> Version:
    """Read a version.

    Raises:
        CompareError: there is no such folder or revision, or it cannot be read.
    """
    if wanted is None:
        return read_version("the working tree", root)
    if wanted and Path(wanted).is_dir():
        return read_version(wanted, Path(wanted).resolve())
    if _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted + "^{commit}") is None:
        raise CompareError(
            f"{wanted!r} is no folder, and no tag, branch or commit of {root}; give one of them "
            "(a clone may lack tags: `git fetch --tags`)"
        )
    with tempfile.TemporaryDirectory() as folder:
        _bring_out(root, wanted, Path(folder))
        return read_version(wanted, Path(folder))


def find_release(root: Path) -> Version:
    """Read the last release: its tag, or where there is none, the snapshot that it left.

    Raises:
        CompareError: there is neither, or it cannot be read.
    """
    tag = last_tag(root)
    if found := find_version(root, tag) if tag is not None else load_snapshot(root):
        return found
    raise CompareError(
        "there is no release to compare with: no tag v*, and no snapshot of one; name the older version, a "
        "folder or a revision such as HEAD~3"
    )


def read_version(name: str, folder: Path) -> Version:
    """Read the spec and the package of a folder.

    Raises:
        CompareError: one of them cannot be read.
    """
    try:
        # Its form was that of its own time.
        spec = Spec(load_bundle(folder / "openapi"))
    except SpecError as error:
        found = "\n".join(f"  openapi/{finding}" for finding in error.findings)
        raise CompareError(
            f"the spec of {name} cannot be read; correct it, or compare with another version:\n{found}"
        ) from None
    except (OSError, RecursionError) as error:
        raise CompareError(f"the spec of {name} cannot be read: {error}") from None
    parts: dict[str, Part] = {}
    for part in with_spec(python_parts(public_objects(folder, name), spec), spec):
        parts.setdefault(part.subject, part)
    return Version(name, [*parts.values()])


def last_tag(root: Path) -> str | None:
    """The tag of the last release below the checkout, `v*`; None without git, or without a tag."""
    said = _git(root, "describe", "--tags", "--abbrev=0", "--match", "v*")
    return said.decode().strip() if said is not None else None


def write_snapshot(root: Path, version: str) -> None:
    """Keep the parts of a checkout as those of a release."""
    kept = read_version(version, root)
    lines = ",\n".join(msgspec.json.encode(part, order="sorted").decode() for part in kept.parts)
    head = msgspec.json.encode(version).decode()
    replace_files({root / SNAPSHOT: f'{{"name": {head}, "parts": [\n{lines}\n]}}\n'})


def load_snapshot(root: Path) -> Version | None:
    """The snapshot of a checkout, None if nothing was released yet.

    Raises:
        CompareError: the file is not a snapshot.
    """
    try:
        return msgspec.json.decode((root / SNAPSHOT).read_bytes(), type=Version)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CompareError(f"{SNAPSHOT} is damaged ({error}); restore it with `git checkout`") from None


def _bring_out(root: Path, revision: str, folder: Path) -> None:
    """Write the spec and the package of a revision into a folder, without touching the checkout."""
    packed = _git(root, "archive", "--format=tar", "--end-of-options", revision, "openapi", PACKAGE)
    if packed is None:
        raise CompareError(
            f"{revision} could not be read from git; "
            f"give a revision that has openapi and {PACKAGE}, or a folder"
        )
    try:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
    except tarfile.TarError as error:
        raise CompareError(f"{revision} holds what cannot be unpacked safely: {error}") from None


def _git(root: Path, *arguments: str) -> bytes | None:
    """What git says; None where it fails, or where there is none."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None
