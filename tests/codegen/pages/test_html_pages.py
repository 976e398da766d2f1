"""Pages saved as HTML."""

from __future__ import annotations

from html import escape

import msgspec
import pytest

from codegen.pages.facts import Form, NotAnEndpoint, PageError
from codegen.pages.reader import read_page
from tests.codegen.pages.examples import FOLDER, read

VAULTS = """<!DOCTYPE html>
<html><head><title>Vaults - Sample</title><link rel="canonical" href="https://docs.example.com/api-42">
<style>p {{}}</style></head>
<body><nav><ul><li><div>Buy</div><ul><li>Vaults<div>GET</div></li></ul></li></ul></nav>
<h1>Vaults</h1><div><span>Testing</span></div><div>GET</div><div>/vaults</div><p>Last modified:2024-01-02</p>
<h2>Responses</h2><div>🟢<b>200</b>OK</div><div>application/json</div><h3>Body</h3>
<div><div>kind</div><div>enum&lt;string&gt;&nbsp;</div><div>required</div><div>Allowed values:</div>
<div>{values}</div></div><h3>Example</h3><pre>{{
  <span>"kind"</span>: <span>"a &amp; b"</span>
}}</pre><script>var a = "<div>";</script></body></html>"""


def lines_as_html(text: str) -> str:
    """Each line of a page of text as an element of its own."""
    body = "".join(f"<div style='white-space:pre'>{escape(line)}</div>" for line in text.split("\n"))
    return f"<html><body>{body}</body></html>"


def test_html_says_what_its_text_says() -> None:
    name = "card-payment-get-order.txt"
    text = (FOLDER / name).read_text("utf-8")
    # A browser collapses the blanks that indent the menu, so the breadcrumb alone gives the section.
    expected = msgspec.structs.replace(read(name), form=Form.HTML, section=("Card Payment",))
    facts = read_page(name, lines_as_html(text).encode())
    assert msgspec.structs.replace(facts, remarks=()) == msgspec.structs.replace(expected, remarks=())


def test_title_id_and_place_in_the_menu_are_read() -> None:
    facts = read_page("vaults.html", VAULTS.format(values="a").encode())
    assert (facts.form, facts.title, facts.page, facts.section) == (Form.HTML, "Vaults", "api-42", ("Buy",))
    assert (facts.method, facts.path, facts.last_modified) == ("GET", "/vaults", "2024-01-02")


def test_preformatted_examples_and_entities_are_read() -> None:
    facts = read_page("vaults.html", VAULTS.format(values="a").encode())
    assert facts.answers[0].examples == ({"kind": "a & b"},)


def test_values_in_elements_of_their_own_are_split_for_certain() -> None:
    values = "<span>cash</span><span>credit-card</span>"
    shape = read_page("vaults.html", VAULTS.format(values=values).encode()).answers[0].shape
    kind = shape.field("kind") if shape else None
    assert kind is not None
    assert (kind.shape.enum, kind.shape.enum_text) == (("cash", "credit-card"), None)


def test_emphasis_inside_a_value_does_not_split_it() -> None:
    facts = read_page(
        "vaults.html", VAULTS.format(values="credit<b>-card</b>").encode(), vocabulary=["credit-card"]
    )
    shape = facts.answers[0].shape
    kind = shape.field("kind") if shape else None
    assert kind is not None
    assert kind.shape.enum == ("credit-card",)


@pytest.mark.parametrize(
    "title", ["502 Bad Gateway", "Just a moment...", "404 Not Found", "Access denied | x"]
)
def test_error_pages_of_servers_are_named(title: str) -> None:
    with pytest.raises(PageError, match="error page of a web server") as caught:
        read_page("a.html", f"<html><head><title>{title}</title></head><body>no</body></html>".encode())
    assert not isinstance(caught.value, NotAnEndpoint)
    assert title in str(caught.value)


def test_a_page_that_scripts_fill_is_named() -> None:
    with pytest.raises(PageError, match="no content before scripts fill it"):
        read_page(
            "a.html", b"<!doctype html><html><body><div id=root></div><script>x()</script></body></html>"
        )


def test_prose_in_html_is_no_endpoint() -> None:
    with pytest.raises(NotAnEndpoint):
        read_page("a.html", b"<!doctype html><title>Overview</title><h1>Overview</h1><p>How to begin.</p>")
