"""Files of the spec are edited without touching what does not change."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.documents import Json
from codegen.findings import GeneratorError
from codegen.sync.editing.yamlnodes import parse
from codegen.sync.editing.yamltext import rewrite
from tests.codegen.checkout import REPOSITORY

FILES = sorted(path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "openapi").rglob("*.yaml"))

SAMPLE = """\
# Heading of the file.
Order:  # an order
  type: object
  required: [a, "b"]   # both

  properties:
    a: {type: string}
    b:
      type: [number, 'null']
      description: |-
        Two lines
        # not a comment
# ------------- answers

Receipt:
  enum:
    - one   # the first
    - two
    # the last
    - three
# the end
"""

words = st.text(string.ascii_letters + string.digits + " -_.:#'\"{}[]|>&*!%@`~,?\\/üğ", max_size=30)
scalars = st.none() | st.booleans() | st.integers(-1000, 1000) | words
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words.filter(bool), inner, max_size=4),
    max_leaves=20,
)


def edited(path: tuple[str | int, ...], value: Json) -> Json:
    """What SAMPLE says, with another value at a place."""
    document: Any = parse(SAMPLE)
    node = document
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    return as_dict(document)


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that are only in one of two texts."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_says_what_is_wanted_stays_as_it_is(name: str) -> None:
    text = (REPOSITORY / name).read_text("utf-8")
    assert rewrite(text, parse(text)) == text


@pytest.mark.parametrize(
    ("path", "value", "gone", "come"),
    [
        (("Order", "type"), "array", ["  type: object"], ["  type: array"]),
        (("Order", "required"), ["a", "b", "c"],
         ['  required: [a, "b"]   # both'], ["  required: [a, b, c]   # both"]),
        (("Order", "properties", "a", "type"), "integer",
         ["    a: {type: string}"], ["    a: {type: integer}"]),
        (("Order", "properties", "c"), {"$ref": "#/C", "description": "C."}, [],
         ["    c:", "      $ref: '#/C'", "      description: C."]),
        (("Receipt", "enum"), ["one", "two", "three", "four"], [], ["    - four"]),
        (("Receipt", "enum"), ["one", "three"], ["    - two"], []),
        (("Receipt", "version"), "2", [], ['  version: "2"']),
        (("Receipt", "day"), "2024-02-29", [], ['  day: "2024-02-29"']),
        (("Receipt", "type"), "null", [], ["  type: 'null'"]),
        (("Receipt", "items"), {"type": "string"}, [], ["  items: {type: string}"]),
    ],
)  # fmt: skip
def test_only_the_lines_of_a_change_differ(
    path: tuple[str | int, ...], value: Json, gone: list[str], come: list[str]
) -> None:
    after = rewrite(SAMPLE, edited(path, value))
    assert changed_lines(SAMPLE, after) == (gone, come)


def test_a_new_entry_stands_before_the_comment_on_what_follows() -> None:
    document: Any = parse(SAMPLE)
    document["Order"]["properties"]["c"] = {"type": "string"}
    after = rewrite(SAMPLE, document)
    assert "# not a comment\n    c:\n      type: string\n# ------------- answers\n" in after


def test_entries_at_the_top_stand_apart() -> None:
    after = rewrite(SAMPLE, {**as_dict(parse(SAMPLE)), "New": {"type": "string"}}, apart=True)
    assert after == SAMPLE.removesuffix("# the end\n") + "\nNew:\n  type: string\n# the end\n"


def test_a_removed_entry_takes_its_blank_line_along() -> None:
    document = as_dict(parse(SAMPLE))
    del document["Receipt"]
    after = rewrite(SAMPLE, document, apart=True)
    assert after.endswith("# not a comment\n# ------------- answers\n# the end\n")


def test_long_descriptions_become_blocks() -> None:
    told = "word " * 40
    after = rewrite("A:\n  description: x\n", {"A": {"description": told}})
    assert after.startswith("A:\n  description: |-\n    word word")
    assert max(map(len, after.splitlines())) <= 120
    assert rewrite(after, {"A": {"description": told}}) == after


def test_new_keys_can_have_a_comment_above() -> None:
    after = rewrite("a:\n  b: 1\n", {"a": {"b": 1, "c": 2}}, headings={("a", "c"): "more"})
    assert after == "a:\n  b: 1\n  # more\n  c: 2\n"


def test_a_comment_goes_with_the_last_of_its_entries() -> None:
    text = "a:\n  # one\n  b: 1\n  c: 2\n  # two\n  d: 3\n"
    assert rewrite(text, {"a": {"d": 3}}) == "a:\n  # two\n  d: 3\n"
    assert rewrite(text, {"a": {"c": 2, "d": 3}}) == "a:\n  # one\n  c: 2\n  # two\n  d: 3\n"


def test_an_anchor_that_does_not_change_is_kept() -> None:
    text = "a: &x {b: 1}\nc: *x\nd: 1\n"
    assert rewrite(text, {"a": {"b": 1}, "c": {"b": 1}, "d": 2}) == "a: &x {b: 1}\nc: *x\nd: 2\n"


def test_an_alias_that_changes_is_written_out() -> None:
    text = "a: &x {b: 1}\nc: *x\nd: 1\n"
    after = rewrite(text, {"a": {"b": 1}, "c": {"b": 2}, "d": 1})
    assert after == "a: &x {b: 1}\nc:\n  b: 2\nd: 1\n"


def test_an_anchor_that_others_need_is_not_changed_in_silence() -> None:
    text = "a: &x {b: 1}\nc: *x\n"
    with pytest.raises(GeneratorError, match=r"^orders\.yaml cannot be rewritten .* edit it by hand$"):
        rewrite(text, {"a": {"b": 2}, "c": {"b": 1}}, name="orders.yaml")


def as_dict(document: Json) -> dict[str, Json]:
    assert isinstance(document, dict)
    return document


@settings(max_examples=150, deadline=None)
@given(documents, documents)
def test_any_document_can_become_any_other(before: Json, after: Json) -> None:
    text = rewrite("# kept\n", before)
    assert text.startswith("# kept\n")
    changed = rewrite(text, after)
    assert parse(changed) == after
    assert rewrite(changed, after) == changed
