"""Which operation serves which method and path."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

from minted_async.sandbox.accounts import Accounts
from minted_async.sandbox.messages import ErrorCode, RefusedError
from minted_async.sandbox.shop.addresses import Addresses
from minted_async.sandbox.shop.checkout import Checkout
from minted_async.sandbox.shop.ecom import Ecom
from minted_async.sandbox.shop.storefront import Storefront
from minted_async.sandbox.shop.walletable import Walletable, WalletableOperations
from minted_async.sandbox.state import State
from minted_async.sandbox.trading import Trading

Operation = Callable[..., object]


class Routes:
    """The table of operations. A GET takes the id in its path or else the query, others id and body."""

    def __init__(self, state: State, ecom: Ecom, walletable: Walletable) -> None:
        trading, accounts, addresses = Trading(state), Accounts(state), Addresses(state)
        front, checkout = Storefront(state, ecom), Checkout(state, ecom)
        wallet = WalletableOperations(state, walletable, addresses)
        self._digest: dict[tuple[str, str], Operation] = {
            ("POST", "/partner/pricefix"): trading.fix_price,
            ("POST", "/partner/order"): trading.find,
            ("POST", "/partner/order/digital/buy"): trading.buy,
            ("POST", "/partner/order/digital/sell"): trading.sell,
            ("GET", "/partner/order/{}"): trading.get,
            ("GET", "/partner/order/{}/invoice"): wallet.invoice,
            ("POST", "/partner/customer"): accounts.create,
            ("GET", "/partner/customer/{}"): accounts.get,
            ("PATCH", "/partner/customer/{}"): accounts.update,
            ("POST", "/partner/customer/address"): addresses.create,
            ("POST", "/partner/customer/address/createmulti"): addresses.create_many,
            ("GET", "/partner/balance/customer/{}"): accounts.balance,
            ("POST", "/partner/delivery/create"): trading.create_delivery,
            ("GET", "/partner/ecom/products"): front.products,
            ("GET", "/partner/ecom/product"): front.product,
            ("GET", "/partner/ecom/baskets"): front.incomplete_baskets,
            ("PATCH", "/partner/ecom/basket/setaddress"): front.set_address,
            ("DELETE", "/partner/ecom/basket/empty"): front.clear,
            ("PUT", "/partner/ecom/basket/complete"): checkout.complete,
            ("GET", "/partner/ecom/orders"): front.orders,
            ("POST", "/partner/ecom/getorder"): front.get_order,
            ("PATCH", "/partner/walletable/basket"): wallet.update_item,
            ("DELETE", "/partner/walletable/basket"): wallet.delete_item,
            ("POST", "/partner/walletable/complete/buy"): wallet.complete_buy,
            ("POST", "/partner/walletable/complete/delivery"): wallet.complete_delivery,
            ("GET", "/partner/walletable/orders"): wallet.orders,
            ("GET", "/partner/walletable/balance"): wallet.balance,
        }
        self._webview: dict[tuple[str, str], Operation] = {
            ("GET", "/partner/ecom/getActiveBasket"): front.active_basket,
            ("GET", "/partner/ecom/orders"): front.own_orders,
        }

    def takes_bearer(self, method: str, path: str, *, offered: bool) -> bool:
        """Whether a call is authenticated by a webview's token.

        Args:
            method: Of the request.
            path: Of the request, without the query.
            offered: Whether it brings a token; where digest works as well, that decides.
        """
        key = (method, path)
        return key in self._webview and (offered or key not in self._digest)

    def find(self, method: str, path: str, customer: str | None) -> tuple[Operation, tuple[()] | tuple[str]]:
        """The operation of a path and the id in it, percent-decoded exactly once.

        Args:
            method: Of the request.
            path: Of the request, without the query.
            customer: Whose webview calls, if it is one.

        Raises:
            RefusedError: 404, there is none; 400, the id is not UTF-8.
        """
        if customer is not None:
            return partial(self._webview[method, path], customer), ()
        if operation := self._digest.get((method, path)):
            return operation, ()
        head, _, last = path.rpartition("/")
        collection, _, owner = head.rpartition("/")
        for template, key in ((f"{head}/{{}}", last), (f"{collection}/{{}}/{last}", owner)):
            operation = self._digest.get((method, template))
            if operation is not None and key:
                try:
                    return operation, (unquote(key, errors="strict"),)
                except UnicodeDecodeError:
                    raise RefusedError(ErrorCode.BAD_ADDRESS) from None
        raise RefusedError(ErrorCode.NO_SUCH_ADDRESS)
