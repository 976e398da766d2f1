"""Examples of broken rules: at least one for each rule."""

from __future__ import annotations

from tests.codegen.spec.lint_cases import directions, keys, names, operations, schemas
from tests.codegen.spec.lint_cases.case import Case

CASES: tuple[Case, ...] = (*schemas.CASES, *directions.CASES, *operations.CASES, *names.CASES, *keys.CASES)
