"""Brings a revision of a git repository out into a folder, without touching the checkout."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from codegen.release.differences import CompareError

COMPARED = ("openapi", "minted_async")
"""What two versions are compared by."""


def last_release(root: Path) -> str | None:
    """The tag of the last release below the checkout, `v*`; None without git, or without a tag."""
    done = _git(root, "describe", "--tags", "--abbrev=0", "--match", "v*")
    return done.stdout.decode().strip() if done is not None and done.returncode == 0 else None


def is_revision(root: Path, name: str) -> bool:
    """Whether a name means a commit of the repository."""
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")
    return done is not None and done.returncode == 0


def bring_out(root: Path, revision: str, folder: Path) -> None:
    """Write the spec and the package of a revision into a folder.

    Args:
        root: a checkout of the repository.
        revision: a name that `is_revision` says yes to.
        folder: where they go.

    Raises:
        CompareError: the revision holds none, or git failed.
    """
    done = _git(root, "archive", "--format=tar", "--end-of-options", revision, *COMPARED)
    if done is None or done.returncode:
        said = "" if done is None else done.stderr.decode(errors="replace").strip()
        raise CompareError(
            f"{revision} could not be read from git: {said or 'there is no git'}; "
            f"give a revision that has {' and '.join(COMPARED)}, or a folder"
        )
    try:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(folder, filter="data")
    except tarfile.TarError as error:
        raise CompareError(f"{revision} holds what cannot be unpacked safely: {error}") from None


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        return None
