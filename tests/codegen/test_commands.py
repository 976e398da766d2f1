"""`generate` and `check`: exit codes, what they say, and what they do to files."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from codegen.__main__ import main
from codegen.emit.build import Build, build, drift, write
from codegen.project import Project
from tests.codegen.checkout import REPOSITORY

BARS = "minted_async/generated/bars.py"
CALLS = "tests/generated/calls.json"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def differences(project: Project, made: Build) -> str:
    return "\n".join(drift(project, made))


def test_check_says_yes_to_what_generate_wrote(checkout: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--root", str(checkout.root)]) == 0
    assert "are what the spec says" in capsys.readouterr().out


def test_generate_writes_nothing_when_nothing_changed(
    checkout: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    path = checkout.root / BARS
    os.utime(path, (1, 1))
    assert main(["generate", "--root", str(checkout.root)]) == 0
    assert path.stat().st_mtime == 1
    assert "0 written, 0 removed" in capsys.readouterr().out


def test_an_edited_generated_file_is_found_with_a_diff(
    checkout: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(checkout.root / BARS, 'method="GET"', 'method="PUT"')
    assert main(["check", "--root", str(checkout.root)]) == 1
    said = capsys.readouterr().out
    assert f"--- {BARS} (as it is)" in said
    assert f"+++ {BARS} (as generated)" in said
    assert '-    method="PUT",\n+    method="GET",\n' in said
    assert said.splitlines()[-1] == (
        "1 file(s) differ from what the spec says: run `python -m codegen generate` and commit the result."
    )


@pytest.mark.parametrize("name", [BARS, CALLS, "docs/coverage.md"])
def test_a_deleted_generated_file_is_found(name: str, checkout: Project, torture_build: Build) -> None:
    (checkout.root / name).unlink()
    assert differences(checkout, torture_build) == f"{name}: this file is missing"


@pytest.mark.parametrize("name", ["minted_async/generated/extra.py", "tests/generated/sub/notes.txt"])
def test_a_file_that_nobody_generated_is_found(name: str, checkout: Project, torture_build: Build) -> None:
    path = checkout.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("", "utf-8")
    assert differences(checkout, torture_build) == f"{name}: no such file is generated; remove it"


def test_compiled_files_do_not_count(checkout: Project, torture_build: Build) -> None:
    cache = checkout.root / "minted_async/generated/__pycache__"
    cache.mkdir()
    (cache / "bars.cpython-311.pyc").write_bytes(b"")
    assert differences(checkout, torture_build) == ""


def test_other_line_endings_are_found(checkout: Project, torture_build: Build) -> None:
    path = checkout.root / BARS
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert f"{BARS}: differs in line endings only" in differences(checkout, torture_build)


def test_generate_brings_everything_back_and_removes_what_is_stale(
    checkout: Project, torture_build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(checkout.root / BARS, "GET", "PUT")
    (checkout.root / CALLS).unlink()
    stale = checkout.root / "minted_async/generated/stale.py"
    stale.write_text("", "utf-8")
    assert main(["generate", "--root", str(checkout.root)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == [f"wrote {BARS}", f"wrote {CALLS}", "removed minted_async/generated/stale.py"]
    assert said[3].startswith("2 written, 1 removed")
    assert differences(checkout, torture_build) == ""


def test_a_spec_that_breaks_a_rule_is_code_2_and_changes_nothing(
    checkout: Project, torture_build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(
        checkout.openapi / "schemas/bars.yaml",
        "      format: decimal\n      description: Millimetres.\n",
        "      description: Millimetres.\n",
    )
    for command in ("check", "generate"):
        assert main([command, "--root", str(checkout.root)]) == 2
        said = capsys.readouterr().out.splitlines()
        assert said[0].startswith(
            "openapi/schemas/bars.yaml#/MarkInput/properties/depth: format is missing: a number"
        )
        assert said[-1] == "1 fault(s) in the spec; nothing was written."
    assert differences(checkout, replace(torture_build, spec={})) == ""


def test_a_spec_that_is_no_yaml_is_code_2(checkout: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout.openapi / "listed.yaml").write_text("- {id: bars.melt\n", "utf-8")
    assert main(["check", "--root", str(checkout.root)]) == 2
    assert "openapi/listed.yaml#line 2, column 1: this is not YAML" in capsys.readouterr().out


def test_a_file_that_cannot_be_written_leaves_everything_as_it_was(
    checkout: Project, torture_build: Build
) -> None:
    for name, old in ((BARS, "Generated"), (CALLS, "bars.list")):
        edit(checkout.root / name, old, "Edited")
    before = (checkout.root / BARS).read_bytes()
    obstacle = checkout.root / f"tests/generated/.calls.json.{os.getpid()}.new"
    obstacle.mkdir()
    with pytest.raises(OSError, match="new"):
        write(checkout, torture_build)
    obstacle.rmdir()
    assert (checkout.root / BARS).read_bytes() == before
    assert not list(checkout.root.rglob("*.new"))


def test_the_command_line_runs_as_a_module(checkout: Project) -> None:
    (checkout.root / BARS).unlink()
    done = subprocess.run(
        [sys.executable, "-m", "codegen", "check", "--root", checkout.root],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"{BARS}: this file is missing\n")


def test_this_checkout_is_what_its_spec_says() -> None:
    project = Project(REPOSITORY)
    assert differences(project, build(project)) == ""


def test_without_arguments_it_says_in_ten_lines_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) <= 10
    commands = [line.split()[0] for line in said if line.startswith("  ")]
    assert {"generate", "check", "format", "sync", "diff", "compatibility"} == set(commands)
