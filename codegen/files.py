"""Writing text files so that none is left half-written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def replace_files(texts: Mapping[Path, str]) -> None:
    """Write files beside their places, and move them there when all are written.

    Raises:
        OSError: a file could not be written; those that were not moved yet are as they were.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
            staged.append((temporary, path))
            temporary.write_text(text, "utf-8", newline="")
        for temporary, path in staged:
            temporary.replace(path)
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
