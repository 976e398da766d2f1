"""What the two shops sell: bars with a stock, priced by the metal's market. All of it is made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from threading import RLock

from minted_async.sandbox.market import PRODUCTS, Quote, plain, to_cents

_LIST_PRICE = Decimal("1.05")
METAL_TYPES = ("gold", "silver", "platinum")
"""Gold and silver are seen in a sample; platinum is assumed."""


@dataclass(slots=True, kw_only=True)
class Article:
    """One article of a catalog. `stock` and `price` may be set at any time, from any thread."""

    _lock: RLock = field(repr=False, compare=False)
    id: int
    sku: str
    name: str
    metal: str
    """The sku of the digital metal whose price it follows."""
    metal_type: str
    base_currency: tuple[int, str]
    """Number and name of the metal as the API counts it."""
    category: tuple[int, str]
    weight: Decimal
    """Grams."""
    premium: Decimal
    """What a piece costs more than its metal, as a share of it."""
    currency: str
    stock: int = 20
    deliverable: bool = True
    price: Decimal | None = None
    """The price of a piece from the next price lock on, in place of metal and premium."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "_lock":
            object.__setattr__(self, name, value)
            return
        # Between two requests: a purchase that is under way would write its own count over that of a test.
        with self._lock:
            object.__setattr__(self, name, value)

    @property
    def barcode(self) -> str:
        """The sku behind three letters, as in the documented example."""
        return f"MNT{self.sku}"

    @property
    def images(self) -> list[str]:
        """An address that leads nowhere."""
        return [f"https://images.invalid/products/{self.sku}.png"]

    def sale_price(self, quotes: Mapping[str, Quote]) -> Decimal:
        """The price of a piece, rounded half up to two decimals."""
        if self.price is not None:
            return plain(self.price)
        metal = quotes[self.metal].buy * self.weight
        return plain(to_cents(metal * (1 + self.premium)))

    def list_price(self, quotes: Mapping[str, Quote]) -> Decimal:
        """The price that is crossed out: five per cent above the one to pay."""
        return plain(to_cents(self.sale_price(quotes) * _LIST_PRICE))


Catalog = Mapping[str, Article]
"""Articles by sku, in the order in which they are listed."""


def ecom_catalog(lock: RLock) -> Catalog:
    """23 bars in TRY, with the documented example first and one that is out of stock last."""
    kinds = (
        ("GAU", "gold", "999,9 Külçe Altın (NadirGold)", (1, "Gold bars"), "1 2.5 5 10 20 50 100 0.5 0.25"),
        ("GAG", "silver", "999,0 Külçe Gümüş", (2, "Silver bars"), "5 10 25 50 100 250 500 1000 20"),
        ("GPT", "platinum", "999,5 Külçe Platin", (3, "Platinum bars"), "1 5 10 20 50"),
    )
    bars = [(*kind[:4], weight) for kind in kinds for weight in kind[4].split()]
    articles = [
        Article(
            _lock=lock,
            id=3000065 + number,
            sku=f"MNT{number + 1:04}",
            name=f"Minted {weight.replace('.', ',')} Gr {name}",
            metal=metal,
            metal_type=metal_type,
            base_currency=(PRODUCTS[metal].currency_id, PRODUCTS[metal].metal),
            category=category,
            weight=Decimal(weight),
            premium=Decimal("0.08"),
            currency="TRY",
        )
        for number, (metal, metal_type, name, category, weight) in enumerate(bars)
    ]
    articles[-1].stock = 0
    return {article.sku: article for article in articles}


def walletable_catalog(lock: RLock) -> Catalog:
    """Four bars in AED: the two of the documented examples, and two that cannot be delivered."""
    gold, silver = (1000013, "Dirham Gold"), (1000019, "Dirham Silver")
    bars = (
        (3000099, "MNTBAE0001", "1 g 999.9 Gold", "GAU", "gold", gold, "1", True),
        (3000100, "MNTBAE0013", "50 g 999.0 Silver", "GAG", "silver", silver, "50", True),
        (3000101, "MNTBAE0012", "1000 g 999.9 Gold", "GAU", "gold", gold, "1000", False),
        (3000102, "MNTBAE0018", "1000 g 999.0 Silver", "GAG", "silver", silver, "1000", False),
    )
    articles = [
        Article(
            _lock=lock,
            id=number,
            sku=sku,
            name=f"Minted {name} Bar",
            metal=metal,
            metal_type=metal_type,
            base_currency=base_currency,
            category=(1, "Bars"),
            weight=Decimal(weight),
            premium=Decimal("0.02"),
            currency="AED",
            deliverable=deliverable,
        )
        for number, sku, name, metal, metal_type, base_currency, weight, deliverable in bars
    ]
    return {article.sku: article for article in articles}
