"""The changelog's entry: what is written is kept, what is new is added once, in its section."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.kinds import Kind
from codegen.release.changelog import released_versions, with_entry, write_entry
from codegen.release.comparison import Comparison
from codegen.release.differences import Aspect, CompareError, Difference, Effect

GONE = ("minted.orders.get(...)", "is no longer there", Effect.REMOVED, Kind.BREAKING)
NEW = ("models.Order.code", "is new", Effect.ADDED, Kind.ADDITIVE)
NEEDED = (
    "minted.orders.buy(...)",
    "the argument `iban` is new, and must be given",
    Effect.ADDED,
    Kind.BREAKING,
)
EASIER = ("minted.orders.buy(...)", "the argument `items` may be left out now", Effect.CHANGED, Kind.ADDITIVE)


def difference(name: str, message: str, effect: Effect, kind: Kind) -> Difference:
    return Difference(
        kind=kind, effect=effect, aspect=Aspect.PRESENCE, subject=name, name=name, message=message
    )


ALL = [difference(*each) for each in (GONE, NEW, NEEDED, EASIER)]

WRITTEN = """# Changelog

## [Unreleased]

What will be 0.2.0.

### Added

- By hand, over
  two lines.

### Fixed

- A fault.

### Known gaps

- Some.

## [0.1.0] - 2026-01-01

### Added

- The beginning.
"""

MERGED = """# Changelog

## [Unreleased]

What will be 0.2.0.

### Added

- By hand, over
  two lines.
- `models.Order.code`: is new.

### Changed

- `minted.orders.buy(...)`: the argument `items` may be left out now.

### Removed

- `minted.orders.get(...)`: is no longer there.

### Fixed

- A fault.

### Breaking

- `minted.orders.buy(...)`: the argument `iban` is new, and must be given.

### Known gaps

- Some.

## [0.1.0] - 2026-01-01

### Added

- The beginning.
"""


def test_each_difference_goes_to_its_section_and_what_was_written_stays() -> None:
    assert with_entry(WRITTEN, ALL) == (MERGED, 4)


def test_what_is_there_is_not_written_again() -> None:
    assert with_entry(MERGED, ALL) == (MERGED, 0)


def test_a_line_that_somebody_wrapped_is_known_again() -> None:
    wrapped = MERGED.replace("`iban` is new,", "`iban`\n  is new,")
    assert with_entry(wrapped, ALL) == (wrapped, 0)


def test_a_line_of_an_older_release_does_not_count() -> None:
    older = MERGED.replace("## [0.1.0] - 2026-01-01", "## [Unreleased]").replace(
        "## [Unreleased]", "## [0.3.0]", 1
    )
    written, count = with_entry(older, ALL)
    assert count == 4
    assert written.count("`models.Order.code`: is new.") == 2


@pytest.mark.parametrize("heading", ["## [Unreleased]", "## Unreleased", "## [unreleased]  "])
def test_an_empty_entry_is_filled(heading: str) -> None:
    text = f"# Changelog\n\n{heading}\n\n## [0.1.0]\n"
    assert with_entry(text, ALL[1:2])[0] == (
        f"# Changelog\n\n{heading}\n\n### Added\n\n- `models.Order.code`: is new.\n\n## [0.1.0]\n"
    )


def test_a_first_section_goes_before_the_others() -> None:
    text = "# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- A fault.\n"
    assert with_entry(text, ALL[1:2])[0] == (
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- `models.Order.code`: is new.\n\n"
        "### Fixed\n\n- A fault.\n"
    )


def test_a_missing_entry_is_made_above_the_last_release() -> None:
    text = "# Changelog\n\nWords.\n\n## [0.1.0]\n\n- The beginning.\n"
    assert with_entry(text, ALL[1:2])[0] == (
        "# Changelog\n\nWords.\n\n## [Unreleased]\n\n### Added\n\n- `models.Order.code`: is new.\n\n"
        "## [0.1.0]\n\n- The beginning.\n"
    )


def test_a_changelog_without_any_entry_gets_its_first() -> None:
    assert with_entry("# Changelog\n", ALL[1:2])[0] == (
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- `models.Order.code`: is new.\n"
    )


def test_line_endings_stay_as_they_are() -> None:
    assert with_entry(WRITTEN.replace("\n", "\r\n"), ALL) == (MERGED.replace("\n", "\r\n"), 4)


def test_long_lines_are_wrapped() -> None:
    long = difference("models.Order.code", "is " + "very " * 60 + "long", Effect.CHANGED, Kind.ADDITIVE)
    lines = with_entry(WRITTEN, [long])[0].splitlines()
    assert max(map(len, lines)) <= 140
    assert with_entry("\n".join(lines) + "\n", [long])[1] == 0


_WORDS = st.text(st.sampled_from("abc `.:\n-#é"), min_size=1, max_size=200)


@given(
    differences=st.lists(
        st.builds(
            difference,
            st.just("minted.x(...)"),
            _WORDS,
            st.sampled_from(Effect),
            st.sampled_from([Kind.BREAKING, Kind.ADDITIVE]),
        )
    ),
    text=st.sampled_from([WRITTEN, MERGED, "# Changelog\n", "", "## [Unreleased]\n", WRITTEN.rstrip()]),
)
def test_every_line_that_was_there_stays_in_order_and_a_second_time_adds_nothing(
    differences: list[Difference], text: str
) -> None:
    written, _ = with_entry(text, differences)
    rest = iter(written.splitlines())
    assert all(line in rest for line in text.splitlines())
    assert with_entry(written, differences) == (written, 0)


def test_the_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_text(WRITTEN, "utf-8")
    assert write_entry(tmp_path, Comparison("a", "b", ALL)) == 4
    assert (tmp_path / "CHANGELOG.md").read_text("utf-8") == MERGED
    assert [path.name for path in tmp_path.iterdir()] == ["CHANGELOG.md"]


def test_nothing_is_written_where_nothing_differs(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_text("no entry at all", "utf-8")
    assert write_entry(tmp_path, Comparison("a", "b", [])) == 0
    assert (tmp_path / "CHANGELOG.md").read_text("utf-8") == "no entry at all"


def test_a_missing_changelog_is_said(tmp_path: Path) -> None:
    with pytest.raises(CompareError, match=r"there is no .*CHANGELOG\.md to write to; begin one with"):
        write_entry(tmp_path, Comparison("a", "b", ALL))


def test_a_changelog_in_another_encoding_is_said(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(b"# \xff\n")
    with pytest.raises(CompareError, match=r"CHANGELOG\.md is not UTF-8 text"):
        write_entry(tmp_path, Comparison("a", "b", ALL))


def test_versions_are_read_from_headings() -> None:
    text = "## [Unreleased]\n## [1.2.0] - 2026\n## 1.1.0rc1\n### 9.9.9\n## [v0.1.0]\n"
    assert released_versions(text) == ["1.2.0", "1.1.0rc1", "0.1.0"]
