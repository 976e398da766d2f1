"""Broken rules about one schema."""

from __future__ import annotations

from tests.codegen.spec.lint_cases.case import BARS, FORM, GONE, JSON, SCHEMAS, Case

CASES = (
    Case(
        FORM,
        {f"{SCHEMAS}/MarkInput/properties/depth/format": GONE},
        "schemas/bars.yaml",
        "/MarkInput/properties/depth",
        "needs `format: decimal`",
    ),
    Case(
        FORM,
        {f"{BARS}/get/parameters/2/schema": {"type": "number"}},
        "paths/bars.yaml",
        "/Bars/get/parameters/2/schema",
        "needs `format: decimal`",
    ),
    Case(
        FORM,
        {f"{SCHEMAS}/Mark/properties/text/format": "colour"},
        "schemas/bars.yaml",
        "/Mark/properties/text/format",
        "'colour' is not one of ['decimal', 'date',",
    ),
    Case(
        FORM,
        {f"{SCHEMAS}/Mark/properties/text/format": "date-time"},
        "schemas/bars.yaml",
        "/Mark/properties/text/format",
        "refer to IsoDateTime",
    ),
    Case(
        FORM,
        {f"{SCHEMAS}/Mark/properties/text/type": GONE},
        "schemas/bars.yaml",
        "/Mark/properties/text",
        "has no type",
    ),
    Case(
        FORM,
        {f"{SCHEMAS}/Mark/additionalProperties": True},
        "schemas/bars.yaml",
        "/Mark",
        "the extra keys would be dropped",
    ),
    Case(
        "required_properties_exist",
        {f"{SCHEMAS}/Mark/required/1": "cod"},
        "schemas/bars.yaml",
        "/Mark/required/1",
        "cod is required and no property",
    ),
    Case(
        FORM,
        {f"{SCHEMAS}/Metal/enum/1": None},
        "schemas/bars.yaml",
        "/Metal/enum/1",
        "an enum holds text",
    ),
    Case(
        "enums_are_whole",
        {f"{SCHEMAS}/Class/x-enum-varnames": ["A", "B"]},
        "schemas/bars.yaml",
        "/Class/x-enum-varnames",
        "6 values have 2 names",
    ),
    Case(
        "enums_are_whole",
        {f"{SCHEMAS}/Class/x-enum-varnames": GONE},
        "schemas/bars.yaml",
        "/Class/x-enum-varnames",
        "6 values have 4 names; give each its own",
    ),
    Case(
        FORM,
        {f"{SCHEMAS}/Mark/properties/text": {"type": "string", "enum": ["a"], "description": "Text."}},
        "schemas/bars.yaml",
        "/Mark/properties/text/enum",
        "this object or enum has no name",
    ),
    Case(
        FORM,
        {f"{BARS}/get/responses/200/{JSON}/items": {"type": "object", "properties": {}}},
        "paths/bars.yaml",
        f"/Bars/get/responses/200/{JSON}/items/properties",
        "this object or enum has no name",
    ),
    Case(
        "unions_can_be_read",
        {
            f"{SCHEMAS}/Mark/properties/text": {
                "description": "Text.",
                "anyOf": [{"type": "string"}, {"type": "number", "format": "decimal"}],
            }
        },
        "schemas/bars.yaml",
        "/Mark/properties/text",
        "are text on the wire",
    ),
    Case(
        "unions_can_be_read",
        {f"{SCHEMAS}/MarkInput/properties/depth/type": ["number", "string"]},
        "schemas/bars.yaml",
        "/MarkInput/properties/depth",
        "are text on the wire",
    ),
    Case(
        FORM,
        {f"{SCHEMAS}/Mark/properties/text/description": GONE},
        "schemas/bars.yaml",
        "/Mark/properties/text",
        "description is missing: say what it is, with its unit",
    ),
    Case(
        FORM,
        {f"{SCHEMAS}/Mark/description": " "},
        "schemas/bars.yaml",
        "/Mark/description",
        "this is empty: say what this is",
    ),
    Case(
        "secrets_are_marked",
        {f"{SCHEMAS}/CardInput/properties/card_token/x-minted-secret": GONE},
        "schemas/bars.yaml",
        "/CardInput/properties/card_token",
        "card_token is the name of a secret",
    ),
    Case(
        FORM,
        {f"{SCHEMAS}/Mark/properties/text/x-minted-secret": "yes"},
        "schemas/bars.yaml",
        "/Mark/properties/text/x-minted-secret",
        "true or false",
    ),
)
