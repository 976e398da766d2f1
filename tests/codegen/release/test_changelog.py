"""The changelog's entry: what is written is kept, what is new is added once, in its section."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.findings import Kind
from codegen.release.changelog import write_entry
from codegen.release.parts import CompareError, Comparison, Difference


def difference(name: str, message: str, effect: str, kind: Kind) -> Difference:
    return Difference(kind=kind, effect=effect, aspect="presence", name=name, message=message)


ALL = Comparison(
    "a",
    "b",
    [
        difference("minted.orders.get(...)", "is no longer there", "removed", Kind.BREAKING),
        difference("models.Order.code", "is new", "added", Kind.ADDITIVE),
        difference("minted.orders.buy(...)", "the argument `iban` must be given", "added", Kind.BREAKING),
        difference("minted.orders.buy(...)", "the argument `items` is not needed", "changed", Kind.ADDITIVE),
    ],
)
WRITTEN = """# Changelog

## [Unreleased]

What will be 0.2.0.

### Added

- By hand, over
  two lines.

### Fixed

- A fault.

## [0.1.0] - 2026-01-01

### Added

- `models.Order.code`: is new.
"""
MERGED = """# Changelog

## [Unreleased]

What will be 0.2.0.

### Added

- By hand, over
  two lines.
- `models.Order.code`: is new.

### Fixed

- A fault.

### Changed

- `minted.orders.buy(...)`: the argument `items` is not needed.

### Removed

- `minted.orders.get(...)`: is no longer there.

### Breaking

- `minted.orders.buy(...)`: the argument `iban` must be given.

## [0.1.0] - 2026-01-01

### Added

- `models.Order.code`: is new.
"""


def written(root: Path, text: str, comparison: Comparison = ALL) -> tuple[int, str]:
    path = root / "CHANGELOG.md"
    path.write_text(text, "utf-8")
    return write_entry(root, comparison), path.read_text("utf-8")


def test_each_line_goes_to_its_section_below_what_is_there(tmp_path: Path) -> None:
    assert written(tmp_path, WRITTEN) == (4, MERGED)


def test_a_second_time_adds_nothing_even_where_somebody_filled_the_lines_anew(tmp_path: Path) -> None:
    filled = MERGED.replace("`iban` must", "`iban`\n  must")
    assert written(tmp_path, filled) == (0, filled)


def test_an_empty_entry_is_filled(tmp_path: Path) -> None:
    one = Comparison("a", "b", ALL.differences[1:2])
    assert written(tmp_path, "# Changelog\n\n## Unreleased\n", one) == (
        1,
        "# Changelog\n\n## Unreleased\n\n### Added\n\n- `models.Order.code`: is new.\n",
    )


def test_nothing_is_written_where_nothing_differs(tmp_path: Path) -> None:
    assert written(tmp_path, "no entry at all", Comparison("a", "b", [])) == (0, "no entry at all")


def test_a_changelog_that_cannot_be_written_to_says_what_to_do(tmp_path: Path) -> None:
    absent = r"CHANGELOG\.md has no line `## \[Unreleased\]` to write below; add it"
    with pytest.raises(CompareError, match=absent):
        write_entry(tmp_path, ALL)
    with pytest.raises(CompareError, match=absent):
        written(tmp_path, "# Changelog\n\n## [0.1.0]\n")
    (tmp_path / "CHANGELOG.md").write_bytes(b"# \xff\n")
    with pytest.raises(CompareError, match=r"CHANGELOG\.md is not UTF-8 text"):
        write_entry(tmp_path, ALL)
