"""The commands that the documentation and the example workflow give are commands that there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from codegen.__main__ import app
from tests.codegen.checkout import REPOSITORY

WORKFLOW = REPOSITORY / "docs/ci/documentation.yml"
GUIDES = (
    "README.md",
    "docs/regenerating.md",
    "docs/when-minted-changes-its-api.md",
    "docs/ci/documentation.yml",
)
COMMAND = re.compile(r"(?:python -m codegen|nox -s sync --) ?([^#`\n>|]*)")


def commands(path: Path) -> list[str]:
    """The words behind `python -m codegen`, as the text has them; for nox, those of its session."""
    text = path.read_text("utf-8")
    found = [
        (match[0].startswith("nox"), match[1].strip().rstrip(".,;:")) for match in COMMAND.finditer(text)
    ]
    return [f"sync {words}" if nox else words for nox, words in found if words]


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_is_understood(name: str) -> None:
    given = commands(REPOSITORY / name)
    assert given
    for words in given:
        app.parse_args(shlex.split(words), exit_on_error=False, print_error=False)


def test_the_workflow_runs_by_itself_and_may_open_a_pull_request() -> None:
    workflow: Any = YAML(typ="safe").load(WORKFLOW)  # pyright: ignore[reportUnknownMemberType]
    assert workflow["on"]["schedule"][0]["cron"]
    assert workflow["permissions"] == {"contents": "write", "pull-requests": "write"}
    steps = workflow["jobs"]["sync"]["steps"]
    assert any("--write --markdown" in step.get("run", "") for step in steps)
    assert any("gh pr create" in step.get("run", "") for step in steps)
