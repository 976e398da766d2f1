"""The command `sync`.

Exit codes: 0 nothing differs, or all of it was written; 1 something differs, with `--write` something is left
for review; 2 a page, the site or the spec could not be read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import anyio
from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar

from codegen.findings import GeneratorError, SpecError
from codegen.pages.folder import read_folder
from codegen.pages.site import Progress, fetch_site
from codegen.pages.sources import Fetched, SiteError, Unfetched
from codegen.project import Project
from codegen.sync.report import UNREADABLE, Report, as_json
from codegen.sync.run import follow, make_report
from codegen.sync.tables import as_markdown, show
from codegen.terminal import report_console

HERE = Path(__file__).resolve().parents[2]
CACHE = ".codegen-cache"
"""Folder below the checkout in which pages are kept."""
_WIDTH = 160


def sync(
    *,
    site: str | None = None,
    pages: Annotated[tuple[Path, ...], Parameter(consume_multiple=True, negative_iterable=())] = (),
    write: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
    markdown: Annotated[bool, Parameter(negative="")] = False,
    patches: Annotated[bool, Parameter(negative="")] = False,
    cache: Path | None = None,
    concurrency: int = 4,
    root: Path = HERE,
) -> int:
    """Say what the documentation has and the spec does not, or the other way round; with --write, follow it.

    Args:
        site: address of the documentation site; all its pages are read, and what has no page is gone.
        pages: saved pages instead: files, and folders of them, as Markdown, text or HTML.
        write: write what is added into openapi/ and generate. What deletes, retypes or moves is left for
            review.
        json: print JSON.
        markdown: print Markdown, for a pull request, with a patch for all that is left for review.
        patches: print these patches below the table, too.
        cache: folder that keeps the pages of a site, so that next time only what has changed is sent; by
            default .codegen-cache in the checkout.
        concurrency: how many pages are asked for at the same time.
        root: the checkout.
    """
    if (site is None) == (not pages) or (json and markdown) or concurrency < 1:
        _complain(
            "give either --site URL or --pages FILE..., at most one of --json and --markdown, "
            "and a --concurrency of at least 1"
        )
        return UNREADABLE
    project = Project(root.resolve())
    try:
        sources = _fetched(site, cache or root / CACHE, concurrency) if site else read_folder(pages)
        report = make_report(project, sources, whole_site=site is not None)
        if write:
            report = follow(project, report)
    except SiteError as error:
        _complain(str(error))
        return UNREADABLE
    except SpecError as error:
        _complain("\n".join(f"openapi/{finding}" for finding in error.findings))
        return UNREADABLE
    except GeneratorError as error:
        _complain(str(error))
        return UNREADABLE
    _print(report, json=json, markdown=markdown, patches=patches)
    return report.exit_code


def _fetched(site: str, cache: Path, concurrency: int) -> list[Fetched | Unfetched]:
    """All pages of a site, with a bar on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TaskProgressColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("reading the documentation", total=None)

        def progress(now: Progress) -> None:
            bar.update(task, total=now.total, completed=now.done)

        async def fetch() -> list[Fetched | Unfetched]:
            return await fetch_site(site, cache=cache, concurrency=concurrency, progress=progress)

        return anyio.run(fetch)


def _print(report: Report, *, json: bool, markdown: bool, patches: bool) -> None:
    if json:
        sys.stdout.write(as_json(report) + "\n")
    elif markdown:
        sys.stdout.write(as_markdown(report))
    else:
        show(report, report_console(_WIDTH), patches=patches)


def _complain(text: str) -> None:
    sys.stderr.write(text + "\n")
