"""The command line of the generator; without arguments it says what it is for.

Exit codes: 0 all is well; 1 what is on disk is not what the spec says; 2 nothing could be done, because the
spec cannot be read or breaks a rule, or because a tool failed. The commands of `sync` and `release` say what
theirs are.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cyclopts import App

from codegen.emit.build import build, drift, write, write_spec
from codegen.findings import GeneratorError, SpecError
from codegen.project import HERE, Project
from codegen.release.command import compatibility, diff
from codegen.release.parts import CompareError
from codegen.sync.command import sync

_PURPOSE = """\
python -m codegen COMMAND [--help]

The SDK's methods, models and tests are written from openapi/, and openapi/ follows the documentation site.

  generate        write the code from openapi/ (and openapi/ in its canonical form)
  check           say what generate would write; the CI runs it
  format          write openapi/ in its canonical form, and nothing else
  sync            report what the documentation says and openapi/ does not; --write adds it
  diff            report what breaks callers between two versions
  compatibility   fail if something breaks callers and the version does not say so
"""

app = App(name="python -m codegen", help="From openapi/ to the code, and from the documentation to openapi/.")
app.version_flags = []


def main(arguments: list[str]) -> int:
    """Run the words behind `python -m codegen`; returns the exit code."""
    if not arguments:
        sys.stdout.write(_PURPOSE)
        return 0
    try:
        code = app(arguments, result_action="return_value")
        return code if isinstance(code, int) else 0
    except SpecError as error:
        _say(f"{error}\n{len(error.findings)} fault(s) in the spec; nothing was written.")
    except GeneratorError as error:
        _say(f"{error}\nThe generator failed; nothing was written.")
    except CompareError as error:
        sys.stderr.write(f"{error}\n")
    return 2


@app.command
def generate(*, root: Path = HERE) -> int:
    """Generate the code anew; only files that change are written, all of them or none.

    Args:
        root: the checkout.
    """
    project = Project(root.resolve())
    changes = write(project, build(project))
    for name in changes.written:
        _say(f"wrote {name}")
    for name in changes.removed:
        _say(f"removed {name}")
    _say(f"{len(changes.written)} written, {len(changes.removed)} removed, {changes.unchanged} unchanged.")
    return 0


@app.command
def check(*, root: Path = HERE) -> int:
    """Generate in memory and compare with what is there; write nothing.

    Args:
        root: the checkout.
    """
    project = Project(root.resolve())
    made = build(project)
    differences = list(drift(project, made))
    for difference in differences:
        _say(difference)
    if differences:
        _say(
            f"{len(differences)} file(s) differ from what the spec says: "
            "run `python -m codegen generate` and commit the result."
        )
        return 1
    _say(f"{len(made.files)} generated files are what the spec says.")
    return 0


@app.command(name="format")
def format_spec(*, root: Path = HERE) -> int:
    """Write the files of openapi/ in their canonical form; `generate` does it too.

    Args:
        root: the checkout.
    """
    written = write_spec(Project(root.resolve()))
    for name in written:
        _say(f"wrote {name}")
    _say(f"{len(written)} written.")
    return 0


for command in (diff, compatibility, sync):
    app.command(command)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
