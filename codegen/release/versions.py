"""Finds the versions to compare: a folder, a revision of git, the working tree."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

import msgspec

from codegen.findings import SpecError
from codegen.release.interface import PACKAGE, public_objects
from codegen.release.parts import CompareError, Part, Version
from codegen.release.python import python_parts
from codegen.release.wire import with_spec
from codegen.spec import Spec
from codegen.spec.bundle import load_bundle


def find_version(root: Path, wanted: str | None) -> Version:
    """Read a folder, a revision of the checkout, or by default the checkout as it is.

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
    packed = _git(root, "archive", "--format=tar", "--end-of-options", wanted, "openapi", PACKAGE)
    if packed is None:
        raise CompareError(
            f"{wanted} could not be read from git; "
            f"give a revision that has openapi and {PACKAGE}, or a folder"
        )
    with tempfile.TemporaryDirectory() as folder:
        try:
            with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
                archive.extractall(folder, filter="data")
        except tarfile.TarError as error:
            raise CompareError(f"{wanted} holds what cannot be unpacked safely: {error}") from None
        return read_version(wanted, Path(folder))


def read_version(name: str, folder: Path) -> Version:
    """Read the spec and the package of a folder.

    Raises:
        CompareError: one of them cannot be read.
    """
    try:
        # Its form was that of its own time.
        spec = Spec(load_bundle(folder / "openapi"))
    except (SpecError, OSError, RecursionError, msgspec.ValidationError) as error:
        message = f"the spec of {name} cannot be read; correct it, or compare with another version:\n{error}"
        raise CompareError(message) from None
    parts: dict[str, Part] = {}
    for part in with_spec(python_parts(public_objects(folder, name), spec), spec):
        parts.setdefault(part.subject, part)
    return Version(name, parts)


def last_tag(root: Path) -> str | None:
    """The tag of the last release below the checkout; None without git, or without a tag."""
    said = _git(root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*")
    return said.decode().strip() if said is not None else None


def _git(root: Path, *arguments: str) -> bytes | None:
    """What git says; None where it fails, or where there is none."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None
