"""Adding an endpoint means editing YAML only: the generated method works against a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.project import Project
from tests.codegen.checkout import TORTURE, repository_copy

OPERATION = """
vault_list:
  get:
    operationId: balances.vaults
    tags: [balances]
    summary: List the vaults that hold a customer's metal.
    description: Made up for a test.
    x-minted-evidence: documented
    x-minted-docs:
      - {page: api-9999999, title: Vaults, section: Balances, last_modified: null, evidence: documented}
    x-minted-api-version: "7"
    x-minted-envelope: true
    x-minted-idempotent: true
    parameters:
      - name: customer_external_id
        in: path
        required: true
        description: The partner's own id of the customer.
        schema: {$ref: '../schemas/common.yaml#/ExternalId'}
      - name: minWeight
        in: query
        description: Leaves out vaults that hold less, in grams.
        schema: {type: number, format: decimal}
      - name: page
        in: query
        description: Number of the page, from 1.
        schema: {type: integer}
    responses:
      "200":
        description: The vaults.
        content:
          application/json:
            schema: {type: array, items: {$ref: '../schemas/balances.yaml#/Vault'}}
  put:
    operationId: balances.set_vault
    tags: [balances]
    summary: Say where a customer's metal lies.
    description: Made up for a test.
    x-minted-evidence: documented
    x-minted-docs:
      - {page: api-9999998, title: Set Vault, section: Balances, last_modified: null, evidence: documented}
    x-minted-envelope: true
    parameters:
      - name: customer_external_id
        in: path
        required: true
        description: The partner's own id of the customer.
        schema: {$ref: '../schemas/common.yaml#/ExternalId'}
    requestBody:
      required: true
      content:
        application/json:
          schema: {$ref: '../schemas/balances.yaml#/SetVaultRequest'}
    responses:
      "200":
        description: The vault.
        content:
          application/json:
            schema: {$ref: '../schemas/balances.yaml#/Vault'}
  delete:
    operationId: balances.close_vault
    tags: [balances]
    summary: Close a vault.
    description: Made up for a test.
    x-minted-evidence: documented
    x-minted-docs:
      - {page: api-9999997, title: Close Vault, section: Balances, last_modified: null, evidence: documented}
    x-minted-envelope: true
    parameters:
      - name: customer_external_id
        in: path
        required: true
        description: The partner's own id of the customer.
        schema: {$ref: '../schemas/common.yaml#/ExternalId'}
    requestBody:
      required: true
      content:
        application/json:
          schema: {$ref: '../schemas/balances.yaml#/CloseVaultRequest'}
    responses:
      "200":
        description: Nothing is known of it.
        content:
          application/json:
            schema: {}
"""

SCHEMA = """
SetVaultRequest:
  type: object
  description: Where metal is to lie.
  required: [city]
  properties:
    city:
      type: string
      description: Where it is.

CloseVaultRequest:
  type: object
  description: Why a vault is closed.
  properties:
    reason:
      type: [string, 'null']
      description: In words.

Vault:
  type: object
  description: A place where metal lies.
  required: [city]
  properties:
    city:
      type: string
      description: Where it is.
    goldWeight:
      type: number
      format: decimal
      description: Gold in it, in grams.
"""

PROGRAM = """
import asyncio
from decimal import Decimal

from aiohttp import web

from minted_async import MintedClient, models

DATA = '[{"city": "Bursa", "goldWeight": 12.50}, {"city": "Van"}]'
ANSWER = '{"data": %s, "success": true, "code": 0, "message": ""}' % DATA


async def main() -> None:
    seen = []

    async def handle(request: web.Request) -> web.Response:
        seen.append((request.method, request.raw_path, request.headers["api-version"]))
        return web.Response(text=ANSWER, content_type="application/json")

    application = web.Application()
    application.router.add_route("*", "/{anything:.*}", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with MintedClient("u", "p", base_url=f"http://127.0.0.1:{runner.addresses[0][1]}") as minted:
            vaults = await minted.balances.vaults("C/1", min_weight=Decimal("0.50"))
    finally:
        await runner.cleanup()
    assert seen == [("GET", "/partner/vault/C%2F1?minWeight=0.50", "7")], seen
    assert vaults == [models.Vault(city="Bursa", gold_weight=Decimal("12.50")), models.Vault(city="Van")]
    assert vaults[1].gold_weight is None
    print(models.__file__)


asyncio.run(main())
"""


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def insert(path: Path, after: str, text: str) -> None:
    """Insert lines below the one line that is `after`."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    assert lines.count(after + "\n") == 1
    at = lines.index(after + "\n") + 1
    path.write_text("".join([*lines[:at], text, *lines[at:]]), "utf-8")


def run(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the copy, and not this checkout, to import from."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(project.root)},
        capture_output=True,
        text=True,
        check=False,
    )


def adopt_torture(openapi: Path) -> None:
    """Add everything of the torture spec, which has the same scalars."""
    torture = TORTURE / "openapi"
    for folder in ("paths/mint", "schemas/mint"):
        shutil.copytree(torture / folder, openapi / folder)
    for name in ("paths/bars.yaml", "paths/vaults.yaml", "schemas/bars.yaml", "schemas/vaults.yaml"):
        shutil.copyfile(torture / name, openapi / name)
    append(openapi / "listed.yaml", "\n" + (torture / "listed.yaml").read_text("utf-8"))
    lines = (torture / "minted.yaml").read_text("utf-8").splitlines(keepends=True)
    # The kiosk is reached with a token, by a method of the client that is written by hand.
    text = "".join(line for line in lines if "kiosk" not in line)
    schemas = text.partition("  schemas:\n")[2].splitlines(keepends=True)
    insert(openapi / "minted.yaml", "tags:", text.partition("tags:\n")[2].partition("paths:\n")[0])
    insert(openapi / "minted.yaml", "paths:", text.partition("paths:\n")[2].partition("components:\n")[0])
    own = "".join(line for line in schemas if "common.yaml" not in line)
    insert(openapi / "minted.yaml", "  schemas:", own)


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of this checkout with our endpoint and those of the torture spec: more YAML, nothing else."""
    project = repository_copy(tmp_path_factory.mktemp("copy"))
    openapi = project.openapi
    append(openapi / "paths/balances.yaml", OPERATION)
    append(openapi / "schemas/balances.yaml", SCHEMA)
    path = "  /partner/vault/{customer_external_id}: {$ref: 'paths/balances.yaml#/vault_list'}\n"
    insert(openapi / "minted.yaml", "paths:", path)
    adopt_torture(openapi)
    done = run(project, "-m", "codegen", "generate", "--root", str(project.root))
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def test_the_method_of_a_new_endpoint_sends_and_reads(extended: Project) -> None:
    done = run(extended, "-W", "error", "-c", PROGRAM)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(str(extended.root))


def test_the_generated_tests_of_new_endpoints_pass(extended: Project) -> None:
    wanted = ("-k", "balances or bars or vaults", "tests/test_generated.py")
    done = run(extended, "-m", "pytest", "-v", "-W", "error", "-p", "no:cacheprovider", *wanted)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[balances.vaults, with everything] PASSED" in done.stdout


def test_the_new_endpoint_stands_in_the_table(extended: Project) -> None:
    page = (extended.root / "docs/coverage.md").read_text("utf-8")
    assert "| Balances | Vaults | `balances.vaults` | `GET /partner/vault/{customer_external_id}` | [" in page
