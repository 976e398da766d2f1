"""The fingerprint of everything that the generated code depends on.

It stands beside the generated code. So an edit of the spec that happens to change no generated line, such as
one of a comment, is found too: whoever edits runs the generator and commits both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from codegen.emit.models import tool_version
from codegen.project import GENERATED, Project
from codegen.spec.bundle import spec_files

STAMP = f"{GENERATED}/stamp.json"

_GENERATOR = Path(__file__).parents[1]
_BESIDE = ("pages", "release", "sync", "terminal.py")
"""Parts of this package that look at the spec, or edit it, and generate nothing."""


def render_stamp(project: Project) -> str:
    """The stamp of a checkout, as JSON text.

    Args:
        project: the checkout whose spec and settings are read; the generator is the one that runs.

    Returns:
        SHA-256 sums of each spec file, of the generator and of its settings, and the version of
        datamodel-code-generator.
    """
    spec = {
        path.relative_to(project.root).as_posix(): _sum([path], project.root)
        for path in spec_files(project.openapi)
    }
    settings = json.dumps(project.settings, sort_keys=True)
    stamp = {
        "spec": spec,
        "generator": _sum(_sources(), _GENERATOR),
        "settings": hashlib.sha256(settings.encode()).hexdigest(),
        "datamodel-code-generator": tool_version(),
    }
    return json.dumps(stamp, indent=2) + "\n"


def _sources() -> list[Path]:
    found = [*_GENERATOR.rglob("*.py"), *_GENERATOR.rglob("*.jinja2")]
    return sorted(path for path in found if path.relative_to(_GENERATOR).parts[0] not in _BESIDE)


def _sum(paths: Iterable[Path], root: Path) -> str:
    """SHA-256 over names and contents, with the line endings of the repository."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return total.hexdigest()
