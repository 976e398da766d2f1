"""`python -m codegen sync`, whole: from a site or saved pages to a report, an exit code and edited files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from codegen.__main__ import main
from codegen.project import Project
from codegen.spec import Spec, load_spec
from codegen.spec.schemas import look_up, mapping
from tests.codegen.checkout import REPOSITORY, repository_copy
from tests.codegen.site.publish import PublishedPage, publish
from tests.codegen.site.server import DocsSite, serve
from tests.codegen.sync.documented import endpoint

pytestmark = pytest.mark.anyio

SPEC = load_spec(REPOSITORY / "openapi")
NEW = endpoint("GET", "/partner/vault")
"""A page of an endpoint that the spec does not have."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A checkout to write to."""
    (tmp_path / "checkout").mkdir()
    return repository_copy(tmp_path / "checkout")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    return tmp_path / "pages"


def without_a_field() -> list[PublishedPage]:
    """The pages of a site on which a field is gone."""
    document = deepcopy(SPEC.document)
    body = mapping(look_up(document, ("components", "schemas", "FindOrderRequest", "properties")))
    del body["push_hook"]
    return publish(Spec(replace(SPEC.bundle, document=document)))


def save(pages: Iterable[PublishedPage], folder: Path) -> None:
    for page in pages:
        (folder / f"{page.slug}.md").write_bytes(page.content)


async def sync(site: DocsSite, project: Project, *arguments: str) -> int:
    """Run the command on a site, beside it."""
    cache = project.root / ".codegen-cache"
    words = ["sync", "--site", site.url, "--root", str(project.root), "--cache", str(cache), *arguments]
    return await anyio.to_thread.run_sync(main, words)


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a checkout but for caches."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not {"__pycache__", ".codegen-cache"} & set(path.parts)
    }


@pytest.fixture
def unchanged(project: Project) -> Iterator[None]:
    """The test must leave the checkout as it was."""
    before = contents(project.root)
    yield
    assert contents(project.root) == before


# ---------------------------------------------------------------- exit codes and reports
@pytest.mark.usefixtures("unchanged")
async def test_a_site_that_says_what_the_spec_says_has_no_drift(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serve(publish(SPEC)) as site:
        assert await sync(site, project) == 0
    said = capsys.readouterr().out
    assert f"{len(publish(SPEC))} pages read: no drift" in said
    assert "1 page without an endpoint" in said


@pytest.mark.usefixtures("unchanged")
def test_drift_is_told_in_a_table_and_by_the_exit_code(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(without_a_field(), folder)
    (folder / "new.md").write_text(NEW, "utf-8")
    assert main(["sync", "--pages", str(folder), "--root", str(project.root)]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "field-removed" in said
    assert "left for review: it" in said
    assert "2 differences (1 breaking, 1 additive)" in said


async def test_the_second_time_only_what_has_changed_is_sent(project: Project) -> None:
    async with serve(publish(SPEC)) as site:
        assert await sync(site, project) == 0
        site.requests.clear()
        site.pages[0].last_modified = "2031-01-01 00:00:00"
        assert await sync(site, project) == 1
        unchanged = len(site.pages) - 1 + 2  # the list of pages and the page of prose, too
        assert site.statuses == {304: unchanged, 200: 1}
        assert site.at_once <= 4


def test_json_holds_everything_that_a_program_needs(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(without_a_field(), folder)
    assert main(["sync", "--pages", str(folder), "--root", str(project.root), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    (drift,) = report["drift"]
    assert (drift["kind"], drift["change"]) == ("breaking", "field-removed")
    assert (drift["file"], drift["at"]) == ("openapi/schemas/orders.yaml", "body.push_hook")
    assert drift["pointer"].startswith("/FindOrderRequest")
    assert drift["pages"][0]["page"]
    assert "a person decides" in drift["review"]
    assert (report["exit_code"], report["unread"]) == (1, [])


def test_markdown_has_each_kind_under_its_heading(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(without_a_field(), folder)
    (folder / "new.md").write_text(NEW, "utf-8")
    assert main(["sync", "--pages", str(folder), "--root", str(project.root), "--markdown"]) == 1
    said = capsys.readouterr().out
    headings = [line for line in said.splitlines() if line.startswith("## ")]
    assert headings[:2] == ["## Breaking for callers", "## Additive"]
    assert "| `field-removed` | `orders.find body.push_hook` |" in said


async def test_what_pages_say_cannot_become_markup(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = publish(SPEC)[:1]
    pages[0].title = "<img src=x> | @everyone #1 `x` [link](https://evil.example)"
    save(pages, folder)
    assert main(["sync", "--pages", str(folder), "--root", str(project.root), "--markdown"]) == 1
    said = capsys.readouterr().out
    assert "&#60;img src=x&#62; &#124; &#64;everyone &#35;1 \\`x\\` \\[link\\]" in said
    for mark in ("<img", "@everyone", "[link](", "| #1"):
        assert mark not in said


async def test_what_pages_say_cannot_command_a_terminal(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = publish(SPEC)[:1]
    pages[0].title = "\x1b]0;owned\x07 [red]prices[/red]"
    save(pages, folder)
    assert main(["sync", "--pages", str(folder), "--root", str(project.root)]) == 1
    said = capsys.readouterr().out
    assert "[red]" in said
    assert "\x1b" not in said


def test_saved_pages_are_read_by_name_and_by_folder(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = publish(SPEC)
    save(pages, folder)
    assert main(["sync", "--pages", str(folder), "--root", str(project.root)]) == 0
    names = [str(folder / f"{page.slug}.md") for page in pages[:3]]
    assert main(["sync", "--pages", *names, "--root", str(project.root)]) == 0
    assert "3 pages read: no drift" in capsys.readouterr().out


# ---------------------------------------------------------------- what cannot be read
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
BROKEN: dict[str, bytes] = {
    "an error page": b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
    "a bomb": f"# T\n\n## OpenAPI Specification\n\n```yaml\n{BOMB}```\n".encode(),
    "no fence": b"# T\n\n## OpenAPI Specification\n\nnothing\n",
    "two fences": b"# T\n\n## OpenAPI Specification\n\n```yaml\na: 1\n```\n\n```yaml\nb: 2\n```\n",
    "another encoding": "# Sipariş\n".encode("utf-16"),
    "no page but an error": b'{"message": "rate limited"}',
    "ten megabytes": b"# T\n\n## OpenAPI Specification\n\n" + b"x" * 10_000_000,
    "nothing": b"",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_page_is_named_and_the_others_go_on(
    name: str, project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "new.md").write_text(NEW, "utf-8")
    (folder / "broken.md").write_bytes(BROKEN[name])
    assert main(["sync", "--pages", str(folder), "--root", str(project.root), "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    (unread,) = report["unread"]
    assert unread["source"].endswith("broken.md")
    assert len(unread["message"]) > 20
    assert [drift["change"] for drift in report["drift"]] == ["endpoint-new"]


async def test_an_operation_whose_page_fails_is_not_called_gone(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serve(publish(SPEC)) as site:
        page = next(page for page in site.pages if page.method == "orders.find")
        site.break_page(page.slug, "gone", 404)
        assert await sync(site, project, "--json") == 2
    report = json.loads(capsys.readouterr().out)
    assert report["drift"] == []
    assert [entry["title"] for entry in report["unread"]] == ["Get Order (Alternative)"]


async def test_a_site_without_a_list_of_pages_is_an_error(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serve([]) as site:
        site.break_page("llms.txt", "not here", 404)
        assert await sync(site, project) == 2
    assert "llms.txt" in capsys.readouterr().err


def test_a_spec_that_cannot_be_read_is_an_error(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(publish(SPEC)[:1], folder)
    (project.openapi / "deviations.yaml").write_text("- {rule: sometimes}\n", "utf-8")
    assert main(["sync", "--pages", str(folder), "--root", str(project.root)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("openapi/deviations.yaml#: ")
    assert "`$[0].rule`" in said


@pytest.mark.parametrize(
    "arguments",
    [[], ["--site", "https://x.example", "--pages", "x"], ["--pages", "x", "--json", "--markdown"]],
)
def test_arguments_that_do_not_go_together_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sync", *arguments]) == 2
    assert "give one of --site URL, --pages FILE... and --observed FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", ["openapi: 3.0.1\npaths: {}\n", '{"openapi": "3.0.1"}', "# Overview\n\nHow to begin.\n"]
)
def test_where_nothing_was_read_there_is_an_error(
    project: Project, folder: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "page.md").write_text(content, "utf-8")
    assert main(["sync", "--pages", str(folder), "--root", str(project.root)]) == 2
    said = capsys.readouterr().out
    assert "nothing was read" in said
    assert "no drift" not in said


# ---------------------------------------------------------------- --write
def test_additions_are_written_and_the_rest_is_left_for_review(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(without_a_field(), folder)
    (folder / "new.md").write_text(NEW, "utf-8")
    (folder / "listed.md").write_text(
        endpoint("GET", "/partner/balance", number=99000002, title="Partner Balance", folder="Balances"),
        "utf-8",
    )
    command = ["sync", "--pages", str(folder), "--root", str(project.root), "--json"]
    assert main([*command, "--write"]) == 1
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    written = {drift["change"]: drift["review"] is None for drift in report["drift"]}
    assert written == {"endpoint-documented": True, "endpoint-new": True, "field-removed": False}
    assert "balances.partner" not in (project.openapi / "listed.yaml").read_text("utf-8")
    # What was written is no drift any more, and what was not still is.
    assert main(command) == 1
    report = json.loads(capsys.readouterr().out)
    assert [drift["change"] for drift in report["drift"]] == ["field-removed"]
    assert main(["check", "--root", str(project.root)]) == 0


@pytest.mark.usefixtures("unchanged")
async def test_writing_what_is_no_drift_changes_nothing(project: Project) -> None:
    async with serve(publish(SPEC)) as site:
        assert await sync(site, project, "--write") == 0
