"""`compatibility` and `release-snapshot`: what breaks callers needs a version that says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.__main__ import main
from codegen.release.gate import may_break
from codegen.release.versions import SNAPSHOT
from tests.codegen.release.conftest import Git
from tests.codegen.release.versions import MODELS, ORDERS, VERSION, Edit, edit

GONE = (MODELS, "    guid: str\n", "")
NEW = (
    ORDERS,
    "    async def list",
    "    async def find(self, *, code: str) -> None: ...\n    async def list",
)


def version(new: str, old: str = "0.1.0") -> Edit:
    return VERSION, old, new


def gate(small: Path) -> int:
    return main(["compatibility", "--root", str(small)])


def keep(small: Path) -> int:
    return main(["release-snapshot", "--root", str(small)])


@pytest.fixture
def released(small: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The small SDK, of which 0.1.0 was released."""
    edit(small, ("CHANGELOG.md", "## [Unreleased]", "## [Unreleased]\n\n## [0.1.0] - 2026-01-01"))
    assert keep(small) == 0
    assert "holds the interface of 0.1.0; commit it with the release" in capsys.readouterr().out
    return small


def test_before_the_first_release_everything_passes(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate(small) == 0
    assert capsys.readouterr().out == "Nothing has been released yet: there are no callers to break.\n"


def test_a_release_differs_in_nothing_from_its_snapshot(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(released) == 0
    assert capsys.readouterr().out == "Nothing that users see differs between 0.1.0 and the working tree.\n"


def test_what_is_new_needs_no_other_version(released: Path) -> None:
    edit(released, NEW)
    assert gate(released) == 0


@pytest.mark.parametrize("wanted", ["0.1.0", "0.1.1", "0.0.9"])
def test_what_breaks_callers_does_not_pass(
    wanted: str, released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(released, GONE, version(wanted))
    assert gate(released) == 1
    said = capsys.readouterr().out
    assert "models.Order.guid" in said
    assert said.splitlines()[-1] == (
        f"1 change(s) break callers of 0.1.0, and this is {wanted}: "
        "take them back, or write 0.2.0 or more into minted_async/_version.py."
    )


@pytest.mark.parametrize("wanted", ["0.2.0", "1.0.0", "0.2.0rc1"])
def test_what_breaks_callers_passes_with_a_version_that_says_so(wanted: str, released: Path) -> None:
    edit(released, GONE, version(wanted))
    assert gate(released) == 0


def test_git_is_not_needed(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    edit(released, GONE)
    assert gate(released) == 1


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("0.1.0", "0.1.9", False),
        ("0.1.0", "0.2.0", True),
        ("0.9.3", "1.0.0", True),
        ("1.2.3", "1.9.0", False),
        ("1.2.3", "2.0.0", True),
        ("2.0.0", "1.9.0", False),
        ("v0.1.0", "0.2.0.dev1", True),
    ],
)
def test_a_greater_major_number_may_break_and_below_one_a_greater_minor(
    old: str, new: str, wanted: bool
) -> None:
    assert may_break(old, new) is wanted


def test_a_release_without_its_snapshot_is_noticed_by_the_changelog(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (released / SNAPSHOT).unlink()
    assert gate(released) == 2
    assert (
        f"there is an entry of 0.1.0 in CHANGELOG.md, but {SNAPSHOT} is missing; run `python -m codegen "
        "release-snapshot` in a checkout of that release" in capsys.readouterr().err
    )


def test_a_release_without_its_snapshot_is_noticed_by_the_tag(
    small: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keep(small) == 0
    git("tag", "v0.2.0")
    assert gate(small) == 2
    assert f"there is the tag v0.2.0, but {SNAPSHOT} is of 0.1.0; run" in capsys.readouterr().err


def test_a_tag_that_is_no_version_is_no_release(small: Path, git: Git) -> None:
    git("tag", "vendored")
    assert gate(small) == 0


@pytest.mark.parametrize(
    "text", ["", "{", '{"name": 1}', '{"name": "0.1.0", "parts": [{"subject": 1}]}', "\udcff"]
)
def test_a_damaged_snapshot_is_no_comparison(
    text: str, released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (released / SNAPSHOT).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert gate(released) == 2
    assert f"{SNAPSHOT} is damaged (" in capsys.readouterr().err


def test_a_version_file_without_a_version_is_named(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (released / VERSION).write_text("", "utf-8")
    assert gate(released) == 2
    assert f"{VERSION} has no version; write" in capsys.readouterr().err


def test_a_version_that_is_no_version_is_named(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(released, GONE, version("next"))
    assert gate(released) == 2
    assert "'next' is no version; write three numbers" in capsys.readouterr().err


def test_the_next_release_replaces_the_snapshot(released: Path) -> None:
    edit(released, GONE, version("0.2.0"), ("CHANGELOG.md", "## [0.1.0]", "## [0.2.0]\n\n## [0.1.0]"))
    assert gate(released) == 2
    assert keep(released) == 0
    assert gate(released) == 0
    assert json.loads((released / SNAPSHOT).read_bytes())["name"] == "0.2.0"


def test_a_release_that_breaks_callers_is_not_kept_without_its_version(released: Path) -> None:
    before = (released / SNAPSHOT).read_bytes()
    edit(released, GONE, version("0.1.1"))
    assert keep(released) == 1
    assert (released / SNAPSHOT).read_bytes() == before


def test_a_release_is_not_replaced_by_another_of_the_same_version(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (released / SNAPSHOT).read_bytes()
    edit(released, NEW)
    assert keep(released) == 1
    assert "holds another 0.1.0 already: write a greater version into" in capsys.readouterr().out
    assert (released / SNAPSHOT).read_bytes() == before


def test_a_snapshot_is_the_same_each_time(released: Path) -> None:
    before = (released / SNAPSHOT).read_bytes()
    assert keep(released) == 0
    assert (released / SNAPSHOT).read_bytes() == before


def test_a_snapshot_keeps_neither_docstrings_nor_bodies(released: Path) -> None:
    text = (released / SNAPSHOT).read_text("utf-8")
    assert "Only with a password" not in text
    assert "return Orders()" not in text


def test_diff_takes_the_snapshot_where_there_is_no_tag(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(released, GONE)
    assert main(["diff", "--root", str(released)]) == 1
    assert "From 0.1.0 to the working tree: 1 breaking, 0 additive." in capsys.readouterr().out
