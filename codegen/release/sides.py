"""The two sides of a comparison: a folder, a revision, the last release, the working tree."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codegen.findings import SpecError
from codegen.release.differences import CompareError
from codegen.release.interface import Interface, load_interface
from codegen.release.revisions import bring_out, is_revision, last_release
from codegen.release.snapshot import SNAPSHOT, read_snapshot
from codegen.spec import Spec, load_spec

WORKING_TREE = "the working tree"


@dataclass(frozen=True)
class Side:
    """One version, read."""

    name: str
    spec: Spec
    interface: Interface


@contextmanager
def opened(root: Path, wanted: str | None) -> Generator[Side]:
    """Bring out a version and read it.

    Args:
        root: the checkout whose working tree and repository are meant.
        wanted: a folder, a revision, or None for the working tree.

    Yields:
        The version.

    Raises:
        CompareError: there is no such folder or revision, or it cannot be read.
    """
    if wanted is None:
        yield read_side(WORKING_TREE, root)
    elif wanted and Path(wanted).is_dir():
        yield read_side(wanted, Path(wanted).resolve())
    elif is_revision(root, wanted):
        with tempfile.TemporaryDirectory() as folder:
            bring_out(root, wanted, Path(folder))
            yield read_side(wanted, Path(folder))
    else:
        raise CompareError(
            f"{wanted!r} is no folder, and no tag, branch or commit of {root}; give one of them "
            "(a clone may lack tags: `git fetch --tags`)"
        )


@contextmanager
def opened_release(root: Path) -> Generator[Side]:
    """Bring out the last release: its tag, or where there is none, the snapshot that it left.

    Raises:
        CompareError: there is neither, or it cannot be read.
    """
    tag = last_release(root)
    if tag is not None:
        with opened(root, tag) as side:
            yield side
    elif (root / SNAPSHOT).is_file():
        with opened_snapshot(root) as side:
            yield side
    else:
        raise CompareError(
            "there is no release to compare with: no tag v*, and no snapshot of one; name the older version, "
            "a folder or a revision such as HEAD~3"
        )


@contextmanager
def opened_snapshot(root: Path) -> Generator[Side]:
    """Bring out the snapshot of the last release.

    Raises:
        CompareError: there is none, or it cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        version = read_snapshot(root, Path(folder))
        yield read_side(version, Path(folder))


def read_side(name: str, folder: Path) -> Side:
    """Read the spec and the interface of a folder.

    Raises:
        CompareError: one of them cannot be read.
    """
    try:
        spec = load_spec(folder / "openapi")
    except SpecError as error:
        found = "\n".join(f"  openapi/{finding}" for finding in error.findings)
        raise CompareError(
            f"the spec of {name} cannot be read; correct it, or compare with another version:\n{found}"
        ) from None
    except (OSError, RecursionError) as error:
        raise CompareError(f"the spec of {name} cannot be read: {error}") from None
    return Side(name, spec, load_interface(folder, name))
