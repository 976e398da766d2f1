"""The command `sync`.

Exit codes: 0 nothing differs, or all of it was written; 1 something differs, with `--write` something is left
for review; 2 a page, the site or the spec could not be read, or nothing was given that is a page of an
endpoint.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import anyio
import msgspec
from cyclopts import Parameter
from rich.console import Console

from codegen.findings import GeneratorError, SpecError
from codegen.pages.facts import NotAnEndpoint, PageError, PageFacts
from codegen.pages.fetching import SiteError
from codegen.pages.markdown import read_page
from codegen.pages.site import Fetched, fetch_pages, fetch_site, read_files
from codegen.project import HERE, Project
from codegen.sync.comparing.compare import compare
from codegen.sync.comparing.deviations import load_deviations
from codegen.sync.observed import not_of, read_observed
from codegen.sync.report import UNREADABLE, Report, as_json, as_markdown
from codegen.sync.writing.draft import Draft
from codegen.sync.writing.plan import apply, is_generated, plan
from codegen.terminal import show

CACHE = ".codegen-cache"
"""Folder below the checkout in which pages are kept."""


def sync(
    *,
    site: str | None = None,
    pages: Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative_iterable=())] = (),
    observed: Path | None = None,
    write: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
    markdown: Annotated[bool, Parameter(negative="")] = False,
    cache: Path | None = None,
    concurrency: int = 4,
    root: Path = HERE,
) -> int:
    """Say what the documentation has and the spec does not, or the other way round; with --write, follow it.

    Args:
        site: address of the documentation site; all its pages are read, and what has no page is gone.
        pages: some pages instead: saved Markdown files, folders of them, or addresses of pages.
        observed: a file that observe=Shapes(...) has written: what answers show is compared instead.
        write: write what is added into openapi/ and generate. What takes away, changes or breaks is left for
            review, with the reason.
        json: print JSON.
        markdown: print Markdown, for a pull request.
        cache: folder that keeps the pages of a site, so that next time only what has changed is sent; by
            default .codegen-cache in the checkout.
        concurrency: how many pages are asked for at the same time.
        root: the checkout.
    """
    if (site, pages, observed).count(None) + (not pages) != 2 or (json and markdown) or concurrency < 1:
        sys.stderr.write(
            "give one of --site URL, --pages FILE... and --observed FILE, at most one of --json and "
            "--markdown, and a --concurrency of at least 1\n"
        )
        return UNREADABLE
    project = Project(root.resolve())
    try:
        seen = read_observed(observed) if observed else []
        sources = _fetched(site, cache or root / CACHE, concurrency) if site else _given(pages)
        report = make_report(project, sources, whole_site=site is not None, write=write, observed=seen)
        if write and report.plan.files:
            apply(project, report.plan)
    except (SpecError, SiteError, GeneratorError) as error:
        sys.stderr.write(f"{error}\n")
        return UNREADABLE
    if json:
        sys.stdout.write(as_json(report) + "\n")
    elif markdown:
        sys.stdout.write(as_markdown(report))
    else:
        show(as_markdown(report))
    return report.exit_code


def make_report(
    project: Project,
    sources: Iterable[Fetched],
    *,
    whole_site: bool,
    write: bool = False,
    observed: Iterable[PageFacts] = (),
) -> Report:
    """Compare pages, or what was seen of answers, with the spec of a checkout, and plan how the spec follows.

    A page that cannot be read does not keep the others from it. Nothing is written here; from a plan that is
    going to be written code can be generated.

    Raises:
        SpecError: the spec or its deviations cannot be read.
    """
    draft = Draft.read(project.openapi)
    pages: list[PageFacts] = []
    unread: list[Fetched] = []
    skipped = 0
    for source in sources:
        if source.problem:
            unread.append(source)
            continue
        try:
            pages.append(read_page(source.source, source.content))
        except NotAnEndpoint:
            skipped += 1
        except PageError as error:
            unread.append(msgspec.structs.replace(source, problem=str(error.remark)))
    for seen in observed:
        problem = not_of(seen, draft.base)
        pages += [] if problem else [seen]
        unread += [Fetched(source=seen.source, problem=f"{seen.operation}: {problem}")] if problem else []
    names = [name for page in unread for name in (page.title, page.source) if name]
    deviations = load_deviations(project.openapi)
    comparison = compare(pages, draft.base, deviations, whole_site=whole_site, unread=names)
    planned = plan(project, comparison.drifts, is_generated(project) if write else None, draft)
    return Report(pages, skipped, unread, comparison, planned, written=write)


def _fetched(site: str, cache: Path, concurrency: int) -> list[Fetched]:
    """All pages of a site; a terminal shows that it takes a while."""
    with Console(stderr=True).status("reading the documentation"):
        return anyio.run(partial(fetch_site, site, cache=cache, concurrency=concurrency))


def _given(pages: Sequence[str]) -> list[Fetched]:
    """Pages by their addresses, and saved ones."""
    addresses = [page for page in pages if page.startswith(("http://", "https://"))]
    saved = read_files(Path(page) for page in pages if page not in addresses)
    return [*saved, *(anyio.run(fetch_pages, addresses) if addresses else ())]
