"""A small SDK with its spec, of which each test makes another version."""

from __future__ import annotations

from pathlib import Path

Edit = tuple[str, str, str]
"""File, what stands there once, and what stands there instead."""

MODELS = "minted_async/generated/models.py"
ORDERS = "minted_async/generated/orders.py"
INIT = "minted_async/__init__.py"
CONFIG = "minted_async/core/config.py"
CLIENT = "minted_async/client.py"
ERRORS = "minted_async/errors.py"
PRICES = "minted_async/prices.py"
TRADES = "minted_async/trades.py"
TESTING = "minted_async/testing.py"
VERSION = "minted_async/_version.py"
SPEC = "openapi/minted.yaml"
LISTED = "openapi/listed.yaml"

FILES = {
    VERSION: '__version__ = "0.1.0"\n',
    INIT: """
from typing import TYPE_CHECKING
from minted_async._version import __version__
if TYPE_CHECKING:
    from minted_async import errors, models
    from minted_async.client import MintedClient
    from minted_async.core.config import STAGING, Timeout
__all__ = ["STAGING", "MintedClient", "Timeout", "__version__", "errors", "models"]
""",
    "minted_async/core/__init__.py": "",
    CONFIG: """
from dataclasses import dataclass
STAGING: str = "https://staging.example"
@dataclass(frozen=True)
class Timeout:
    total: float | None = 30.0
    connect: float | None = 5.0
class Hidden:
    def used_inside(self) -> None: ...
""",
    CLIENT: '''
from functools import cached_property
from typing import Any
from minted_async.core.config import Timeout
from minted_async.generated.orders import Orders
class Resources:
    @cached_property
    def orders(self) -> Orders:
        return Orders()
class MintedClient(Resources):
    def __init__(self, username: str, *, locale: str = "tr", timeout: Timeout | float = 30) -> None:
        """Only with a password."""
        self._username = username
    async def request(self, method: str, path: str, json: object = None) -> Any: ...
    def capture(self) -> list[str]: ...
    def _hidden(self, argument: int) -> None: ...
''',
    "minted_async/models.py": "from minted_async.generated.models import *\n",
    "minted_async/generated/__init__.py": "",
    MODELS: """
import enum
from decimal import Decimal
from typing import ClassVar, Literal
from msgspec import UNSET, Struct, UnsetType
__all__ = ["BuyRequest", "Currency", "Item", "Order", "Unseen"]
class Currency(enum.StrEnum):
    TRY = "TRY"
    EUR = "EUR"
class Item(Struct, kw_only=True, frozen=True):
    __secret_fields__: ClassVar[frozenset[str]] = frozenset()
    sku: str
    amount: Decimal | UnsetType = UNSET
class BuyRequest(Struct, kw_only=True, frozen=True):
    items: list[Item]
    currency: Currency | UnsetType = UNSET
class Order(Struct, kw_only=True, frozen=True):
    guid: str
    total: Decimal
    status: Literal["New", "Done"]
    card_token: str | None = None
    note: str | None = None
class Unseen(Struct, kw_only=True, frozen=True):
    name: str
""",
    ORDERS: """
from collections.abc import Sequence
from typing import Any
from msgspec import UNSET, UnsetType
from minted_async.generated import models
class Orders:
    async def buy(
        self,
        *,
        items: Sequence[models.Item],
        currency: models.Currency | str | UnsetType = UNSET,
    ) -> models.Order: ...
    async def get(self, external_order_id: str) -> models.Order: ...
    async def list(self, **arguments: object) -> Any: ...
""",
    ERRORS: """
__all__ = ["APIError", "MintedError", "NotFoundError"]
class MintedError(Exception):
    operation: str | None
class APIError(MintedError):
    def __init__(self, message: str, *, status: int) -> None:
        self.status: int = status
class NotFoundError(APIError): ...
""",
    PRICES: """
from dataclasses import dataclass
from typing import Protocol, TypedDict
__all__ = ["FeedOptions", "Quote", "Source", "latest"]
@dataclass(frozen=True)
class Quote:
    buy: float
    sell: float
class Source(Protocol):
    async def __call__(self) -> Quote: ...
    def close(self) -> None: ...
class FeedOptions(TypedDict, total=False):
    history: int
def latest(options: FeedOptions) -> Quote: ...
""",
    TRADES: """
from minted_async import errors
__all__ = ["FINAL_STATES", "says_absent"]
FINAL_STATES: frozenset[str] = frozenset({"Completed"})
def says_absent(error: errors.APIError, strict: bool = False) -> bool: ...
""",
    TESTING: """
import pytest
__all__ = ["minted"]
@pytest.fixture
async def minted(minted_sandbox: str) -> str: ...
""",
    SPEC: """
openapi: 3.1.0
info: {title: Made up, version: 0.1.0}
tags: [{name: orders, description: Orders.}]
paths:
  /order:
    post:
      operationId: orders.buy
      x-minted-api-version: "2"
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/BuyRequest'}
      responses:
        "200":
          description: Bought.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Order'}
  /order/{external_order_id}:
    parameters:
      - {name: external_order_id, in: path, required: true, schema: {type: string, maxLength: 40}}
    get:
      operationId: orders.get
      x-minted-api-version: "2"
      x-minted-idempotent: true
      parameters:
        - {name: full, in: query, schema: {type: boolean}}
      responses:
        "200":
          description: Found.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Order'}
components:
  schemas:
    Currency:
      type: string
      enum: [TRY, EUR]
    Item:
      type: object
      required: [sku]
      properties:
        sku: {type: string}
        amount: {type: number, format: decimal, minimum: 1}
    BuyRequest:
      type: object
      required: [items]
      properties:
        items: {type: array, items: {$ref: '#/components/schemas/Item'}}
        currency: {$ref: '#/components/schemas/Currency'}
    Order:
      type: object
      required: [guid, total]
      properties:
        guid: {type: string}
        total: {type: number, format: decimal}
        card_token: {type: string, x-minted-secret: true}
        note:
          anyOf:
            - {type: string}
            - {type: 'null'}
""",
    LISTED: """
- {id: orders.list, title: Get Orders, section: Partner, description: Lists orders., method: GET, page: null}
""",
    "CHANGELOG.md": """# Changelog

## [Unreleased]

### Added

- Everything.
""",
}


def checkout(root: Path, *edits: Edit) -> Path:
    """Write the small SDK into a folder, with edits."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), "utf-8")
    edit(root, *edits)
    return root


def edit(root: Path, *edits: Edit) -> None:
    """Change a folder with the small SDK."""
    for name, old, new in edits:
        text = (root / name).read_text("utf-8")
        assert text.count(old) == 1, (name, old)
        (root / name).write_text(text.replace(old, new), "utf-8")
