"""The sandbox's assumptions are one list: the documentation shows it as it is."""

from __future__ import annotations

import re
from pathlib import Path

from minted_async.sandbox.assumptions import ASSUMPTIONS

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_the_documentation_lists_each_assumption_and_no_other() -> None:
    section = (DOCS / "sandbox.md").read_text().partition("\n## What it assumes\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^- (.+(?:\n  .+)*)", section, re.MULTILINE)
    assert [" ".join(entry.split()) for entry in listed] == [entry.text for entry in ASSUMPTIONS]


def test_each_has_a_name_of_its_own() -> None:
    names = [entry.id for entry in ASSUMPTIONS]
    assert len({*names}) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)
