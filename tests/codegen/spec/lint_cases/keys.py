"""Keys that nobody knows."""

from __future__ import annotations

from tests.codegen.spec.lint_cases.case import BARS, MARK, SCHEMAS, Case

TEXT = f"{SCHEMAS}/Mark/properties/text"


CASES = (
    Case(
        "keywords_are_known",
        {f"{TEXT}/pattern": "^[99-99]$"},
        "schemas/bars.yaml",
        "/Mark/properties/text/pattern",
        "does not know `pattern`",
    ),
    Case(
        "keywords_are_known",
        {f"{TEXT}/x-minted-secrt": True},
        "schemas/bars.yaml",
        "/Mark/properties/text/x-minted-secrt",
        "do you mean `x-minted-secret`?",
    ),
    Case(
        "keywords_are_known",
        {f"{TEXT}/nullable": True},
        "schemas/bars.yaml",
        "/Mark/properties/text/nullable",
        "write `type: [..., 'null']`",
    ),
    Case(
        "keywords_are_known",
        {f"{TEXT}/x-minted-source": "hearsay"},
        "schemas/bars.yaml",
        "/Mark/properties/text/x-minted-source",
        "known from an `example`, or `observed`",
    ),
    Case(
        "keywords_are_known",
        {f"{TEXT}/x-minted-observed": [None, "Settling"]},
        "schemas/bars.yaml",
        "/Mark/properties/text/x-minted-observed",
        "null or values of the enum, which are not there",
    ),
    Case(
        "extensions_are_known",
        {f"{BARS}/get/x-minted-idempotnt": True},
        "paths/bars.yaml",
        "/Bars/get/x-minted-idempotnt",
        "do you mean `x-minted-idempotent`?",
    ),
    Case(
        "extensions_are_known",
        {f"{BARS}/get/x-owner": True},
        "paths/bars.yaml",
        "/Bars/get/x-owner",
        "say it in the description",
    ),
    Case(
        "extensions_are_known",
        {f"{MARK}/x-minted-alone": True},
        "paths/bars.yaml",
        "/Mark/x-minted-alone",
        "does not know `x-minted-alone`",
    ),
    Case(
        "extensions_are_known",
        {"/tags/0/x-minted-note": "words"},
        "minted.yaml",
        "/tags/0/x-minted-note",
        "does not know `x-minted-note`",
    ),
    Case(
        "extensions_are_known",
        {f"{BARS}/get/parameters/0/x-minted-secret": True},
        "paths/bars.yaml",
        "/Bars/get/parameters/0/x-minted-secret",
        "does not know `x-minted-secret`",
    ),
    Case(
        "extensions_are_known",
        {f"{BARS}/post/x-minted-methods/0/x-minted-idempotent": True},
        "paths/bars.yaml",
        "/Bars/post/x-minted-methods/0/x-minted-idempotent",
        "a method has no `x-minted-idempotent`",
    ),
)
