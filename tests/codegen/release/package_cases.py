"""Edits of the small SDK's package: what they are about, the edit, and what is told of it."""

from __future__ import annotations

from tests.codegen.release.versions import (
    CLIENT,
    CONFIG,
    ERRORS,
    INIT,
    MODELS,
    ORDERS,
    PRICES,
    TESTING,
    TRADES,
    Edit,
)

BUY = "currency: models.Currency | str | UnsetType = UNSET,"

BREAKING: list[tuple[str, Edit, list[str]]] = [
    (
        "a method is gone",
        (ORDERS, "async def get(self, external_order_id: str) -> models.Order: ...", ""),
        ["minted.orders.get(...): is no longer there"],
    ),
    (
        "a resource is gone",
        (CLIENT, "def orders(self)", "def _orders(self)"),
        ["minted.orders: is no longer there"],
    ),
    (
        "an argument is gone",
        (ORDERS, BUY, ""),
        ["minted.orders.buy(...): the argument `currency` is no longer there"],
    ),
    (
        "an argument is required now",
        (ORDERS, BUY, "currency: models.Currency | str,"),
        ["minted.orders.buy(...): the argument `currency` is required now"],
    ),
    (
        "a new argument is required",
        (ORDERS, BUY, BUY + " iban: str,"),
        ["minted.orders.buy(...): the argument `iban` is new, and must be given"],
    ),
    (
        "an argument takes less",
        (ORDERS, BUY, "currency: models.Currency | UnsetType = UNSET,"),
        ["minted.orders.buy(...): the argument `currency` takes `Currency` now; it took `Currency | str`"],
    ),
    (
        "an argument has another default",
        (CLIENT, 'locale: str = "tr"', 'locale: str = "en"'),
        ["MintedClient(...): the argument `locale` is `'en'` now when it is left out; it was `'tr'`"],
    ),
    (
        "arguments change places",
        (CLIENT, "method: str, path: str,", "path: str, method: str,"),
        [
            "minted.request(...): the argument `method` has another position now",
            "minted.request(...): the argument `path` has another position now",
        ],
    ),
    (
        "an argument is passed by keyword only",
        (CLIENT, "path: str, json", "path: str, *, json"),
        ["minted.request(...): the argument `json` is keyword-only now; it was positional or keyword"],
    ),
    (
        "a function of a module takes its arguments otherwise",
        (TRADES, ", strict: bool", ", *, strict: bool"),
        ["trades.says_absent(...): the argument `strict` is keyword-only now; it was positional or keyword"],
    ),
    (
        "an answer can be None",
        (ORDERS, "external_order_id: str) -> models.Order", "external_order_id: str) -> models.Order | None"),
        ["minted.orders.get(...): returns `Order | None` now; it returned `Order`"],
    ),
    (
        "an answer is something else",
        (ORDERS, "external_order_id: str) -> models.Order", "external_order_id: str) -> dict[str, object]"),
        ["minted.orders.get(...): returns `dict[str, object]` now; it returned `Order`"],
    ),
    (
        "a call has to be awaited",
        (CLIENT, "def capture", "async def capture"),
        ["minted.capture(...): is awaited now; it was called without await"],
    ),
    (
        "a property is called now",
        (CLIENT, "    @cached_property\n    def orders(self) -> Orders:", "    def orders(self) -> Orders:"),
        ["minted.orders: is a function now; it was a class"],
    ),
    (
        "a model is gone",
        (MODELS, '"Order", "Unseen"', '"Unseen"'),
        ["models.Order: is no longer there"],
    ),
    (
        "a field of an answer is gone",
        (MODELS, "    guid: str\n", ""),
        ["models.Order.guid: is no longer there"],
    ),
    (
        "a field of an answer can be None",
        (MODELS, "total: Decimal\n", "total: Decimal | None = None\n"),
        ["models.Order.total: is `Decimal | None` now; it was `Decimal`"],
    ),
    (
        "a field of an answer is of another type",
        (MODELS, "total: Decimal\n", "total: int\n"),
        ["models.Order.total: is `int` now; it was `Decimal`"],
    ),
    (
        "a field of an answer has one value more in its Literal",
        (MODELS, '"New", "Done"]', '"New", "Done", "Lost"]'),
        ["models.Order.status: is `'Done' | 'Lost' | 'New'` now; it was `'Done' | 'New'`"],
    ),
    (
        "a field of a request is required now",
        (MODELS, "amount: Decimal | UnsetType = UNSET", "amount: Decimal"),
        ["models.Item.amount: is required now"],
    ),
    (
        "a new field of a request is required",
        (MODELS, "    sku: str\n", "    sku: str\n    unit: str\n"),
        ["models.Item.unit: is new, and must be given"],
    ),
    (
        "a field of a request takes less",
        (MODELS, "sku: str", 'sku: Literal["GAU"]'),
        ["models.Item.sku: is `'GAU'` now; it was `str`"],
    ),
    (
        "a field of a model of which nobody knows the way is of another type",
        (MODELS, "name: str", "name: str | int"),
        ["models.Unseen.name: is `int | str` now; it was `str`"],
    ),
    (
        "a member of an enum is gone",
        (MODELS, '    EUR = "EUR"\n', ""),
        ["models.Currency: the value `EUR` is no longer there"],
    ),
    (
        "a member of an enum is spelled otherwise",
        (MODELS, 'EUR = "EUR"', 'EURO = "EUR"'),
        ["models.Currency: the value `EUR` is spelled `EURO` now; it was `EUR`"],
    ),
    (
        "an error is caught by another except",
        (ERRORS, "class NotFoundError(APIError)", "class NotFoundError(MintedError)"),
        [
            "errors.NotFoundError: is no `APIError` any more: `except` and `isinstance` of that pass it by",
            "errors.NotFoundError(...): is no longer there",
            "errors.NotFoundError.status: is no longer there",
        ],
    ),
    (
        "an attribute of an error is gone",
        (ERRORS, "self.status: int = status", "pass"),
        ["errors.APIError.status: is no longer there", "errors.NotFoundError.status: is no longer there"],
    ),
    (
        "fields of a dataclass change places",
        (
            CONFIG,
            "    total: float | None = 30.0\n    connect: float | None = 5.0\n",
            "    connect: float | None = 5.0\n    total: float | None = 30.0\n",
        ),
        [
            "Timeout.connect: has another position now",
            "Timeout.total: has another position now",
        ],
    ),
    (
        "a field that users give has another default",
        (CONFIG, "connect: float | None = 5.0", "connect: float | None = 9.0"),
        ["Timeout.connect: is `9.0` now when it is left out; it was `5.0`"],
    ),
    (
        "a protocol asks for more",
        (
            PRICES,
            "    def close(self) -> None: ...",
            "    def close(self) -> None: ...\n    def open(self) -> None: ...",
        ),
        ["prices.Source.open(...): is new: classes of your own that follow this protocol need it"],
    ),
    (
        "an option is gone",
        (PRICES, "history: int", "pass"),
        ["prices.FeedOptions.history: is no longer there"],
    ),
    (
        "a constant is of another type",
        (TRADES, "FINAL_STATES: frozenset[str]", "FINAL_STATES: list[str]"),
        ["trades.FINAL_STATES: is `list[str]` now; it was `frozenset[str]`"],
    ),
    (
        "a name of the package is gone",
        (INIT, '"STAGING", "MintedClient"', '"MintedClient"'),
        ["STAGING: is no longer there"],
    ),
    (
        "a fixture is gone",
        (TESTING, '["minted"]', '["other"]'),
        ["testing.minted: is no longer there"],
    ),
]

ADDITIVE: list[tuple[str, Edit, list[str]]] = [
    (
        "a method is new",
        (
            ORDERS,
            "    async def list",
            "    async def find(self, *, code: str) -> models.Order: ...\n    async def list",
        ),
        ["minted.orders.find(...): is new"],
    ),
    (
        "an argument is new",
        (ORDERS, BUY, BUY + " note: str | UnsetType = UNSET,"),
        ["minted.orders.buy(...): the argument `note` is new, and may be left out"],
    ),
    (
        "an argument takes more",
        (TRADES, "error: errors.APIError", "error: errors.APIError | None"),
        ["trades.says_absent(...): the argument `error` takes `APIError | None` now; it took `APIError`"],
    ),
    (
        "an argument may be left out",
        (ORDERS, "external_order_id: str)", 'external_order_id: str = "")'),
        ["minted.orders.get(...): the argument `external_order_id` may be left out now"],
    ),
    (
        "a listed operation is typed",
        (ORDERS, "list(self, **arguments: object) -> Any", "list(self, *, page: int) -> models.Order"),
        ["minted.orders.list(...): is typed now: an entry in `paths=` is not used any more"],
    ),
    (
        "a field of an answer is new",
        (MODELS, "    guid: str\n", "    guid: str\n    code: str\n"),
        ["models.Order.code: is new"],
    ),
    (
        "a field of an answer is never None",
        (MODELS, "note: str | None = None", "note: str"),
        ["models.Order.note: is `str` now; it was `str | None`"],
    ),
    (
        "a field of a request may be left out",
        (MODELS, "    sku: str\n", "    sku: str | UnsetType = UNSET\n"),
        ["models.Item.sku: may be left out now"],
    ),
    (
        "a member of an enum is new",
        (MODELS, '    EUR = "EUR"\n', '    EUR = "EUR"\n    USD = "USD"\n'),
        ["models.Currency: the value `USD` is new"],
    ),
    (
        "a field of what is only given by the SDK is new",
        (PRICES, "    sell: float\n", "    sell: float\n    spot: float\n"),
        ["prices.Quote.spot: is new"],
    ),
    (
        "an option is new",
        (PRICES, "    history: int\n", "    history: int\n    share: str\n"),
        ["prices.FeedOptions.share: is new"],
    ),
]

UNSEEN: list[tuple[str, Edit]] = [
    ("a private method", (CLIENT, "def _hidden(self, argument: int)", "def _hidden(self)")),
    ("the inside of core", (CONFIG, "    def used_inside(self) -> None: ...", "    pass")),
    ("a docstring", (CLIENT, "Only with a password.", "With a password.")),
    ("how a type is imported", (ORDERS, "items: Sequence[models.Item]", "items: Sequence[Item]")),
    ("an alias of a plain type", (MODELS, "guid: str", "guid: ExternalId")),
    ("the order in a union", (MODELS, "note: str | None", "note: None | str")),
    ("quotes around a type", (MODELS, "total: Decimal", 'total: "Decimal"')),
    ("which fixtures a fixture needs", (TESTING, "minted_sandbox: str", "sandbox: str")),
    ("a secret field", (MODELS, "= frozenset()", '= frozenset({"sku"})')),
]
