"""Renews the golden files: `python -m tests.codegen.emit.renew`, then read the difference before committing.

They hold what the torture spec comes to. They change when a template or a tool does; a change that nobody
meant is a fault.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from codegen.emit.build import build
from codegen.project import TWINS
from tests.codegen.checkout import torture_checkout

GOLDEN = Path(__file__).parent / "golden"
FILES = (
    "minted_async/generated/models.py",
    "minted_async/generated/bars.py",
    "minted_async/generated/vaults.py",
    "minted_async/generated/resources.py",
    "minted_async/generated/requests.py",
    "minted_async/generated/operations.py",
    "minted_async/generated/mint/models.py",
    "minted_async/generated/mint/resource.py",
    "minted_async/generated/mint/coins.py",
    "minted_async/generated/mint/requests.py",
    "minted_async/generated/kiosk.py",
    "minted_async/blocking/twins/generated/bars.py",
    "minted_async/blocking/twins/generated/mint/resource.py",
    "tests/generated/calls.json",
    "docs/coverage.md",
)


def golden(name: str) -> Path:
    """Where the golden form of a generated file lies; its suffix keeps it from being taken for a module."""
    package, inside, rest = name.partition("/generated/")
    twin = "twin." if package.startswith(TWINS) else ""
    plain = Path(name).name if package == "tests" or not inside else twin + rest.replace("/", ".")
    return GOLDEN / (plain + ".golden")


def renew() -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = build(torture_checkout(Path(folder)))
    GOLDEN.mkdir(exist_ok=True)
    for name in FILES:
        golden(name).write_text(made.files[name], "utf-8", newline="\n")


if __name__ == "__main__":
    renew()
