"""Completing a basket of the E-Commerce tab.

The documentation shows the path and the callbacks, nothing of the body or the answer. All of this is assumed:

- The body holds `external_customer_id`, `cart_token` and, if the order is to have an id of the partner's,
  `external_id`.
- Without `payment_type` the order is paid from the customer's cash, and answered.
- With `payment_type: creditcard`, as in the Partner tab, it is paid by card; `payment` must be an object and
  is read past. The answer is the basket, with `payment` as an example of the Walletable tab has it. Once a
  browser has visited `payment.redirect_url`, and no failure was ordered, the basket is an order.
- An address must have been set, and the prices may not have run out; a card payment that is open keeps them.
- The delivery costs `delivery_fee` of the sandbox, in TRY.
"""

from __future__ import annotations

from minted_async.sandbox.messages import ErrorCode, FieldError, RefusedError
from minted_async.sandbox.request_body import Body
from minted_async.sandbox.shop import answers
from minted_async.sandbox.shop.addresses import LONGEST_ID
from minted_async.sandbox.shop.basket_requests import open_basket, pay, read_basket, require_ready
from minted_async.sandbox.shop.baskets import Basket
from minted_async.sandbox.shop.ecom import Ecom
from minted_async.sandbox.shop.payments import CARD_PAGES, Failure
from minted_async.sandbox.state import State

_VOID = Failure("The basket has changed since the payment was opened.", "4229")


class Checkout:
    """The operation that completes a basket."""

    def __init__(self, state: State, shop: Ecom) -> None:
        self._state = state
        self._shop = shop

    def complete(self, body: Body) -> object:
        """PUT /partner/ecom/basket/complete."""
        customer, token = read_basket(body)
        external_id = body.sized_text("external_id", shortest=1, longest=LONGEST_ID)
        by_card = body.optional_choice("payment_type", ("creditcard",)) is not None
        if by_card:
            body.required_object("payment")
        body.check()

        basket = open_basket(body, self._shop.baskets, customer, token)
        self._require_ready(basket, external_id)
        if basket.has_run_out:
            raise body.refuse("cart_token", FieldError.EXPIRED, ErrorCode.NO_LIVE_PRICE)
        if by_card:
            return self._answer(basket) | {"payment": self._open_payment(basket, external_id)}
        paid = answers.ecom_paid_total(basket, self._state.delivery_fee)
        pay(body, basket, self._state, {"TRY": -paid})
        basket.place(external_id)
        return self._answer(basket)

    def _open_payment(self, basket: Basket, external_id: str | None) -> dict[str, object]:
        def finish(failure: Failure | None) -> Failure | None:
            if basket.open_payment != token:
                return _VOID
            basket.open_payment = None
            if failure is not None:
                return failure
            try:
                self._require_ready(basket, external_id)
            except RefusedError as refusal:
                return Failure(refusal.code.text.en, str(refusal.code.number))
            basket.place(external_id)
            return None

        token, page = self._shop.pages.open(CARD_PAGES, finish)
        basket.open_payment = token
        amount = answers.ecom_paid_total(basket, self._state.delivery_fee)
        return answers.card_payment(token, page, amount)

    def _require_ready(self, basket: Basket, external_id: str | None) -> None:
        require_ready(basket, external_id, self._state)
        if basket.shipping is None:
            raise RefusedError(ErrorCode.NO_ADDRESS, {"cart_token": [FieldError.NO_ADDRESS]})

    def _answer(self, basket: Basket) -> dict[str, object]:
        return answers.ecom_basket(basket, self._state.delivery_fee, updated=None)
