"""The canonical form of the spec's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.__main__ import main
from codegen.documents import Json
from codegen.findings import SpecError
from codegen.project import Project
from codegen.spec.yaml import canonical, dump_yaml, load_yaml

DOCUMENTS: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_what_a_file_says_survives_and_its_form_is_stable(document: Json) -> None:
    text = dump_yaml(document)
    assert load_yaml(text, "x.yaml") == document
    assert canonical(text, "x.yaml") == text


@pytest.mark.parametrize(
    "written",
    [
        "# Head.\na: {b: [1, 2], c: 'two words'}\n",
        "# Head.\n\n\na:\n    b:\n    - 1\n    - 2\n    c: two words\n",
        '# Head.\n"a": {"b": [1, 2], "c": "two words"}\n',
    ],
)
def test_one_thing_is_written_in_one_way(written: str) -> None:
    assert canonical(written, "x.yaml") == "# Head.\na:\n  b: [1, 2]\n  c: two words\n"


def test_what_has_a_name_at_the_top_stands_apart() -> None:
    assert canonical("A: {type: string}\nB: {type: string}\n", "x.yaml") == (
        "A: {type: string}\n\nB: {type: string}\n"
    )


def test_text_keeps_its_lines() -> None:
    assert dump_yaml({"a": "one\n\ntwo", "b": "x #y"}) == "a: |-\n  one\n\n  two\nb: 'x #y'\n"


@pytest.mark.parametrize(
    "stray",
    [
        "a: a text with a `1gr - #GAU` in it\n",
        "a: 1\n# between\nb: 2\n",
        "a: |- # beside a block\n  text\n",
        "a: [1, # in brackets\n  2]\n",
        "a: 1\n# at the end\n",
    ],
)
def test_a_comment_below_the_head_is_refused_and_never_lost(stray: str) -> None:
    with pytest.raises(SpecError, match=r"line \d: `#.*put a text that holds ` #` in quotes"):
        canonical(stray, "x.yaml")


@pytest.mark.parametrize(
    "text", ["{a: 'quoted #1'}\n", "a: |-\n  # a heading\n  text # 2\n", "# head\n# more\n{a: b#c}\n"]
)
def test_a_number_sign_inside_a_value_is_no_comment(text: str) -> None:
    assert canonical(text, "x.yaml") == text


def test_format_writes_the_form_that_check_asks_for(
    checkout: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    path = checkout.openapi / "listed.yaml"
    wanted = path.read_text("utf-8")
    path.write_text(wanted.replace("  title:", "  'title':"), "utf-8")
    assert main(["check", "--root", str(checkout.root)]) == 1
    assert "+++ openapi/listed.yaml (as generated)" in capsys.readouterr().out
    assert main(["format", "--root", str(checkout.root)]) == 0
    assert capsys.readouterr().out == "wrote openapi/listed.yaml\n1 written.\n"
    assert path.read_text("utf-8") == wanted


def test_generate_leaves_the_canonical_form_behind(checkout: Project) -> None:
    path: Path = checkout.openapi / "minted.yaml"
    wanted = path.read_text("utf-8")
    path.write_text(wanted.replace("openapi: 3.1.0", 'openapi: "3.1.0"'), "utf-8")
    assert main(["generate", "--root", str(checkout.root)]) == 0
    assert path.read_text("utf-8") == wanted
