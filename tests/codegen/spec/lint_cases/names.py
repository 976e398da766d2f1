"""Broken rules about names."""

from __future__ import annotations

from tests.codegen.spec.lint_cases.case import BARS, DOORS, GONE, LISTED, MARK, Case

CASES = (
    Case(
        "resources_have_names_and_descriptions",
        {"/tags/1/description": GONE},
        "minted.yaml",
        "/tags/1",
        "the tag vaults has no description",
    ),
    Case(
        "resources_have_names_and_descriptions",
        {"/tags/2": {"name": "models", "description": "Models."}, f"{LISTED}/1/id": "models.get"},
        "minted.yaml",
        "/tags/2",
        "cannot be the name of a module",
    ),
    Case(
        "resources_have_names_and_descriptions",
        {"/tags/2": {"name": "empty", "description": "Nothing."}},
        "minted.yaml",
        "/tags/2",
        "no operation has the tag empty",
    ),
    Case(
        "resources_have_names_and_descriptions",
        {f"{LISTED}/1/id": "doors.close"},
        LISTED,
        "/1",
        "the tag doors is not declared",
    ),
    Case(
        "resources_have_names_and_descriptions",
        {f"{DOORS}/post/operationId": "doors.open"},
        "paths/vaults.yaml",
        "/Doors/post",
        "the tag doors is not declared",
    ),
    Case(
        "methods_have_names",
        {f"{MARK}/get/operationId": "bars.import"},
        "paths/bars.yaml",
        "/Mark/get",
        "'bars.import' cannot be a method",
    ),
    Case(
        "methods_have_names",
        {f"{MARK}/get/operationId": "bars"},
        "paths/bars.yaml",
        "/Mark/get",
        "an id is `resource.method`",
    ),
    Case(
        "methods_have_names",
        {f"{LISTED}/0/id": "bars.Melt"},
        LISTED,
        "/0",
        "'bars.Melt' cannot be a method",
    ),
    Case(
        "methods_have_different_names",
        {f"{LISTED}/0/id": "vaults.remove"},
        LISTED,
        "/1",
        "vaults.remove is there already",
    ),
    Case(
        "methods_have_different_names",
        {f"{LISTED}/0/id": "vaults.open"},
        LISTED,
        "/0",
        "vaults.open is there already",
    ),
    Case(
        "methods_have_different_names",
        {f"{BARS}/post/x-minted-methods/1/id": "bars.update"},
        "paths/bars.yaml",
        "/Bar/patch",
        "bars.update is there already",
    ),
    Case(
        "listed_rows_are_whole",
        {f"{LISTED}/0/page": GONE},
        LISTED,
        "/0",
        "exactly the keys",
    ),
    Case(
        "listed_rows_are_whole",
        {f"{LISTED}/0/title": ""},
        LISTED,
        "/0",
        "title is missing",
    ),
    Case(
        "listed_rows_are_whole",
        {f"{LISTED}/0/method": "FETCH"},
        LISTED,
        "/0",
        "an HTTP method or null",
    ),
    Case(
        "listed_rows_are_whole",
        {LISTED: {}},
        LISTED,
        "",
        "a list of rows",
    ),
)
