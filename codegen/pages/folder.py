"""Takes saved pages from files and folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from codegen.pages.sources import MAX_BYTES, Fetched, Unfetched

ENDINGS = (".md", ".txt", ".html", ".htm")
"""Files in a folder that are taken for pages."""

_CACHES = frozenset({"__pycache__", "node_modules"})


def read_folder(paths: Iterable[Path]) -> list[Fetched | Unfetched]:
    """Take saved pages.

    Args:
        paths: files, taken whatever their endings, and folders, searched with all below them for Markdown,
            text and HTML. Hidden files and folders are left.

    Returns:
        The pages, each file once, those of a folder by name; what could not be read with the reason.
    """
    pages: dict[Path, Fetched | Unfetched] = {}
    for path in paths:
        for file, problem in _files(path):
            if file not in pages:
                pages[file] = _read(file) if problem is None else Unfetched(source=str(file), message=problem)
    return list(pages.values())


def _files(path: Path) -> Iterator[tuple[Path, str | None]]:
    """The files that a path means, and what is wrong with the path."""
    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises what is to be said of the file
        yield path, None
        return
    problems: list[OSError] = []
    found = sorted(_below(path, problems), key=lambda file: file.as_posix())
    for error in problems:
        yield Path(error.filename or path), f"this folder cannot be searched: {error.strerror}"
    if not found and not problems:
        yield path, f"this folder holds no page: no file that ends in {', '.join(ENDINGS)}"
    yield from ((file, None) for file in found)


def _below(folder: Path, problems: list[OSError]) -> Iterator[Path]:
    for base, folders, names in os.walk(folder, onerror=problems.append):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _CACHES]
        for name in names:
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                yield Path(base, name)


def _read(file: Path) -> Fetched | Unfetched:
    source = str(file)
    try:
        if file.exists() and not file.is_file():
            return Unfetched(
                source=source, message="this is no regular file; give files or folders of saved pages"
            )
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Unfetched(source=source, message="there is no such file or folder; check the path")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Unfetched(source=source, message=f"this file cannot be read: {reason}")
    if len(content) > MAX_BYTES:
        message = f"longer than {MAX_BYTES} bytes; a page of the documentation is not, so it is not read"
        return Unfetched(source=source, message=message)
    return Fetched(source=source, content=content)
