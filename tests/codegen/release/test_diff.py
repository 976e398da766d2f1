"""`python -m codegen diff`: what can be compared, what is printed, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.__main__ import main
from tests.codegen.release.conftest import Git
from tests.codegen.release.versions import MODELS, ORDERS, SPEC, checkout, edit

GONE = (MODELS, "    guid: str\n", "")
GONE_IN_SPEC = (SPEC, "        guid: {type: string}\n", "")
NOT_REQUIRED = (SPEC, "required: [guid, total]", "required: [total]")
NEW = (
    ORDERS,
    "    async def list",
    "    async def find(self, *, code: str) -> None: ...\n    async def list",
)
BROKEN = (SPEC, "openapi: 3.1.0", "openapi: 3.1.0\nopenapi: 3.1.0")
POINTER = "openapi/minted.yaml#/components/schemas/Order/properties/guid"


def diff(small: Path, *arguments: str | Path) -> int:
    return main(["diff", *map(str, arguments), "--root", str(small)])


def test_two_folders_without_a_difference(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert diff(small, checkout(tmp_path / "other"), small) == 0
    said = capsys.readouterr().out
    assert said == f"Nothing that users see differs between {tmp_path / 'other'} and {small}.\n"


def test_what_breaks_stands_above_what_is_new(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = checkout(tmp_path / "old")
    edit(small, GONE, NEW)
    assert diff(small, old) == 1
    said = capsys.readouterr().out
    assert said.index("models.Order.guid") < said.index("minted.orders.find(...)")
    assert POINTER in said.replace("\n", "")
    assert f"From {old} to the working tree: 1 breaking, 1 additive." in " ".join(said.split())


def test_what_is_new_alone_is_well(small: Path, tmp_path: Path) -> None:
    old = checkout(tmp_path / "old")
    edit(small, NEW)
    assert diff(small, old) == 0


def test_spec_and_package_tell_of_the_same_thing_once(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = checkout(tmp_path / "old")
    edit(small, GONE, GONE_IN_SPEC, NOT_REQUIRED)
    assert diff(small, old, "--json") == 1
    assert json.loads(capsys.readouterr().out) == {
        "old": str(old),
        "new": "the working tree",
        "breaking": 1,
        "additive": 0,
        "differences": [
            {
                "kind": "breaking",
                "effect": "removed",
                "aspect": "presence",
                "name": "models.Order.guid",
                "message": "is no longer there",
                "pointer": POINTER,
            }
        ],
    }


def test_markdown_is_for_a_pull_request(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = checkout(tmp_path / "old")
    edit(small, (MODELS, '    EUR = "EUR"\n', ""))
    assert diff(small, old, "--markdown") == 1
    assert capsys.readouterr().out == (
        f"## From {old} to the working tree\n\nFrom {old} to the working tree: 1 breaking, 0 additive.\n\n"
        "### Breaking\n\n- `models.Currency`: the value `EUR` is no longer there. "
        "(openapi/minted.yaml#/components/schemas/Currency/enum)\n"
    )


def test_the_last_release_is_what_is_compared_with(
    small: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    git("tag", "v0.1.0")
    edit(small, GONE)
    git("commit", "--all", "--quiet", "--message", "A field less")
    assert diff(small) == 1
    assert "From v0.1.0 to the working tree: 1 breaking, 0 additive." in capsys.readouterr().out


def test_two_revisions(small: Path, git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    edit(small, GONE)
    git("commit", "--all", "--quiet", "--message", "A field less")
    edit(small, NEW)
    assert diff(small, "HEAD~1", "HEAD") == 1
    assert "From HEAD~1 to HEAD: 1 breaking, 0 additive." in capsys.readouterr().out


def test_a_revision_leaves_the_checkout_alone(small: Path, git: Git) -> None:
    edit(small, GONE)
    before = git("status", "--porcelain=v2")
    assert diff(small, "HEAD") == 1
    assert git("status", "--porcelain=v2") == before
    assert git("worktree", "list").count("\n") == 0


def test_without_a_release_somebody_has_to_say_what_to_compare_with(
    small: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    assert git("tag") == ""
    assert diff(small) == 2
    assert "no tag v*; name the older version" in capsys.readouterr().err


def test_what_is_neither_folder_nor_revision_is_named(
    small: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    assert git("rev-parse", "HEAD")
    assert diff(small, "v9.9.9") == 2
    assert f"'v9.9.9' is no folder, and no tag, branch or commit of {small}; give" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["--upload-pack=touch x", "-h", "HEAD:openapi", ""])
def test_a_name_is_never_an_option_of_git(name: str, small: Path, git: Git) -> None:
    assert git("rev-parse", "HEAD")
    assert main(["diff", "--root", str(small), "--", name]) == 2


def test_a_revision_with_a_broken_spec_is_named(
    small: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(small, BROKEN)
    git("commit", "--all", "--quiet", "--message", "Broken")
    edit(small, (BROKEN[0], BROKEN[2], BROKEN[1]))
    assert diff(small, "HEAD") == 2
    said = capsys.readouterr().err
    assert said.startswith("the spec of HEAD cannot be read; correct it, or compare with another version:\n")
    assert "openapi/minted.yaml#" in said


def test_a_revision_that_links_out_of_its_folder_is_refused(
    small: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    (small / "openapi/paths").symlink_to("/etc")
    git("add", "--all")
    git("commit", "--quiet", "--message", "A link")
    assert diff(small, "HEAD") == 2
    assert "HEAD holds what cannot be unpacked safely: " in capsys.readouterr().err


def test_a_spec_that_is_nested_too_deeply_is_named(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = checkout(tmp_path / "deep", (SPEC, "[TRY, EUR]", "[" * 1500 + "]" * 1500))
    assert diff(small, deep) == 2
    assert f"the spec of {deep} cannot be read" in capsys.readouterr().err


def test_a_revision_without_a_spec_is_named(
    small: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    git("rm", "-r", "--quiet", "--cached", "openapi")
    git("commit", "--quiet", "--message", "No spec")
    assert diff(small, "HEAD") == 2
    assert (
        "HEAD could not be read from git; give a revision that has openapi and minted_async"
        in capsys.readouterr().err
    )


def test_a_revision_whose_package_is_not_python_is_named(
    small: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(small, (MODELS, "import enum", "import enum from"))
    git("commit", "--all", "--quiet", "--message", "Broken")
    assert diff(small, "HEAD", checkout(small / "good")) == 2
    assert "HEAD: minted_async/generated/models.py is not Python: " in capsys.readouterr().err


def test_an_empty_folder_is_named(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert diff(small, tmp_path / "empty") == 2
    assert "openapi/minted.yaml#: this file is missing" in capsys.readouterr().err


def test_the_changelog_gets_its_lines_once(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = checkout(tmp_path / "old")
    edit(small, GONE, NEW)
    assert diff(small, old, "--changelog") == 1
    assert diff(small, old, "--changelog") == 1
    said = capsys.readouterr().err
    assert said == "2 line(s) added to CHANGELOG.md.\n0 line(s) added to CHANGELOG.md.\n"
    assert (small / "CHANGELOG.md").read_text("utf-8") == (
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Everything.\n"
        "- `minted.orders.find(...)`: is new.\n\n### Removed\n\n- `models.Order.guid`: is no longer there.\n"
    )
