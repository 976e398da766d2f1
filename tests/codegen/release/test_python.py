"""What an edit of the package does to those who use it, edit by edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.release.breakages import find_breakages
from codegen.release.compare import compare_parts
from codegen.release.differences import CompareError, Difference, merge
from codegen.release.interface import Interface, load_interface
from codegen.release.python import python_parts
from codegen.release.reach import directions
from tests.codegen.release.package_cases import ADDITIVE, BREAKING, UNSEEN
from tests.codegen.release.versions import CLIENT, CONFIG, ERRORS, INIT, Edit, checkout

REQUESTS = frozenset({"BuyRequest", "Item"})
ANSWERS = frozenset({"Order"})


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Interface:
    """The interface of the small SDK as it is."""
    return load_interface(checkout(tmp_path_factory.mktemp("small")), "small")


def edited(tmp_path: Path, *edits: Edit) -> Interface:
    return load_interface(checkout(tmp_path, *edits), "edited")


def differing(old: Interface, new: Interface) -> list[str]:
    ways = directions((old, new), REQUESTS, ANSWERS)
    found = compare_parts(python_parts(old, ways), python_parts(new, ways))
    return lines(merge([*found, *find_breakages(old, new)], [], {}))


def lines(differences: list[Difference]) -> list[str]:
    return [f"{each.kind.value} {each.name}: {each.message}" for each in differences]


@pytest.mark.parametrize(
    ("edit", "wanted"), [case[1:] for case in BREAKING], ids=[case[0] for case in BREAKING]
)
def test_what_breaks_callers_is_found(
    edit: Edit, wanted: list[str], small: Interface, tmp_path: Path
) -> None:
    assert differing(small, edited(tmp_path, edit)) == [f"breaking {line}" for line in wanted]


@pytest.mark.parametrize(
    ("edit", "wanted"), [case[1:] for case in ADDITIVE], ids=[case[0] for case in ADDITIVE]
)
def test_what_is_new_is_found(edit: Edit, wanted: list[str], small: Interface, tmp_path: Path) -> None:
    assert differing(small, edited(tmp_path, edit)) == [f"additive {line}" for line in wanted]


@pytest.mark.parametrize("edit", [case[1] for case in ADDITIVE], ids=[case[0] for case in ADDITIVE])
def test_what_is_new_breaks_callers_when_it_is_taken_back(
    edit: Edit, small: Interface, tmp_path: Path
) -> None:
    assert differing(edited(tmp_path, edit), small)[0].startswith("breaking ")


@pytest.mark.parametrize("edit", [case[1] for case in UNSEEN], ids=[case[0] for case in UNSEEN])
def test_what_users_do_not_see_is_no_difference(edit: Edit, small: Interface, tmp_path: Path) -> None:
    assert differing(small, edited(tmp_path, edit)) == []


def test_a_class_may_move_to_another_module(small: Interface, tmp_path: Path) -> None:
    moved = (
        INIT,
        "from minted_async.core.config import STAGING, Timeout",
        "from minted_async.moved import STAGING, Timeout",
    )
    new = checkout(tmp_path, moved)
    (new / CONFIG).rename(new / "minted_async/moved.py")
    (new / CLIENT).write_text((new / CLIENT).read_text().replace("core.config", "moved"))
    assert differing(small, load_interface(new, "new")) == []


def test_a_module_that_is_not_python_is_named(tmp_path: Path) -> None:
    broken = checkout(tmp_path, (ERRORS, "class MintedError(Exception):", "class MintedError(Exception:"))
    with pytest.raises(CompareError, match=r"^the new one: minted_async/errors\.py, line 2 is not Python: "):
        load_interface(broken, "the new one")


def test_a_folder_without_a_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(CompareError, match=r"^here has no minted_async/__init__\.py; give a whole checkout"):
        load_interface(tmp_path, "here")
