"""The two shops against a model: stock, wallets and cash add up, whatever is paid, declined or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from minted_async.sandbox import Basket, Ecom, Profile, Walletable
from minted_async.sandbox.market import EXACT
from minted_async.sandbox.request_body import Body
from minted_async.sandbox.shop.addresses import Addresses
from minted_async.sandbox.shop.checkout import Checkout
from minted_async.sandbox.shop.storefront import Storefront
from minted_async.sandbox.shop.walletable import WalletableOperations
from tests.sandbox.operations import answer_of, standing_state
from tests.sandbox.shopper import BAR, CARD, GOLD, PLACE, SILVER_BAR, STORED_PLACE, names

CASH = Decimal(100_000)
STOCK = 6
ECOM_SKUS, WALLET_SKUS = (GOLD, "MNT0011"), (BAR, SILVER_BAR)
COUNTS = st.integers(1, 4)


class Shopping(RuleBasedStateMachine):
    """Baskets at random. Each order is remembered as its answer told it."""

    ecom_baskets: Bundle[Basket] = Bundle("ecom_baskets")
    wallet_baskets: Bundle[Basket] = Bundle("wallet_baskets")
    pages: Bundle[str] = Bundle("pages")

    @initialize()
    def open(self) -> None:
        self.state = standing_state(CASH, Decimal("75.25"))
        self.state.add_customer("CST-1", Profile(firstname="Deniz"))
        self.ecom, self.walletable = Ecom(self.state), Walletable(self.state)
        addresses = Addresses(self.state)
        self.front, self.checkout = Storefront(self.state, self.ecom), Checkout(self.state, self.ecom)
        self.wallet = WalletableOperations(self.state, self.walletable, addresses)
        for sku in ECOM_SKUS:
            self.ecom.catalog[sku].stock = STOCK
        for sku in WALLET_SKUS:
            self.walletable.catalog[sku].stock = STOCK
        self.call(addresses.create, {"external_customer_id": "CST-1"} | STORED_PLACE)
        self.cash = Counter({"TRY": CASH, "AED": CASH})
        self.sold: Counter[str] = Counter()
        self.delivered: Counter[str] = Counter()
        self.orders: dict[str, Any] = {}

    @rule(seconds=st.integers(1, 150))
    def pause(self, seconds: int) -> None:
        self.state.clock.advance(seconds)

    # ------------------------------------------------------------ E-Commerce
    @rule(target=ecom_baskets, sku=st.sampled_from(ECOM_SKUS), count=COUNTS, has_address=st.booleans())
    def fill(self, sku: str, count: int, has_address: bool) -> Basket:
        basket = self.ecom.fill_basket("CST-1", {sku: count})
        if has_address:
            self.call(self.front.set_address, names(basket) | {"shipping": PLACE, "billing": PLACE})
        return basket

    @rule(basket=ecom_baskets, sku=st.sampled_from(ECOM_SKUS))
    def add(self, basket: Basket, sku: str) -> None:
        if basket.token not in self.orders:
            self.ecom.fill_basket("CST-1", {sku: 1}, token=basket.token)

    @rule(basket=ecom_baskets)
    def clear(self, basket: Basket) -> None:
        self.call(self.front.clear, names(basket))

    @rule(basket=ecom_baskets)
    def read(self, basket: Basket) -> None:
        answer = self.read_again(basket)
        assert answer["order_creation_status"] == ("order" if basket.token in self.orders else "basket")
        if answer["order_creation_status"] == "basket":
            assert answer["pricefix"]["remaining"] > 0

    @rule(basket=ecom_baskets)
    def pay_in_cash(self, basket: Basket) -> None:
        holds = Counter(basket.items)
        answer = self.call(self.checkout.complete, names(basket))
        if answer is not None:
            assert not basket.has_run_out
            self.cash["TRY"] -= answer["paid_total"]
            self.ordered(basket, holds, answer["paid_total"])

    @rule(target=pages, basket=ecom_baskets)
    def pay_by_card(self, basket: Basket) -> str:
        answer = self.call(self.checkout.complete, names(basket) | CARD)
        if answer is None:
            return "/pay/none"
        return str(answer["payment"]["redirect_url"])

    @rule(page=pages, declined=st.booleans())
    def visit(self, page: str, declined: bool) -> None:
        before = {token for token, basket in self.ecom.baskets.items() if basket.placed_at is not None}
        if declined:
            self.ecom.decline_next()
        with localcontext(EXACT):
            callback = self.ecom.pages.visit(page)
        self.ecom.pages.declines.clear()
        after = {token for token, basket in self.ecom.baskets.items() if basket.placed_at is not None}
        for token in after - before:
            basket = self.ecom.baskets[token]
            assert callback is not None
            assert callback.endswith("/success")
            assert not declined
            self.ordered(basket, Counter(basket.items), self.read_again(basket)["paid_total"])

    # ------------------------------------------------------------ Walletable
    @rule(
        target=wallet_baskets,
        sku=st.sampled_from(WALLET_SKUS),
        count=COUNTS,
        kind=st.sampled_from(["buy", "buy", "delivery"]),
    )
    def fill_wallet_basket(self, sku: str, count: int, kind: Any) -> Basket:
        return self.walletable.fill_basket("CST-1", {sku: count}, kind=kind)

    @rule(basket=wallet_baskets, sku=st.sampled_from(WALLET_SKUS), count=st.integers(0, 4))
    def change(self, basket: Basket, sku: str, count: int) -> None:
        if count:
            self.call(self.wallet.update_item, names(basket) | {"sku": sku, "qty": count})
        else:
            self.call(self.wallet.delete_item, names(basket) | {"sku": sku})

    @rule(basket=wallet_baskets)
    def complete(self, basket: Basket) -> None:
        delivers = basket.kind == "delivery"
        operation = self.wallet.complete_delivery if delivers else self.wallet.complete_buy
        holds = Counter(basket.items)
        answer = self.call(operation, names(basket))
        if answer is None:
            return
        fees = ("charge_fee", "minting_fee", "storage_fee", "charges_vat")
        assert answer["paid_total"] == answer["total"] + sum(answer[name] for name in fees)
        self.cash["AED"] -= answer["paid_total"]
        if delivers:
            self.orders[basket.token] = answer["paid_total"]
            self.delivered += holds
        else:
            self.ordered(basket, holds, answer["paid_total"])

    # ------------------------------------------------------------ what always holds
    @invariant()
    def money_adds_up(self) -> None:
        self.state.ledger.verify()
        for unit, amount in self.cash.items():
            assert self.state.ledger.balance("CST-1", unit) == amount >= 0

    @invariant()
    def stock_adds_up(self) -> None:
        for catalog, skus in ((self.ecom.catalog, ECOM_SKUS), (self.walletable.catalog, WALLET_SKUS)):
            for sku in skus:
                assert catalog[sku].stock == STOCK - self.sold[sku] >= 0

    @invariant()
    def wallets_add_up(self) -> None:
        held = {sku: self.sold[sku] - self.delivered[sku] for sku in WALLET_SKUS}
        assert self.walletable.wallet("CST-1") == {sku: count for sku, count in held.items() if count}

    @invariant()
    def orders_stay_what_they_were(self) -> None:
        with localcontext(EXACT):
            for token, paid in self.orders.items():
                if token in self.ecom.baskets:
                    assert self.read_again(self.ecom.baskets[token])["paid_total"] == paid
                else:
                    assert self.walletable.bill(self.walletable.baskets[token]).paid_total == paid

    def ordered(self, basket: Basket, holds: Counter[str], paid: Decimal) -> None:
        assert basket.token not in self.orders
        assert holds
        self.orders[basket.token] = paid
        self.sold += holds

    def read_again(self, basket: Basket) -> Any:
        return self.call(self.front.get_order, {"customer_external_id": "CST-1", "cart_token": basket.token})

    def call(self, operation: Callable[[Body], object], body: dict[str, Any]) -> Any:
        return answer_of(operation, body, self.state.ledger)


TestShopping = Shopping.TestCase
TestShopping.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
