"""Saved pages come from files and folders, in an order that is always the same."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from codegen.pages.site import Fetched, read_files

NOBODY = 65534


def write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())


def names(root: Path, pages: list[Fetched]) -> list[str]:
    return [Path(page.source).relative_to(root).as_posix() for page in pages if not page.problem]


def the_problem(path: Path) -> str:
    (page,) = read_files([path])
    assert page.source == str(path)
    return page.problem


def test_a_folder_is_searched_with_all_below_it(tmp_path: Path) -> None:
    write(tmp_path, "b/deep/c.md", "a.md", "b/a.MD", "b/z.md", "b/z.html")
    assert names(tmp_path, read_files([tmp_path])) == ["a.md", "b/a.MD", "b/deep/c.md", "b/z.md"]


def test_a_page_is_what_the_file_holds_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\x00\r\n")
    assert read_files([tmp_path]) == [Fetched(source=str(tmp_path / "a.md"), content=b"\xff\x00\r\n")]


def test_other_files_and_hidden_ones_are_left(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "a.json", ".hidden.md", ".git/b.md")
    assert names(tmp_path, read_files([tmp_path])) == ["a.md"]


def test_a_file_given_by_name_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    write(tmp_path, ".page", "page.saved")
    assert names(tmp_path, read_files([tmp_path / "page.saved", tmp_path / ".page"])) == [
        "page.saved",
        ".page",
    ]


def test_a_file_given_twice_is_taken_once(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b.md")
    assert names(tmp_path, read_files([tmp_path / "b.md", tmp_path])) == ["b.md", "a.md"]


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    assert the_problem(tmp_path / "nothing.md") == (
        "this file cannot be read: No such file or directory; check the path"
    )


def test_a_folder_without_pages_is_said(tmp_path: Path) -> None:
    write(tmp_path, "a.json")
    assert the_problem(tmp_path) == "this folder holds no page: no file that ends in .md"


def test_a_name_that_no_file_can_have_is_said(tmp_path: Path) -> None:
    assert the_problem(tmp_path / ("a" * 300 + ".md")) == (
        "this file cannot be read: File name too long; check the path"
    )


def test_a_page_may_come_through_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = Thread(target=(tmp_path / "pipe").write_bytes, args=[b"# A page"])
    writer.start()
    assert read_files([tmp_path / "pipe"]) == [Fetched(source=str(tmp_path / "pipe"), content=b"# A page")]
    writer.join()


@contextmanager
def as_nobody() -> Generator[None]:
    """Root may read everything: be somebody else for a while."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_what_may_not_be_read_is_said_and_the_others_go_on() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        folder = Path(name)
        folder.chmod(0o755)
        write(folder, "a.md", "b.md", "closed/c.md")
        (folder / "a.md").chmod(0)
        (folder / "closed").chmod(0)
        try:
            with as_nobody():
                closed, unread, read = read_files([folder])
        finally:
            (folder / "closed").chmod(0o700)
    assert closed.problem == "this folder cannot be searched: Permission denied"
    assert unread.problem == "this file cannot be read: Permission denied; check the path"
    assert read.content


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert names(tmp_path, read_files([tmp_path])) == ["a.md"]


def test_a_link_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "gone.md")
    (page,) = read_files([tmp_path])
    assert page.problem.startswith("this file cannot be read: No such file")
