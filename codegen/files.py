"""Writing text files so that none is left half-written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def replace_files(texts: Mapping[Path, str]) -> None:
    """Write files beside their places, and move them there when all are written.

    Raises:
        OSError: a file could not be written; all are as they were.
    """
    before = {path: path.read_bytes() if path.is_file() else None for path in texts}
    staged: list[tuple[Path, Path]] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
            staged.append((temporary, path))
            temporary.write_text(text, "utf-8", newline="")
        for temporary, path in staged:
            temporary.replace(path)
    except BaseException:  # also when the user interrupts
        for path, content in before.items():
            if content is not None:
                path.write_bytes(content)
            elif path.is_file():
                path.unlink()
        raise
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
