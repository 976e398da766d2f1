"""The command line: `python -m codegen generate` and `python -m codegen check`.

Exit codes: 0 all is well; 1 what is on disk is not what the spec says; 2 nothing could be generated, because
the spec cannot be read or breaks a rule, or because a tool failed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from cyclopts import App

from codegen.emit.build import NO_MARKERS, Build, build, drift, has_markers, write
from codegen.findings import GeneratorError, SpecError
from codegen.project import Project
from codegen.release.command import COMMANDS
from codegen.sync.command import sync

HERE = Path(__file__).resolve().parent.parent

DRIFT = 1
BAD_SPEC = 2

app = App(
    name="python -m codegen",
    help="From openapi/ to minted_async/generated, tests/generated and the README's coverage table.",
    version_flags=[],
)


def main(arguments: list[str]) -> int:
    """Run a command.

    Args:
        arguments: the words behind `python -m codegen`.

    Returns:
        The exit code.
    """
    code = app(arguments, result_action="return_value")
    return code if isinstance(code, int) else 0


@app.command
def generate(*, root: Path = HERE) -> int:
    """Generate the code anew; only files that change are written, all of them or none.

    Args:
        root: the checkout.
    """
    return _with_build(root, _write)


@app.command
def check(*, root: Path = HERE) -> int:
    """Generate in memory and compare with what is there; write nothing.

    Args:
        root: the checkout.
    """
    return _with_build(root, _compare)


for command in (*COMMANDS, sync):
    app.command(command)


def _with_build(root: Path, then: Callable[[Project, Build], int]) -> int:
    project = Project(root.resolve())
    try:
        return then(project, build(project))
    except SpecError as error:
        _say("\n".join(f"openapi/{finding}" for finding in error.findings))
        _say(f"{len(error.findings)} fault(s) in the spec; nothing was generated.")
    except GeneratorError as error:
        _say(str(error))
        _say("The generator failed; nothing was generated.")
    return BAD_SPEC


def _write(project: Project, made: Build) -> int:
    changes = write(project, made)
    for name in changes.written:
        _say(f"wrote {name}")
    for name in changes.removed:
        _say(f"removed {name}")
    _say(f"{len(changes.written)} written, {len(changes.removed)} removed, {changes.unchanged} unchanged.")
    if not has_markers(project, made):
        _say(NO_MARKERS)
        return DRIFT
    return 0


def _compare(project: Project, made: Build) -> int:
    differences = list(drift(project, made))
    for difference in differences:
        _say(difference)
    if differences:
        _say(
            f"{len(differences)} file(s) differ from what the spec says: "
            "run `python -m codegen generate` and commit the result."
        )
        return DRIFT
    _say(f"{len(made.files)} generated files and the coverage table are what the spec says.")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
