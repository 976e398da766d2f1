"""Broken rules about what is sent and what is answered."""

from __future__ import annotations

from tests.codegen.spec.lint_cases.case import BARS, JSON, MARK, SCHEMAS, Case, ref

CASES = (
    Case(
        "only_what_is_always_sent_has_a_default",
        {f"{SCHEMAS}/MarkInput/properties/depth/default": 1},
        "schemas/bars.yaml",
        "/MarkInput/properties/depth/default",
        "only a required property can have one",
    ),
    Case(
        "constants_are_sent_and_required",
        {f"{SCHEMAS}/Mark/properties/text/const": "x"},
        "schemas/bars.yaml",
        "/Mark/properties/text/const",
        "breaks the day it changes",
    ),
    Case(
        "constants_are_sent_and_required",
        {f"{SCHEMAS}/CardInput/required": ["card_token"]},
        "schemas/bars.yaml",
        "/CardInput/properties/kind/const",
        "add it to `required`",
    ),
    Case(
        "zoneless_times_are_only_read",
        {f"{SCHEMAS}/BarRequest/properties/pour_at/$ref": f"#{SCHEMAS}/MintedDateTime"},
        "schemas/bars.yaml",
        "/BarRequest/properties/pour_at",
        "can only be read",
    ),
    Case(
        "answers_have_no_struct_unions",
        {f"{SCHEMAS}/Bar/allOf/1/properties/details/anyOf/1": ref("Entity")},
        "schemas/bars.yaml",
        "/Bar/allOf/1/properties/details",
        "cannot be a union of objects",
    ),
    Case(
        "answers_have_no_struct_unions",
        {f"{SCHEMAS}/Bar/allOf/1/properties/marks/items": {"oneOf": [ref("Mark"), ref("Entity")]}},
        "schemas/bars.yaml",
        "/Bar/allOf/1/properties/marks/items",
        "cannot be a union of objects",
    ),
    Case(
        "shared_structs_have_no_optional_fields",
        {f"{SCHEMAS}/Bar/allOf/1/properties/details/anyOf/0": ref("MarkInput")},
        "schemas/bars.yaml",
        "/MarkInput",
        "MarkInput is both sent and answered",
    ),
    Case(
        "schemas_are_used",
        {
            f"{BARS}/get/parameters/1/schema": {"type": "string"},
            f"{SCHEMAS}/DoorRequest/oneOf/1": ref("ByCode"),
        },
        "schemas/vaults.yaml",
        "/ByKey",
        "no operation uses ByKey",
    ),
    Case(
        "bodies_are_structs",
        {f"{MARK}/delete/requestBody/{JSON}": {"type": "string"}},
        "paths/bars.yaml",
        f"/Mark/delete/requestBody/{JSON}",
        "must refer to an object",
    ),
    Case(
        "answers_can_be_typed",
        {f"{MARK}/get/responses/200/{JSON}": {"anyOf": [ref("Mark"), {"type": "null"}]}},
        "paths/bars.yaml",
        f"/Mark/get/responses/200/{JSON}",
        "must be one type",
    ),
    Case(
        "parameters_can_be_sent",
        {f"{BARS}/get/parameters/0/schema": {"type": "array", "items": {"type": "string"}}},
        "paths/bars.yaml",
        "/Bars/get/parameters/0/schema",
        "one text, number, truth value or day",
    ),
    Case(
        "methods_agree_with_the_operation",
        {f"{BARS}/post/x-minted-methods/1/body": ref("BarPatch")},
        "paths/bars.yaml",
        "/Bars/post/x-minted-methods",
        "differ; make them the same",
    ),
)
