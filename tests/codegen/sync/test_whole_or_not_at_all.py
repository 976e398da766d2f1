"""Spec, evidence and generated code change together, or nothing changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from codegen.emit.build import build, drift, write
from codegen.findings import SpecError
from codegen.project import Project
from codegen.sync.writing.plan import NotWrittenError, Plan, apply, plan
from tests.codegen.checkout import repository_copy
from tests.codegen.sync import making
from tests.codegen.sync.making import INTEGER, TEXT, added, field, new_page, obj

DRIFTS = (
    added("gift", TEXT),
    added("wrapping", obj(field("id", INTEGER))),
    new_page(title="Vouchers", page="api-7777777", path="/partner/voucher", section=("Vouchers",)),
)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A generated copy of this checkout, not to be changed."""
    project = repository_copy(tmp_path_factory.mktemp("copy"))
    write(project, build(project))
    return project


@pytest.fixture(scope="module")
def applied(generated: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Plan]:
    """A checkout into which a plan was written."""
    project = Project(shutil.copytree(generated.root, tmp_path_factory.mktemp("applied") / "checkout"))
    made = plan(project, DRIFTS)
    apply(project, made)
    return project, made


@pytest.fixture
def checkout(generated: Project, tmp_path: Path) -> Project:
    return Project(shutil.copytree(generated.root, tmp_path / "checkout"))


def contents(project: Project) -> dict[str, bytes]:
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in sorted(project.root.rglob("*"))
        if path.is_file()
    }


def test_planning_writes_nothing(checkout: Project) -> None:
    before = contents(checkout)
    assert plan(checkout, DRIFTS).files
    assert contents(checkout) == before


def test_applying_writes_the_planned_files_and_generates(applied: tuple[Project, Plan]) -> None:
    checkout, made = applied
    after = contents(checkout)
    assert {name: after[name].decode() for name in made.files} == made.files
    assert "minted_async/generated/vouchers.py" in after
    assert list(drift(checkout, build(checkout))) == []


def test_applying_a_plan_twice_is_refused(applied: tuple[Project, Plan]) -> None:
    checkout, made = applied
    with pytest.raises(NotWrittenError, match="has changed since it was compared"):
        apply(checkout, made)


def test_planning_again_finds_nothing_left_to_write(applied: tuple[Project, Plan]) -> None:
    checkout = applied[0]
    assert plan(checkout, DRIFTS[:2]).files == {}


def test_a_file_that_a_person_changed_meanwhile_is_not_overwritten(checkout: Project) -> None:
    made = plan(checkout, DRIFTS)
    path = checkout.root / "openapi/schemas/orders.yaml"
    path.write_text(path.read_text("utf-8") + "# mine\n", "utf-8")
    before = contents(checkout)
    with pytest.raises(NotWrittenError, match=r"openapi/schemas/orders\.yaml has changed"):
        apply(checkout, made)
    assert contents(checkout) == before


def test_a_spec_that_cannot_be_generated_from_changes_nothing(checkout: Project) -> None:
    made = plan(checkout, DRIFTS)
    del made.draft.at((*making.ORDER, "properties", "gift"))["type"]
    before = contents(checkout)
    with pytest.raises(NotWrittenError, match="this schema has no type") as refused:
        apply(checkout, made)
    assert isinstance(refused.value.__cause__, SpecError)
    assert contents(checkout) == before


@pytest.mark.parametrize("blocked", ["openapi/paths/vouchers.yaml", "minted_async/generated/vouchers.py"])
def test_a_file_that_cannot_be_written_leaves_all_as_they_were(checkout: Project, blocked: str) -> None:
    made = plan(checkout, DRIFTS)
    # A folder with something in it stands where the file belongs.
    (checkout.root / blocked).mkdir()
    (checkout.root / blocked / "mine.txt").write_text("mine", "utf-8")
    before = contents(checkout)
    with pytest.raises(NotWrittenError, match=r"cannot be written .* nothing was changed"):
        apply(checkout, made)
    assert contents(checkout) == before
