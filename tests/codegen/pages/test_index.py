"""The list of a site's pages is read in every form that Markdown gives it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.pages.fetching import SiteError
from codegen.pages.site import read_index

HERE = "https://docs.example.com/llms.txt"


def read(text: str, address: str = HERE) -> dict[str, str]:
    return read_index(text.encode(), address)


def test_titles_and_addresses_come_in_the_order_of_the_list() -> None:
    index = read(
        "# Minted\n\n> All pages.\n\n## Docs\n- [Genel Bakış](https://docs.example.com/a-1m0.md): first\n\n"
        "## API Docs\n\n- Buy > Card [Price Fix (Get Prices)](https://docs.example.com/price-fix-2e0.md): \n"
    )
    assert list(index.items()) == [
        ("https://docs.example.com/a-1m0.md", "Genel Bakış"),
        ("https://docs.example.com/price-fix-2e0.md", "Price Fix (Get Prices)"),
    ]


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        (r"[Array \[x\]](/a.md)", "Array [x]"),
        ("[Array [x]](/a.md)", "Array [x]"),
        ("[`code` and *stress*](/a.md)", "code and stress"),
        ("[two\n  lines](/a.md)", "two lines"),
        ("[A &amp; B](/a.md)", "A & B"),
        ("[](/a.md)", ""),
        ("[A](</a.md> 'with a title')", "A"),
        ("**[A](/a.md)**", "A"),
    ],
)
def test_a_title_is_what_a_person_sees(entry: str, title: str) -> None:
    assert read(f"- {entry}\n") == {"https://docs.example.com/a.md": title}


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("a.md", "https://docs.example.com/api/a.md"),
        ("./a", "https://docs.example.com/api/a.md"),
        ("/a", "https://docs.example.com/a.md"),
        ("/a/", "https://docs.example.com/a.md"),
        ("/a?x=1", "https://docs.example.com/a.md?x=1"),
        ("/a.md?x=1#part", "https://docs.example.com/a.md?x=1"),
        ("/v1.2", "https://docs.example.com/v1.2.md"),
        ("//docs.example.com/a.md", "https://docs.example.com/a.md"),
        ("https://docs.example.com:443/a.md", "https://docs.example.com/a.md"),
        ("/m%C3%BC%2Fx", "https://docs.example.com/m%C3%BC%2Fx.md"),
        ("/mü", "https://docs.example.com/m%C3%BC.md"),
    ],
)
def test_an_address_is_that_of_the_pages_markdown(target: str, address: str) -> None:
    assert read(f"- [A]({target})\n", "https://docs.example.com/api/llms.txt") == {address: "A"}


@pytest.mark.parametrize(
    "target",
    [
        "https://other.example.com/a.md",
        "http://docs.example.com/a.md",
        "https://docs.example.com:8443/a.md",
        "https://user@docs.example.com/a.md",
        "mailto:someone@example.com",
        "ftp://docs.example.com/a.md",
        "https://[broken/a.md",
        "/",
        "/llms-full.txt",
        "/openapi.json",
        "/logo.PNG",
    ],
)
def test_what_is_elsewhere_or_no_page_is_left(target: str) -> None:
    assert read(f"- [A]({target})\n- [B](/b.md)\n") == {"https://docs.example.com/b.md": "B"}


def test_a_page_listed_twice_is_one_page() -> None:
    assert read("- [A](/a.md)\n- [Again](/a)\n- [Part](/a.md#part)\n") == {
        "https://docs.example.com/a.md": "A"
    }


def test_lists_in_lists_are_read_and_prose_is_not() -> None:
    index = read("See [home](/home.md).\n\n- Buy\n  - [A](/a.md)\n  - [B](/b.md)\n1. [C](/c.md)\n")
    assert list(index.values()) == ["A", "B", "C"]


def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm() -> None:
    assert list(read_index(b"\xef\xbb\xbf# M\r\n\r\n- [A](/a.md)\r\n", HERE).values()) == ["A"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "lists no page of https://docs.example.com"),
        (b"\n<!DOCTYPE html><title>Docs</title>", "lists no page of https://docs.example.com"),
        (b"\xff\xfe- [A](/a.md)", "is not UTF-8 text: invalid start byte at byte 0"),
        (b"# Minted\n\nNothing here.\n", "lists no page of https://docs.example.com"),
        (b"- [A](https://other.example.com/a.md)\n", "lists no page of https://docs.example.com"),
    ],
)
def test_what_is_no_list_is_said(content: bytes, said: str) -> None:
    with pytest.raises(SiteError) as error:
        read_index(content, HERE)
    assert str(error.value).startswith(f"{HERE} {said}")


@given(
    st.one_of(st.binary(max_size=200), st.text(alphabet="-[]()<>/\\a.:#%? \n", max_size=60).map(str.encode))
)
def test_any_bytes_are_a_list_or_a_site_error(content: bytes) -> None:
    try:
        index = read_index(content, HERE)
    except SiteError:
        return
    assert all(address.startswith("https://docs.example.com/") for address in index)
