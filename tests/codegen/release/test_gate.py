"""`compatibility`: what breaks the callers of the last tag needs a version that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.__main__ import main
from codegen.release.command import least_breaking
from tests.codegen.release.conftest import Git
from tests.codegen.release.versions import MODELS, ORDERS, VERSION, Edit, edit

GONE = (MODELS, "    guid: str\n", "")
NEW = (
    ORDERS,
    "    async def list",
    "    async def find(self, *, code: str) -> None: ...\n    async def list",
)
ENTRY = ("CHANGELOG.md", "## [Unreleased]", "## [Unreleased]\n\n## [0.1.0] - 2026-01-01")


def version(new: str, old: str = "0.1.0") -> Edit:
    return VERSION, old, new


def gate(small: Path) -> int:
    return main(["compatibility", "--root", str(small)])


@pytest.fixture
def released(small: Path, git: Git) -> Path:
    """The small SDK, of which 0.1.0 was released."""
    edit(small, ENTRY)
    git("commit", "--all", "--quiet", "--message", "Version 0.1.0")
    git("tag", "v0.1.0")
    return small


def test_before_the_first_release_everything_passes(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate(small) == 0
    assert capsys.readouterr().out == "Nothing has been released yet: there are no callers to break.\n"


def test_a_release_differs_in_nothing_from_its_tag(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(released) == 0
    assert capsys.readouterr().out == "Nothing that users see differs between v0.1.0 and the working tree.\n"


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
        f"1 change(s) break callers of v0.1.0, and this is {wanted}: "
        "take them back, or write 0.2.0 or more into minted_async/_version.py."
    )


@pytest.mark.parametrize("wanted", ["0.2.0", "1.0.0", "0.2.0rc1", "0.2.0.dev1"])
def test_what_breaks_callers_passes_with_a_version_that_says_so(wanted: str, released: Path) -> None:
    edit(released, GONE, version(wanted))
    assert gate(released) == 0


@pytest.mark.parametrize(
    ("released", "wanted"),
    [("0.1.0", "0.2.0"), ("v0.9.3", "0.10.0"), ("1.2.3", "2.0.0"), ("2.0.0rc1", "3.0.0")],
)
def test_a_greater_major_number_may_break_and_below_one_a_greater_minor(released: str, wanted: str) -> None:
    assert least_breaking(released) == wanted


def test_after_the_next_release_that_one_is_compared_with(
    released: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(released, GONE, version("0.2.0"))
    git("commit", "--all", "--quiet", "--message", "Version 0.2.0")
    git("tag", "v0.2.0")
    edit(released, NEW)
    assert gate(released) == 0
    assert "From v0.2.0 to the working tree: 0 breaking, 1 additive." in capsys.readouterr().out


def test_a_release_whose_tag_is_not_here_is_noticed_by_the_changelog(
    released: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = (
        "there is an entry of 0.1.0 in CHANGELOG.md, but no tag of it: `git fetch --tags`, or tag its commit"
    )
    git("tag", "--delete", "v0.1.0")
    git("tag", "v0.0.9")
    assert gate(released) == 2
    assert wanted in capsys.readouterr().err
    git("tag", "--delete", "v0.0.9")
    assert gate(released) == 2
    assert wanted in capsys.readouterr().err


def test_without_git_a_release_is_not_taken_for_none(
    released: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert gate(released) == 2
    assert "there is an entry of 0.1.0 in CHANGELOG.md, but no tag of it" in capsys.readouterr().err


def test_a_tag_that_is_no_version_is_no_release(small: Path, git: Git) -> None:
    git("tag", "vendored")
    assert gate(small) == 0


@pytest.mark.parametrize("text", ["", "VERSION = '0.1.0'\n"])
def test_a_version_file_without_a_version_is_named(
    text: str, released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (released / VERSION).write_text(text, "utf-8")
    assert gate(released) == 2
    assert f"{VERSION} has no version; write" in capsys.readouterr().err


def test_a_version_that_is_no_version_is_named(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(released, GONE, version("next"))
    assert gate(released) == 2
    assert "'next' is no version; write three numbers" in capsys.readouterr().err
