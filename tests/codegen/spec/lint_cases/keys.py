"""Keys that nobody knows."""

from __future__ import annotations

from tests.codegen.spec.lint_cases.case import BARS, FORM, MARK, SCHEMAS, Case

TEXT = f"{SCHEMAS}/Mark/properties/text"


CASES = (
    Case(
        FORM,
        {f"{TEXT}/pattern": "^[99-99]$"},
        "schemas/bars.yaml",
        "/Mark/properties/text/pattern",
        "does not know `pattern`",
    ),
    Case(
        FORM,
        {f"{TEXT}/x-minted-secrt": True},
        "schemas/bars.yaml",
        "/Mark/properties/text/x-minted-secrt",
        "do you mean `x-minted-secret`?",
    ),
    Case(
        FORM,
        {f"{TEXT}/nullable": True},
        "schemas/bars.yaml",
        "/Mark/properties/text/nullable",
        "write `type: [..., 'null']`",
    ),
    Case(
        FORM,
        {f"{BARS}/get/x-minted-idempotnt": True},
        "paths/bars.yaml",
        "/Bars/get/x-minted-idempotnt",
        "do you mean `x-minted-idempotent`?",
    ),
    Case(
        FORM,
        {f"{BARS}/get/x-owner": True},
        "paths/bars.yaml",
        "/Bars/get/x-owner",
        "say it in the description",
    ),
    Case(
        FORM,
        {f"{MARK}/x-minted-alone": True},
        "paths/bars.yaml",
        "/Mark/x-minted-alone",
        "does not know `x-minted-alone`",
    ),
    Case(
        FORM,
        {"/tags/0/x-minted-note": "words"},
        "minted.yaml",
        "/tags/0/x-minted-note",
        "does not know `x-minted-note`",
    ),
    Case(
        FORM,
        {f"{BARS}/get/parameters/0/x-minted-secret": True},
        "paths/bars.yaml",
        "/Bars/get/parameters/0/x-minted-secret",
        "does not know `x-minted-secret`",
    ),
    Case(
        FORM,
        {f"{BARS}/post/x-minted-methods/0/x-minted-idempotent": True},
        "paths/bars.yaml",
        "/Bars/post/x-minted-methods/0/x-minted-idempotent",
        "does not know `x-minted-idempotent` here; say it in the description",
    ),
)
