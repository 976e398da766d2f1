"""Whatever the API calls its things, the generated code is written, and the linter has nothing to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.emit.build import build
from codegen.project import GENERATED
from tests.codegen.checkout import torture_checkout

LONG = "reconciliation_statement_attachments_of_partners"


@pytest.mark.parametrize(
    ("resource", "method", "argument"),
    [
        ("v", "m", "l"),
        ("vaults", "type", "id"),
        (LONG, f"list_{LONG}_by_{LONG}", f"the_{LONG}_{LONG}_{LONG}"),
    ],
)
def test_a_name_of_any_length_is_generated(resource: str, method: str, argument: str, tmp_path: Path) -> None:
    project = torture_checkout(tmp_path)
    for path in project.openapi.rglob("*.yaml"):
        text = path.read_text("utf-8").replace("vaults.open", f"{resource}.{method}")
        text = text.replace("tags: [vaults]", f"tags: [{resource}]").replace("vaults.remove", f"{resource}.x")
        text = text.replace("name: vaults", f"name: {resource}").replace("external_vault_id", argument)
        path.write_text(text, "utf-8")
    files = build(project).files
    assert f"async def {method}(" in files[f"{GENERATED}/{resource}.py"]
