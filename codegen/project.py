"""Where things lie in a checkout, and the settings of the generator in its pyproject.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from codegen.findings import GeneratorError

GENERATED = "minted_async/generated"
GENERATED_TESTS = "tests/generated"
TEMPLATES = Path(__file__).parent / "emit" / "templates"
HERE = Path(__file__).resolve().parents[1]
"""This checkout."""


@dataclass(frozen=True)
class Project:
    """A checkout of the repository."""

    root: Path

    @property
    def openapi(self) -> Path:
        """The folder of the spec."""
        return self.root / "openapi"

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The `[tool.datamodel-codegen]` table of pyproject.toml.

        Raises:
            GeneratorError: there is no such file or table.
        """
        path = self.root / "pyproject.toml"
        try:
            table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))["tool"]["datamodel-codegen"]
        except (OSError, tomllib.TOMLDecodeError, LookupError) as error:
            message = f"the table [tool.datamodel-codegen] of {path} cannot be read: {error}"
            raise GeneratorError(message) from error
        return table

    @property
    def scalars(self) -> frozenset[str]:
        """Names of the schemas that are hand-written Python types, from `type-overrides`."""
        return frozenset(self.settings.get("type-overrides", {}))
