"""What YAML and JSON files say, as Python values."""

from __future__ import annotations

from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Place: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the top of a document down."""
