"""What an edit of the package does to those who use it, edit by edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.compatibility.breakages import find_breakages
from codegen.compatibility.compare import compare_parts
from codegen.compatibility.differences import CompareError, Difference, merge
from codegen.compatibility.interface import load_interface
from codegen.compatibility.python import python_parts
from codegen.compatibility.reach import directions
from tests.codegen.compatibility.package_cases import ADDITIVE, BREAKING, UNSEEN
from tests.codegen.compatibility.versions import CLIENT, CONFIG, ERRORS, INIT, Edit, checkout

REQUESTS = frozenset({"BuyRequest", "Item"})
ANSWERS = frozenset({"Order"})


def compared(tmp_path: Path, *edits: Edit) -> list[Difference]:
    return differing(checkout(tmp_path / "old"), checkout(tmp_path / "new", *edits))


def differing(*folders: Path) -> list[Difference]:
    old, new = (load_interface(folder, folder.name) for folder in folders)
    ways = directions((old, new), REQUESTS, ANSWERS)
    found = compare_parts(python_parts(old, ways), python_parts(new, ways))
    return merge([*found, *find_breakages(old, new)], [], {})


def lines(differences: list[Difference]) -> list[str]:
    return [f"{each.kind.value} {each.name}: {each.message}" for each in differences]


@pytest.mark.parametrize(
    ("edit", "wanted"), [case[1:] for case in BREAKING], ids=[case[0] for case in BREAKING]
)
def test_what_breaks_callers_is_found(edit: Edit, wanted: list[str], tmp_path: Path) -> None:
    assert lines(compared(tmp_path, edit)) == [f"breaking {line}" for line in wanted]


@pytest.mark.parametrize(
    ("edit", "wanted"), [case[1:] for case in ADDITIVE], ids=[case[0] for case in ADDITIVE]
)
def test_what_is_new_is_found(edit: Edit, wanted: list[str], tmp_path: Path) -> None:
    assert lines(compared(tmp_path, edit)) == [f"additive {line}" for line in wanted]


@pytest.mark.parametrize("edit", [case[1] for case in ADDITIVE], ids=[case[0] for case in ADDITIVE])
def test_what_is_new_breaks_callers_when_it_is_taken_back(edit: Edit, tmp_path: Path) -> None:
    assert lines(differing(checkout(tmp_path / "new", edit), checkout(tmp_path / "old")))[0].startswith(
        "breaking "
    )


@pytest.mark.parametrize("edit", [case[1] for case in UNSEEN], ids=[case[0] for case in UNSEEN])
def test_what_users_do_not_see_is_no_difference(edit: Edit, tmp_path: Path) -> None:
    assert lines(compared(tmp_path, edit)) == []


def test_a_class_may_move_to_another_module(tmp_path: Path) -> None:
    moved = (
        INIT,
        "from minted_async.core.config import STAGING, Timeout",
        "from minted_async.moved import STAGING, Timeout",
    )
    old, new = checkout(tmp_path / "old"), checkout(tmp_path / "new", moved)
    (new / CONFIG).rename(new / "minted_async/moved.py")
    (new / CLIENT).write_text((new / CLIENT).read_text().replace("core.config", "moved"))
    assert lines(differing(old, new)) == []


def test_a_module_that_is_not_python_is_named(tmp_path: Path) -> None:
    broken = checkout(tmp_path, (ERRORS, "class MintedError(Exception):", "class MintedError(Exception:"))
    with pytest.raises(CompareError, match=r"^the new one: minted_async/errors\.py, line 2 is not Python: "):
        load_interface(broken, "the new one")


def test_a_folder_without_a_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(CompareError, match=r"^here has no minted_async/__init__\.py; give a whole checkout"):
        load_interface(tmp_path, "here")
