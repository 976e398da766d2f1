"""Where things lie in a checkout, and which of its types are written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

GENERATED = "minted_async/generated"
GENERATED_TESTS = "tests/generated"
TWINS = "minted_async/blocking/twins"
TEMPLATES = Path(__file__).parent / "emit" / "templates"
HERE = Path(__file__).resolve().parents[1]
"""This checkout."""
SCALARS = frozenset({"ExternalId", "IsoDateTime", "JsonObject", "MintedDateTime", "MintedDateTimeUtc"})
"""Names of the schemas that are hand-written Python types, those of `minted_async.core.scalars`."""


@dataclass(frozen=True)
class Project:
    """A checkout of the repository."""

    root: Path

    @property
    def openapi(self) -> Path:
        """The folder of the spec."""
        return self.root / "openapi"
