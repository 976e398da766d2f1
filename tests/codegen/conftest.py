"""One build of the torture spec for the whole session: it is the slow part; and a site that publishes it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from codegen.emit.build import Build, build, write
from codegen.project import Project
from codegen.spec import Spec, load_spec
from tests.codegen.checkout import TORTURE, torture_checkout
from tests.codegen.site.publish import publish
from tests.codegen.site.server import DocsSite, serve


@pytest.fixture(scope="session")
def torture_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The torture checkout, generated; not to be changed."""
    return torture_checkout(tmp_path_factory.mktemp("torture"))


@pytest.fixture(scope="session")
def torture_build(torture_project: Project) -> Build:
    made = build(torture_project)
    write(torture_project, made)
    return made


@pytest.fixture(scope="session")
def torture_spec() -> Spec:
    return load_spec(TORTURE / "openapi")


@pytest.fixture
async def site(torture_spec: Spec) -> AsyncIterator[DocsSite]:
    """A running documentation site of the torture spec."""
    async with serve(publish(torture_spec)) as site:
        yield site


@pytest.fixture
def checkout(tmp_path: Path, torture_project: Project, torture_build: Build) -> Project:
    """A generated torture checkout of one's own."""
    assert torture_build.files
    root = tmp_path / "checkout"
    shutil.copytree(torture_project.root, root)
    return Project(root)
