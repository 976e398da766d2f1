"""Where things lie in a checkout, and the settings of the generator in its pyproject.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from codegen.findings import GeneratorError

GENERATED = "minted_async/generated"
GENERATED_TESTS = "tests/generated"
TEMPLATES = Path(__file__).parent / "emit" / "templates"


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
            document = tomllib.loads(path.read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise GeneratorError(f"{path} cannot be read: {error}") from error
        table: Any = document.get("tool", {}).get("datamodel-codegen")
        if not isinstance(table, dict):
            raise GeneratorError(f"{path} has no table [tool.datamodel-codegen]")
        return cast("dict[str, Any]", table)

    @property
    def scalars(self) -> frozenset[str]:
        """Names of the schemas that are hand-written Python types, from `type-overrides`."""
        return frozenset(self.settings.get("type-overrides", {}))
