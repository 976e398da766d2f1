"""Whole new endpoints, written by `sync --write`, are typed methods that every test accepts.

After each, the tests of the spec, of the generated code and of the sandbox run in a copy of the repository.
That takes minutes, so it is for CI; elsewhere the copy is only checked and its methods are called.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen.project import Project
from tests.codegen.checkout import REPOSITORY
from tests.codegen.sync.documented import TEXT, endpoint, enveloped, json_content, obj, save

COUNT: dict[str, Any] = {"type": "integer"}
AMOUNT: dict[str, Any] = {"type": "number"}
METAL: dict[str, Any] = {"type": "string", "enum": ["XAU", "XAG"]}
LIMITS: dict[str, Any] = {"type": "array", "items": obj(max=AMOUNT)}


def query(name: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema}


PAGES: dict[str, str] = {
    "a GET with two query parameters": endpoint(
        "GET",
        "/partner/vault/{vault_id}/weight",
        number=99100001,
        title="Vault - Weight",
        parameters=[
            query("metal", {"type": "string", "enum": ["XAU", "XAG"]}, required=True),
            query("at", TEXT),
        ],
        data=obj(("grams",), grams=AMOUNT, opened=TEXT),
    ),
    "a list with pages": endpoint(
        "GET",
        "/partner/vault",
        number=99100002,
        title="Vaults",
        parameters=[query("page", COUNT), query("total", COUNT)],
        data=obj(
            ("currentPage", "data"),
            currentPage=COUNT,
            total=COUNT,
            next_page_url={"type": "string", "nullable": True},
            data={"type": "array", "items": obj(("serial",), serial=TEXT, weight=AMOUNT)},
        ),
    ),
    "a DELETE with a body": endpoint(
        "DELETE",
        "/partner/vault/empty",
        number=99100003,
        title="Vault - Empty",
        body=obj(("serial",), serial=TEXT, security_code=TEXT),
        data=obj(emptied={"type": "boolean"}),
    ),
    "a PUT": endpoint(
        "PUT",
        "/partner/vault/{vault_id}",
        number=99100004,
        title="Replace Vault",
        body=obj(
            ("external_id", "limits"), external_id=TEXT, limits={"type": "array", "items": obj(max=AMOUNT)}
        ),
        data=obj(("id",), id=COUNT),
    ),
    "an answer that is an array": endpoint(
        "GET",
        "/partner/vault/keys",
        number=99100005,
        title="Vault Keys",
        responses={
            "200": json_content(
                enveloped({"type": "array", "items": obj(("name",), name=TEXT, iban=TEXT)}),
                {"data": [{"name": "A", "iban": "TR00"}], "success": True, "code": 0, "message": ""},
            )
        },
    ),
}
METHODS = ("vaults.weight", "vaults.get", "vaults.empty", "vaults.replace", "vaults.keys")
COVERED = "tests/test_readme.py::test_the_short_table_of_what_is_covered_has_the_tabs_of_the_whole_one"
SANDBOX = ("tests/sandbox/test_shapes.py", "tests/sandbox/test_tab_shapes.py")
"""Those of the sandbox that read the spec; the others know nothing of it."""
TESTS = ("tests/openapi", "tests/test_generated.py", *SANDBOX, COVERED)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A whole copy of this repository."""
    ignored = shutil.ignore_patterns(
        ".git",
        ".nox",
        ".venv",
        ".*cache",
        ".hypothesis",
        ".coverage*",
        "__pycache__",
        "build",
        "dist",
        "venv*",
    )
    return Project(
        shutil.copytree(REPOSITORY, tmp_path_factory.mktemp("copy") / "repository", ignore=ignored)
    )


def run(project: Project, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(project.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def written(project: Project, folder: Path) -> Iterator[str]:
    """Write the pages one after the other."""
    for number, (kind, page) in enumerate(PAGES.items()):
        pages = folder / str(number)
        pages.mkdir()
        said = run(project, "-m", "codegen", "sync", "--pages", str(save(pages, page)), "--write")
        assert "1 written, 0 left for review" in said
        yield kind


def test_every_page_is_written_and_the_suite_stays_green(copy: Project, tmp_path: Path) -> None:
    for _ in written(copy, tmp_path):
        # What is generated is the same on every Python: once is enough.
        if os.environ.get("CI") and sys.version_info[:2] == (3, 11):
            run(copy, "-m", "pytest", "-q", "-x", "-n", "2", "-p", "no:cacheprovider", *TESTS)
    run(copy, "-m", "codegen", "check")
    done = run(copy, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-k", "vaults", TESTS[1])
    for method in METHODS:
        assert f"[{method}, with everything] PASSED" in done
