"""What an edit of the package does to those who use it, edit by edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.release.compare import compare
from codegen.release.parts import CompareError, Version
from codegen.release.versions import read_version
from tests.codegen.release.package_cases import ADDITIVE, BREAKING, UNSEEN
from tests.codegen.release.versions import CLIENT, CONFIG, ERRORS, INIT, Edit, checkout


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """The small SDK as it is."""
    return read_version("small", checkout(tmp_path_factory.mktemp("small")))


def edited(tmp_path: Path, *edits: Edit) -> Version:
    return read_version("edited", checkout(tmp_path, *edits))


def differing(old: Version, new: Version) -> list[str]:
    return [f"{each.kind.value} {each.name}: {each.message}" for each in compare(old, new).differences]


@pytest.mark.parametrize(
    ("edit", "wanted"), [case[1:] for case in BREAKING], ids=[case[0] for case in BREAKING]
)
def test_what_breaks_callers_is_found(edit: Edit, wanted: list[str], small: Version, tmp_path: Path) -> None:
    assert differing(small, edited(tmp_path, edit)) == [f"breaking {line}" for line in wanted]


@pytest.mark.parametrize(
    ("edit", "wanted"), [case[1:] for case in ADDITIVE], ids=[case[0] for case in ADDITIVE]
)
def test_what_is_new_is_found(edit: Edit, wanted: list[str], small: Version, tmp_path: Path) -> None:
    assert differing(small, edited(tmp_path, edit)) == [f"additive {line}" for line in wanted]


@pytest.mark.parametrize("edit", [case[1] for case in ADDITIVE], ids=[case[0] for case in ADDITIVE])
def test_what_is_new_breaks_callers_when_it_is_taken_back(edit: Edit, small: Version, tmp_path: Path) -> None:
    assert differing(edited(tmp_path, edit), small)[0].startswith("breaking ")


@pytest.mark.parametrize("edit", [case[1] for case in UNSEEN], ids=[case[0] for case in UNSEEN])
def test_what_users_do_not_see_is_no_difference(edit: Edit, small: Version, tmp_path: Path) -> None:
    assert differing(small, edited(tmp_path, edit)) == []


def test_a_class_may_move_to_another_module(small: Version, tmp_path: Path) -> None:
    moved = (
        INIT,
        "from minted_async.core.config import STAGING, Timeout",
        "from minted_async.moved import STAGING, Timeout",
    )
    new = checkout(tmp_path, moved)
    (new / CONFIG).rename(new / "minted_async/moved.py")
    (new / CLIENT).write_text((new / CLIENT).read_text().replace("core.config", "moved"))
    assert differing(small, read_version("new", new)) == []


def test_a_module_that_is_not_python_is_named(tmp_path: Path) -> None:
    broken = checkout(tmp_path, (ERRORS, "class MintedError(Exception):", "class MintedError(Exception:"))
    with pytest.raises(CompareError, match=r"^the new one: minted_async/errors\.py is not Python: .*line 2"):
        read_version("the new one", broken)


def test_a_folder_without_a_package_is_named(tmp_path: Path) -> None:
    (checkout(tmp_path) / INIT).unlink()
    with pytest.raises(CompareError, match=r"^here has no minted_async/__init__\.py; give a whole checkout"):
        read_version("here", tmp_path)
