"""The sandbox's assumptions are one list: the documentation shows it as it is."""

from __future__ import annotations

import re
from pathlib import Path

from minted_async.sandbox.assumptions import ASSUMPTIONS

DOCS = Path(__file__).parent.parent.parent / "docs"


def listed(heading: str) -> list[str]:
    """The bullets of a section of the documentation."""
    section = (DOCS / "sandbox.md").read_text().partition(f"# {heading}\n")[2].partition("\n## ")[0]
    bullets: list[str] = re.findall(r"^- (.+(?:\n  .+)*)", section, re.MULTILINE)
    return [" ".join(bullet.split()) for bullet in bullets]


def test_the_documentation_lists_each_assumption_and_no_other() -> None:
    assert listed("What it assumes") == [entry.text for entry in ASSUMPTIONS if not entry.part]
    assert listed("What the shops assume") == [entry.text for entry in ASSUMPTIONS if entry.part]


def test_each_has_a_name_of_its_own() -> None:
    names = [entry.id for entry in ASSUMPTIONS]
    assert len({*names}) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)
