"""Pages of made-up endpoints, as the site gives them, and what `codegen sync` makes of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from codegen.pages.site import read_files
from codegen.project import Project
from codegen.sync.command import make_report
from codegen.sync.report import Report
from codegen.sync.writing.plan import plan
from tests.codegen.checkout import REPOSITORY

TEXT: dict[str, Any] = {"type": "string"}
EMPTY: dict[str, Any] = {"type": "object", "properties": {}, "x-apidog-orders": []}
"""What Apidog writes for what nobody has described."""


def obj(required: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(required)}


def enveloped(data: Any) -> dict[str, Any]:
    kinds = {"success": {"type": "boolean"}, "code": {"type": "integer"}, "message": TEXT}
    return obj(("data", *kinds), data=data, **kinds)


def json_content(schema: Any, example: Any = None) -> dict[str, Any]:
    media = {"schema": schema} | ({"example": example} if example is not None else {})
    return {"content": {"application/json": media}}


def endpoint(
    verb: str,
    path: str,
    *,
    number: int = 99000001,
    title: str = "Vaults",
    folder: str = "Vaults",
    data: Any = None,
    body: Any = None,
    **operation: Any,
) -> str:
    """The page of an endpoint that answers `data` in the envelope, or with other parts."""
    parts: dict[str, Any] = {
        "summary": title,
        "parameters": [],
        "responses": {"200": json_content(enveloped(data or obj(("serial",), serial=TEXT)))},
        "security": [],
        "x-apidog-folder": folder,
        "x-run-in-apidog": f"https://app.apidog.com/web/project/354718/apis/api-{number}-run",
        **({"requestBody": json_content(body)} if body is not None else {}),
    }
    document = {
        "openapi": "3.0.1",
        "info": {"title": "", "version": "1.0.0"},
        "paths": {path: {verb.lower(): parts | operation}},
        "components": {"schemas": {}, "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }
    return f"# {title}\n\n## OpenAPI Specification\n\n```yaml\n{json.dumps(document, indent=1)}\n```\n"


def save(folder: Path, *pages: str) -> Path:
    for number, page in enumerate(pages):
        (folder / f"{number}.md").write_text(page, "utf-8")
    return folder


def report(folder: Path, *pages: str, project: Project | None = None) -> Report:
    """The report about some saved pages; nothing is written."""
    project = project or Project(REPOSITORY)
    found = make_report(project, read_files([save(folder, *pages)]), whole_site=False)
    return replace(found, plan=plan(project, found.comparison.drifts))
