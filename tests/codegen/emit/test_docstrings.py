"""Descriptions as docstrings."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.emit.docstrings import literal, reflow, sentence


def test_lines_are_filled_anew() -> None:
    assert reflow("one two\nthree four five", 13) == "one two three\nfour five"


def test_paragraphs_stay_apart() -> None:
    assert reflow("one\ntwo\n\n\nthree", 80, indent="    ") == "one two\n\n    three"


def test_items_of_a_list_stay_apart_and_hang() -> None:
    text = reflow("These:\n- one two three\n- four", 14, indent="  ")
    assert text == "These:\n  - one two\n    three\n  - four"


def test_a_word_longer_than_a_line_is_left_whole() -> None:
    assert reflow("see https://example.com/a-very-long-address now", 20).splitlines()[1] == (
        "https://example.com/a-very-long-address"
    )


@pytest.mark.parametrize(
    ("text", "ended"),
    [("Reads", "Reads."), ("Really?", "Really?"), ("These:\n\n- a", "These:\n\n- a"), ("A\n\nb", "A.\n\nb")],
)
def test_the_first_paragraph_ends_like_a_sentence(text: str, ended: str) -> None:
    assert sentence(text) == ended


def test_backslashes_and_quotes_make_a_raw_string() -> None:
    assert literal('a\\b "c"') == 'r"""a\\b "c" """'
    assert literal('"a" b') == '"""\'a\' b"""'


@given(st.text(st.sampled_from("ab \"'\\\n.")))
def test_any_text_is_a_docstring_that_says_the_same(text: str) -> None:
    read = ast.literal_eval(literal(text))
    assert read.replace('"', "'").rstrip() == text.replace('"', "'").rstrip()
