"""The file of deliberate deviations is read, and says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.findings import SpecError
from codegen.spec import load_spec
from codegen.sync.comparing.deviations import load_deviations
from tests.codegen.checkout import REPOSITORY

FINE = "- {page: api-1, rule: optional, at: [data.x], reason: Meant.}\n"


def test_a_spec_without_the_file_has_none(tmp_path: Path) -> None:
    assert load_deviations(tmp_path).entries == ()


def test_entries_are_read_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "deviations.yaml").write_text(FINE + FINE.replace("api-1", "api-2"), "utf-8")
    assert [entry.page for entry in load_deviations(tmp_path).entries] == ["api-1", "api-2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "Expected `array`, got `object`"),
        (FINE.replace("optional", "sometimes"), "Invalid enum value 'sometimes'"),
        (FINE.replace("page: api-1, ", ""), "an entry names either a `page` or a `method`"),
        (FINE.replace("page: api-1", "page: api-1, method: orders.get"), "either a `page` or a `method`"),
        (FINE.replace("Meant.", "''"), "the `reason` is missing"),
        (FINE.replace("optional", "type"), "the rule type needs `says`"),
        (FINE.replace("at:", "where:"), "unknown field `where`"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "deviations.yaml").write_text(text, "utf-8")
    with pytest.raises(SpecError) as caught:
        load_deviations(tmp_path)
    assert said in str(caught.value)
    assert str(caught.value).startswith("openapi/deviations.yaml#")


def test_the_deviations_of_this_repository_name_what_the_spec_has() -> None:
    spec = load_spec(REPOSITORY / "openapi")
    methods = {method.id for method in spec.methods}
    for entry in load_deviations(REPOSITORY / "openapi").entries:
        assert entry.method is None or entry.method in methods
