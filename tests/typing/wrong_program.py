"""Mistakes that a type checker has to find: an ignore that is not needed is itself an error to mypy."""

from __future__ import annotations

from minted_async import MintedClient, models


async def mistakes(minted: MintedClient) -> None:
    await minted.orders.get()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await minted.orders.get(external_order_id=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    models.BuyItem(sku="GAU", amount=0.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await minted.orders.sell("token", external_id="ORD-1", items=[])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    fix = await minted.prices.fix(type="digital")
    fix.currency = models.Currency.TRY  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    MintedClient.from_env(localle="tr")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    minted.price_feed(max_agee=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await minted.order.get("ORD-1")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    await minted.ecom.products.list(page=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await minted.ecom.products.list(page="1", total=20)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    minted.ecom.products.all(page=1, total=20)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await minted.walletable.complete_buy(external_customer_id="C")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await minted.webview.active_basket()  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]
    await minted.webview("TOKEN").orders(customer_external_id="C")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    minted.webview()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
