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
from codegen.spec.schemas import look_up, mapping, sequence
from codegen.sync.changes import Change
from tests.codegen.checkout import REPOSITORY, repository_copy
from tests.codegen.site.edits import catalogue, publish_edited
from tests.codegen.site.publish import PublishedPage, publish
from tests.codegen.site.server import DocsSite, serve

pytestmark = pytest.mark.anyio

SPEC = load_spec(REPOSITORY / "openapi")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A checkout to write to."""
    (tmp_path / "checkout").mkdir()
    return repository_copy(tmp_path / "checkout")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    return tmp_path / "pages"


def edited(*changes: Change) -> list[PublishedPage]:
    """The pages of a site with the first edit of each kind."""
    edits = [next(edit for edit in catalogue(SPEC) if edit.change is change) for change in changes]
    return publish_edited(SPEC, edits)


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
    assert "27 pages read: no drift" in said
    assert "1 page without an endpoint" in said


@pytest.mark.usefixtures("unchanged")
async def test_drift_is_told_in_a_table_and_by_the_exit_code(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serve(edited(Change.ENDPOINT_GONE, Change.ENDPOINT_NEW)) as site:
        assert await sync(site, project) == 1
    said = capsys.readouterr().out
    assert "endpoint-gone" in said
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


async def test_json_holds_everything_that_a_program_needs(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serve(edited(Change.FIELD_REMOVED)) as site:
        assert await sync(site, project, "--json") == 1
    report = json.loads(capsys.readouterr().out)
    (drift,) = report["drift"]
    assert (drift["kind"], drift["change"]) == ("breaking", "field-removed")
    assert drift["file"].startswith("openapi/schemas/")
    assert drift["pointer"].startswith("/")
    assert drift["pages"][0]["page"]
    assert drift["review"]["patch"].startswith("--- a/openapi/")
    assert (report["exit_code"], report["unread"]) == (1, [])


async def test_markdown_has_each_kind_under_its_heading_and_a_patch(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serve(edited(Change.FIELD_REMOVED, Change.ENDPOINT_NEW, Change.LAST_MODIFIED)) as site:
        assert await sync(site, project, "--markdown") == 1
    said = capsys.readouterr().out
    headings = [line for line in said.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Breaking for callers",
        "## Additive",
        "## Wording: titles, dates and page ids",
        "## For review",
        "## Notes",
    ]
    assert "```diff\n--- a/openapi/" in said


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


async def test_patches_are_printed_on_a_terminal_too(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(edited(Change.FIELD_REMOVED), folder)
    main(["sync", "--pages", str(folder), "--root", str(project.root), "--patches"])
    assert "--- a/openapi/" in capsys.readouterr().out


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
    save(edited(Change.ENDPOINT_NEW)[-3:], folder)
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
    assert "openapi/deviations.yaml#/0" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["--site", "https://x.example", "--pages", "x"], ["--pages", "x", "--json", "--markdown"]],
)
def test_arguments_that_do_not_go_together_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sync", *arguments]) == 2
    assert "give either --site URL or --pages" in capsys.readouterr().err


# ---------------------------------------------------------------- --write
async def test_additions_are_written_and_the_rest_is_left_for_review(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serve(edited(Change.ENDPOINT_DOCUMENTED, Change.FIELD_REMOVED)) as site:
        assert await sync(site, project, "--write", "--json") == 1
        report: dict[str, Any] = json.loads(capsys.readouterr().out)
        written = {drift["change"]: drift["review"] is None for drift in report["drift"]}
        assert written == {"endpoint-documented": True, "field-removed": False}
        # What was written is no drift any more, and what was not still is.
        assert await sync(site, project, "--json") == 1
        report = json.loads(capsys.readouterr().out)
        assert [drift["change"] for drift in report["drift"]] == ["field-removed"]
    assert main(["check", "--root", str(project.root)]) == 0


async def test_nothing_is_left_to_say_after_a_whole_site_was_followed(project: Project) -> None:
    additions = (
        Change.FIELD_ADDED,
        Change.PARAMETER_ADDED,
        Change.ENDPOINT_NEW,
        Change.ENDPOINT_DOCUMENTED,
        Change.PAGE_NEW,
        Change.PAGE_ID,
        Change.LAST_MODIFIED,
        Change.RENAMED,
        Change.DEPRECATED,
    )
    async with serve(edited(*additions)) as site:
        assert await sync(site, project, "--write") == 0
        assert await sync(site, project) == 0
    assert main(["check", "--root", str(project.root)]) == 0


@pytest.mark.usefixtures("unchanged")
async def test_writing_what_is_no_drift_changes_nothing(project: Project) -> None:
    async with serve(publish(SPEC)) as site:
        assert await sync(site, project, "--write") == 0


async def test_a_field_that_all_methods_of_a_shared_schema_require_is_written_as_required(
    project: Project,
) -> None:
    document = deepcopy(SPEC.document)
    customer = mapping(look_up(document, ("components", "schemas", "OrderCustomer")))
    mapping(customer["properties"])["vault"] = {"type": "string", "description": "Made up."}
    customer["required"] = [*sequence(customer["required"]), "vault"]
    async with serve(publish(Spec(replace(SPEC.bundle, document=document)))) as site:
        assert await sync(site, project, "--write") == 0
        assert await sync(site, project) == 0
    assert "vault" in sequence(load_spec(project.openapi).schemas["OrderCustomer"]["required"])
