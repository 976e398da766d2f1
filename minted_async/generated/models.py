# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The messages of the API: immutable structs, open enums, exact decimals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from msgspec import UNSET, UnsetType

from minted_async.core.enums import OpenStrEnum
from minted_async.core.model import Model, complete
from minted_async.core.scalars import ExternalId, IsoDateTime, JsonObject, MintedDateTime, MintedDateTimeUtc

__all__ = [
    "BillingAddress",
    "BillingAddressInput",
    "BuyItem",
    "CardTokenPayment",
    "Currency",
    "Customer",
    "CustomerBalance",
    "DeliveredProduct",
    "DeliveryAddress",
    "DeliveryCustomer",
    "DeliveryReceipt",
    "DeliveryReceiptItem",
    "Gender",
    "InvoiceType",
    "Order",
    "OrderAddress",
    "OrderBuyer",
    "OrderCustomer",
    "OrderDelivery",
    "OrderItem",
    "OrderReceipt",
    "OrderStatus",
    "OrderType",
    "Payment",
    "PaymentDetails",
    "PaymentType",
    "Price",
    "PriceFix",
    "SellItem",
    "ShippingAddress",
    "ShippingAddressInput",
    "Topup",
    "Wallet",
]


class Currency(OpenStrEnum):
    """A currency that Minted prices and settles in."""

    GBP = "GBP"
    TRY = "TRY"
    USD = "USD"
    EUR = "EUR"


class Gender(OpenStrEnum):
    """A customer's gender, `M` or `F`."""

    M = "M"
    F = "F"


class Price(Model, kw_only=True, frozen=True):
    """Locked prices of one product, for one unit of it, in the currency of the price fix."""

    currency_id: int
    """Minted's number of the metal that the product is made of."""

    product_id: int
    """Minted's number of the product."""

    spot_price: Decimal
    """Market price of one unit. It need not lie between the sell and the buy price."""

    buy_price: Decimal
    """Price of one unit when the customer buys."""

    sell_price: Decimal
    """Price of one unit when the customer sells."""

    sku: str
    """Product code, such as `GAU` (gold) or `GAG` (silver)."""

    buy_amount: Decimal | None = None
    """By its name the amount that a fixed total buys, in the unit of the sku. Null in every example,
    none of which fixes a total.
    """


class OrderStatus(OpenStrEnum):
    """State of an order. Others occur too, such as `New` in an older example."""

    CREATED = "Created"
    PENDING = "Pending"
    PROCESSING = "Processing"
    CANCELLED = "Cancelled"
    COMPLETED = "Completed"
    PREPARING = "Preparing"
    PACKED = "Packed"
    SHIPPED = "Shipped"
    TRANSFERRING = "Transferring"
    REFUNDING = "Refunding"
    REFUNDED = "Refunded"
    PAYMENT_CONFIRMED = "Payment Confirmed"


class OrderType(OpenStrEnum):
    """Kind of an order."""

    BUY = "Buy"
    SELL = "Sell"
    DELIVERY = "Delivery"


class OrderCustomer(Model, kw_only=True, frozen=True):
    """The customer for whom an order is placed."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"identity_number"})

    external_id: ExternalId
    """The partner's own id of the customer."""

    identity_number: str
    """National identity number, a string of 11 digits in the examples."""

    firstname: str
    """First name."""

    lastname: str
    """Last name."""

    email: str
    """E-mail address."""

    phone: str
    """Phone number with country code and no spaces, such as `+905550000000`."""

    middlename: str | UnsetType = UNSET
    """Middle name. May be an empty string."""

    gender: Gender | UnsetType = UNSET
    """Gender."""

    birthdate: str | UnsetType = UNSET
    """Date of birth. The documentation contradicts itself: the field's own example is `DD-MM-YYYY`,
    the request examples are `YYYY-MM-DD`.
    """

    fullname: str | UnsetType = UNSET
    """First, middle and last name in one. Only the request examples have it."""


class BuyItem(Model, kw_only=True, frozen=True):
    """One product to buy. Name it by `sku` and say how much by `amount`; the documentation requires
    both for card payments and marks both optional elsewhere.
    """

    sku: str | UnsetType = UNSET
    """Product code, such as `GAU` (gold) or `GAG` (silver)."""

    amount: Decimal | UnsetType = UNSET
    """How much to buy, in the unit of the sku. Fractions are allowed."""

    product_id: str | UnsetType = UNSET
    """Product number, in place of `sku` in one request example. A string there, although answers have
    an integer.
    """


class Topup(Model, kw_only=True, frozen=True):
    """A top-up that goes with a purchase. The documentation does not say what it is for."""

    price: Decimal | UnsetType = UNSET
    """Money of the top-up, in the order's currency. That it stands inside `topup` is likely, not
    certain.
    """


class SellItem(Model, kw_only=True, frozen=True):
    """One product to sell."""

    sku: str
    """Product code, such as `GAU` (gold) or `GAG` (silver)."""

    amount: Decimal
    """How much to sell, in the unit of the sku. The documentation types it as an integer here and as a
    number when buying; whether fractions can be sold is not said.
    """


class OrderItem(Model, kw_only=True, frozen=True):
    """One line of an order. Money is in the order's currency."""

    sku: str | None = None
    """Product code. Missing from the older form of the answer."""

    product_id: int | None = None
    """Minted's number of the product."""

    product_name: str | None = None
    """Name of the product for display."""

    spot_price: Decimal | None = None
    """Market price of one unit at the time."""

    price: Decimal | None = None
    """Price of one unit that was applied."""

    tax_rate: Decimal | None = None
    """Tax rate."""

    tax: Decimal | None = None
    """Tax on this line."""

    amount: Decimal | None = None
    """How much, in the unit of the sku. Can be a fraction."""

    total: Decimal | None = None
    """What this line comes to. Rounded to two decimals in the examples."""

    # The rest is in answers of the older form only.
    product_weight: Decimal | None = None
    """Weight of one unit. Older form of the answer."""

    currency_id: int | None = None
    """Minted's number of the currency. Older form of the answer, null in its example."""

    currency_rate: Decimal | None = None
    """Exchange rate applied. Older form of the answer, null in its example."""

    currency_total: Decimal | None = None
    """Line total after exchange. Older form of the answer."""


class OrderBuyer(Model, kw_only=True, frozen=True):
    """The customer of an order, as the order keeps it."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"identity_number"})

    external_id: str | None = None
    """The partner's own id of the customer."""

    firstname: str | None = None
    """First name."""

    middlename: str | None = None
    """Middle name. Null and the empty string both occur."""

    lastname: str | None = None
    """Last name."""

    fullname: str | None = None
    """First, middle and last name in one."""

    email: str | None = None
    """E-mail address."""

    phone: str | None = None
    """Phone number with country code."""

    gender: str | None = None
    """Gender, `M` in the examples."""

    identity_number: str | None = None
    """National identity number."""

    birthdate: str | None = None
    """Date of birth, `YYYY-MM-DD` in the examples. No form is declared."""


class DeliveredProduct(Model, kw_only=True, frozen=True):
    """One product of a delivery."""

    product_id: int | None = None
    """Minted's number of the product."""

    sku: str | None = None
    """Product code."""

    product_name: str | None = None
    """Name of the product for display."""

    amount: Decimal | None = None
    """How much, in the unit of the sku."""


class PaymentType(OpenStrEnum):
    """How an order is paid, as answers spell it. Requests write `creditcard`."""

    CASH = "cash"
    CREDIT_CARD = "credit-card"


class CardTokenPayment(Model, kw_only=True, frozen=True):
    """Payment with a stored card. Its keys are known from a request example only, so none is marked as
    required; send all three.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"card_token", "card_cvv"})

    card_token: str | UnsetType = UNSET
    """Token of the stored card."""

    card_cvv: str | UnsetType = UNSET
    """The card's security code, as a string of digits."""

    customer_ip: str | UnsetType = UNSET
    """IP address of the customer who pays."""


class PaymentDetails(Model, kw_only=True, frozen=True):
    """The card of a payment. Minted echoes the security code here: keep it out of logs."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"card_number", "card_expiry", "card_cvv"})

    card_holder: str | None = None
    """Name on the card."""

    card_number: str | None = None
    """Card number, all but the first six and last four digits masked with stars."""

    card_expiry: str | None = None
    """End of validity, `MM/YY`."""

    card_cvv: str | None = None
    """Security code, echoed as `000` in the example."""

    card_association: str | None = None
    """Card brand. `mastercard` and `Visa` are known; compare without regard to case."""

    customer_ip: str | None = None
    """IP address of the customer who paid."""


class InvoiceType(OpenStrEnum):
    """Whether an invoice is made out to a person or to a company."""

    INDIVIDUAL = "Individual"
    CORPORATE = "Corporate"


class BillingAddress(Model, kw_only=True, frozen=True):
    """The billing address of an order."""

    external_id: str | None = None
    """The partner's own id of the address."""

    invoice_type: InvoiceType | None = None
    """Whether the invoice is made out to a person or to a company."""

    fullname: str | None = None
    """Name of the person."""

    company_name: str | None = None
    """Name of the company."""

    phone: str | None = None
    """Phone number."""

    email: str | None = None
    """E-mail address."""

    city: str | None = None
    """City or province."""

    county: str | None = None
    """County of the city."""

    district: str | None = None
    """District of the county."""

    address: str | None = None
    """The rest of the address in free text."""

    zipcode: str | None = None
    """Postal code, at most 5 characters."""

    street: str | None = None
    """Street."""

    tax_office: str | None = None
    """Tax office of the company."""

    tax_number: str | None = None
    """Tax number."""


class ShippingAddress(Model, kw_only=True, frozen=True):
    """The shipping address of an order."""

    id: int | None = None
    """Minted's number of the address."""

    external_id: str | None = None
    """The partner's own id of the address."""

    tax_number: str | None = None
    """Tax number."""

    fullname: str | None = None
    """Name of the recipient."""

    phone: str | None = None
    """Phone number of the recipient."""

    city: str | None = None
    """City or province."""

    county: str | None = None
    """County of the city."""

    district: str | None = None
    """District of the county."""

    address: str | None = None
    """The rest of the address in free text."""

    zipcode: str | None = None
    """Postal code, at most 5 characters."""

    street: str | None = None
    """Street."""


class BillingAddressInput(Model, kw_only=True, frozen=True):
    """A billing address. Only what both the field list and the delivery example of the documentation
    agree on is required: the list also wants `phone` and `tax_number`, which the example leaves
    out.
    """

    city: str
    """City or province."""

    county: str
    """County of the city."""

    district: str
    """District of the county."""

    address: str
    """The rest of the address in free text."""

    external_id: str | UnsetType | None = UNSET
    """The partner's own id of the address, 1 to 110 characters."""

    invoice_type: InvoiceType | UnsetType = UNSET
    """Whether the invoice is made out to a person or to a company."""

    fullname: str | UnsetType | None = UNSET
    """Name of the person."""

    company_name: str | UnsetType | None = UNSET
    """Name of the company."""

    phone: str | UnsetType = UNSET
    """Phone number. Required by the field list."""

    email: str | UnsetType | None = UNSET
    """E-mail address."""

    zipcode: str | UnsetType | None = UNSET
    """Postal code, at most 5 characters."""

    street: str | UnsetType = UNSET
    """Street."""

    tax_office: str | UnsetType = UNSET
    """Tax office of the company."""

    tax_number: str | UnsetType = UNSET
    """Tax number. Required by the field list."""


class ShippingAddressInput(Model, kw_only=True, frozen=True):
    """A shipping address. Only what both the field list and the delivery example of the documentation
    agree on is required: the list also wants `phone` and `tax_number`, which the example leaves
    out.
    """

    fullname: str
    """Name of the recipient."""

    city: str
    """City or province."""

    county: str
    """County of the city."""

    district: str
    """District of the county."""

    address: str
    """The rest of the address in free text."""

    id: int | UnsetType = UNSET
    """Minted's number of the address. The documentation shares the schema with answers; leave it out
    of requests.
    """

    external_id: str | UnsetType | None = UNSET
    """The partner's own id of the address, 1 to 110 characters."""

    tax_number: str | UnsetType = UNSET
    """Tax number. Required by the field list."""

    phone: str | UnsetType = UNSET
    """Phone number of the recipient. Required by the field list."""

    zipcode: str | UnsetType | None = UNSET
    """Postal code, at most 5 characters."""

    street: str | UnsetType | None = UNSET
    """Street."""

    company_name: str | UnsetType = UNSET
    """Name of the company. Only the delivery example has it."""


class Wallet(Model, kw_only=True, frozen=True):
    """A wallet of a customer. The documentation counts ten properties and shows only `id`."""

    id: int | None = None
    """Minted's number of the wallet."""


class CustomerBalance(Model, kw_only=True, frozen=True):
    """One line of a customer's balance: one metal or one currency. Metal is in the unit of its sku,
    cash in its currency. The documentation types all quantities as integers; they are read as
    decimals because metal is held in fractions.
    """

    customer_external_id: str
    """The partner's own id of the customer."""

    name: str
    """Name of the line for display."""

    currency_id: int
    """Minted's number of the metal or currency."""

    currency_symbol: str
    """Symbol for display."""

    currency_code: str
    """Code of the metal or currency."""

    is_cash: bool
    """True for money, false for metal."""

    balance: Decimal
    """What the customer holds."""

    blocked: Decimal
    """The part that is blocked."""

    real_balance: Decimal
    """By its name, the balance with blocks taken into account. Not explained in the documentation."""

    soft_blocked_amount: Decimal
    """A provisionally blocked part. Not explained in the documentation."""

    stats: JsonObject
    """Statistics of the line. Its keys are not documented."""

    prices: JsonObject
    """Prices that belong to the line. Its keys are not documented."""


class DeliveryCustomer(Model, kw_only=True, frozen=True):
    """The customer who receives a delivery."""

    external_id: ExternalId
    """The partner's own id of the customer."""

    firstname: str
    """First name."""

    lastname: str
    """Last name."""

    phone: str
    """Phone number with country code."""

    email: str
    """E-mail address."""


class DeliveryReceiptItem(Model, kw_only=True, frozen=True):
    """One line of a delivery."""

    item_currency_id: int | None = None
    """Minted's number of the metal."""

    item_currency_name: str | None = None
    """Name of the metal."""

    product_id: int | None = None
    """Minted's number of the product."""

    product_name: str | None = None
    """Name of the product for display."""

    product_weight: Decimal | None = None
    """Weight of one unit."""

    spot_price: Decimal | None = None
    """Market price of one unit. Zero in the example."""

    price: Decimal | None = None
    """Price of one unit. Zero in the example."""

    tax_rate: Decimal | None = None
    """Tax rate."""

    tax: Decimal | None = None
    """Tax on this line."""

    amount: Decimal | None = None
    """How much is delivered, in the unit of the sku."""

    total: Decimal | None = None
    """Cost of the delivery of this line."""

    currency_id: int | None = None
    """Minted's number of the currency of the money here."""

    currency_rate: Decimal | None = None
    """Exchange rate applied. The documentation cuts its value off."""


class PriceFix(Model, kw_only=True, frozen=True):
    """Prices of all products, locked for a few minutes. Its token is what an order is placed with."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"token"})

    token: str
    """The price token that an order is placed with, as its `price_token`."""

    expires_at: IsoDateTime
    """When the lock ends."""

    is_total_price: bool
    """True when prices were fixed from a money total."""

    expire_ttl: int
    """Seconds left of the lock at the time of the answer."""

    prices: list[Price]
    """One row for each product."""

    currency: Currency
    """Currency of all prices here."""

    total: Decimal | None = None
    """The money total that prices were fixed from, in `currency`. Null when fixed without one."""


class OrderDelivery(Model, kw_only=True, frozen=True):
    """The physical delivery of an order."""

    status_id: int | None = None
    """Minted's number of the delivery's state."""

    status_name: str | None = None
    """State of the delivery. Its values are not documented."""

    cargo_tracking_url: str | None = None
    """Address at which the parcel can be tracked."""

    cargo_tracking_number: str | None = None
    """The carrier's number of the parcel."""

    sync_status: bool | None = None
    """By its name, whether the state has been synchronised with the carrier. Not explained in the
    documentation.
    """

    products: list[DeliveredProduct] | None = None
    """What is delivered."""


class Payment(Model, kw_only=True, frozen=True):
    """The card payment of an order. Money is in the order's currency."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"token"})

    state: str | None = None
    """State of the payment. `new` and `success` are known."""

    redirect_url: str | None = None
    """By its name, where to send the customer for 3-D Secure."""

    token: str | None = None
    """Token of the payment."""

    is_3d: bool | None = None
    """Whether the payment goes through 3-D Secure."""

    auth_mode: str | None = None
    """How the card is authorised. `preauth` is known, an empty string occurs."""

    amount: Decimal | None = None
    """Sum before the commission."""

    comission: Decimal | None = None
    """Commission of the card payment. Spelt with one m on the wire."""

    total: Decimal | None = None
    """`amount` and `comission` together."""

    transaction_id: str | int | None = None
    """The payment provider's id of the transaction. Null in the only example, so its type is not
    known.
    """

    order_reference: str | None = None
    """Repeats the partner's id of the order."""

    refunded_amount: Decimal | None = None
    """Money refunded so far."""

    error_code: str | int | None = None
    """The payment provider's error code. Null in the only example, so its type is not known."""

    error_message: str | None = None
    """The payment provider's error text. Null in the only example."""

    details: PaymentDetails | None = None
    """The card used. Can be null."""


class OrderAddress(Model, kw_only=True, frozen=True):
    """The addresses of an order."""

    billing: BillingAddress | None = None
    """Where the invoice goes."""

    shipping: ShippingAddress | None = None
    """Where the parcel goes."""


class DeliveryAddress(Model, kw_only=True, frozen=True):
    """The addresses that a delivery needs."""

    billing: BillingAddressInput
    """Where the invoice goes."""

    shipping: ShippingAddressInput
    """Where the parcel goes."""


class Customer(Model, kw_only=True, frozen=True):
    """A customer, person or company, in the answers to creating and to reading one. Creating answers
    with `id`, `company_id`, `user_id` and the two times, reading with `wallets`.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"identity_number"})

    external_id: str
    """The partner's own id of the customer."""

    firstname: str
    """First name, or the name of a company."""

    id: int | None = None
    """Minted's number of the customer."""

    company_id: int | None = None
    """By its name, Minted's number of the partner's company."""

    user_id: int | None = None
    """Minted's number of a user account. Null in the example."""

    middlename: str | None = None
    """Middle name."""

    lastname: str | None = None
    """Last name. Companies are created without one."""

    fullname: str | None = None
    """First, middle and last name in one. Made by Minted."""

    email: str | None = None
    """E-mail address."""

    phone: str | None = None
    """Phone number."""

    gender: Gender | None = None
    """Gender."""

    identity_number: str | None = None
    """National identity number, or the number of a company. 10 and 11 digits occur."""

    birthdate: date | None = None
    """Date of birth."""

    created_at: MintedDateTime | None = None
    """When the customer was created."""

    updated_at: MintedDateTime | None = None
    """When the customer was last changed."""

    wallets: list[Wallet] | None = None
    """The customer's wallets."""


class DeliveryReceipt(Model, kw_only=True, frozen=True):
    """The answer to creating a delivery. The documentation's field list (`total`, `items`) and its
    example, a whole order in an older form, disagree, so nothing here is certain to be present.
    Money is the cost of the delivery.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"price_token"})

    id: int | None = None
    """Minted's number of the order."""

    guid: str | None = None
    """Minted's id of the order, an upper-case UUID."""

    order_code: str | None = None
    """Minted's short code of the order."""

    external_id: str | None = None
    """The partner's own id of the order. Null in the example although the request must have one."""

    channel: str | None = None
    """Where the order came from, such as `web`."""

    tx_type: str | None = None
    """Kind of the order, `delivery` in the example."""

    price_token: str | None = None
    """Token of a price fix. Null in the example."""

    price: Decimal | None = None
    """Cost of the delivery."""

    tax: Decimal | None = None
    """Tax on the cost of the delivery."""

    total: Decimal | None = None
    """What the delivery costs in all. Not a price of metal."""

    currency_rate: Decimal | None = None
    """Exchange rate applied."""

    currency_total: Decimal | None = None
    """Total after exchange."""

    status_id: int | None = None
    """Minted's number of the state."""

    status_name: str | None = None
    """State of the order, `Created` in the example."""

    order_at: IsoDateTime | None = None
    """When the order was placed."""

    items: list[DeliveryReceiptItem] | None = None
    """The lines of the order."""


class Order(Model, kw_only=True, frozen=True):
    """One order. Fields that the documentation requires and one of its own examples lacks are optional
    here: `type` and `currency_code`. An older form of the answer has more keys, marked as such.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"price_token"})

    guid: str
    """Minted's id of the order, an upper-case UUID."""

    order_code: str
    """Minted's short code of the order, 8 letters and digits in the examples."""

    external_id: str | None
    """The partner's own id of the order. Null when it was placed without one."""

    items: list[OrderItem]
    """The lines of the order."""

    type: OrderType | None = None
    """Kind of the order."""

    price: Decimal | None = None
    """Price of the whole order, in its currency."""

    tax: Decimal | None = None
    """Tax on the whole order, in its currency."""

    total: Decimal | None = None
    """What the whole order comes to, in its currency. Rounded to two decimals in the examples."""

    payment_cost: Decimal | None = None
    """Cost of the payment, in the order's currency. In the examples it is not part of `total`."""

    currency_code: str | None = None
    """Currency of the order, such as `TRY`."""

    status_name: OrderStatus | None = None
    """State of the order. It can be `Pending` while `payment.state` is already `success`."""

    customer: OrderBuyer | None = None
    """For whom the order was placed."""

    payment_type: PaymentType | None = None
    """How it is paid."""

    payment: Payment | None = None
    """The card payment. Null or missing for other orders."""

    delivery: OrderDelivery | None = None
    """The physical delivery. Missing from digital orders."""

    address: OrderAddress | None = None
    """Billing and shipping address. Missing from digital orders."""

    description: str | None = None
    """Weight and product code in one text, such as `1gr - #GAU`. Digital orders only."""

    order_at: MintedDateTimeUtc | None = None
    """When the order was placed, to the minute. Printed without a zone; the examples point to UTC."""

    # The rest is in answers of the older form only.
    channel: str | None = None
    """Where the order came from, such as `partner`. Older form of the answer."""

    tx_type: str | None = None
    """Kind of the order in the older form of the answer, such as `oneoffpurchase`."""

    price_token: str | None = None
    """Token of the price fix used. Older form of the answer, null in its example."""

    currency_rate: Decimal | None = None
    """Exchange rate applied. Older form of the answer, null in its example."""

    currency_total: Decimal | None = None
    """Total after exchange. Older form of the answer."""

    status_id: int | None = None
    """Minted's number of the state. Older form of the answer."""


class OrderReceipt(Model, kw_only=True, frozen=True):
    """The answer to a purchase or a sale. It can hold several orders, so codes and ids are lists."""

    order_code: list[str]
    """Minted's short codes of the orders, a list even for a single one."""

    guid: list[str]
    """Minted's ids of the orders, a list even for a single one."""

    price: Decimal
    """Price of all orders together, in the order's currency."""

    tax: Decimal
    """Tax on all orders together, in the order's currency."""

    total: Decimal
    """What all orders come to, in the order's currency."""

    order_at: MintedDateTime | None = None
    """When the order was placed."""

    orders: list[Order] | None = None
    """The orders themselves."""

    payment: Payment | None = None
    """The card payment. Documented for card purchases only."""


complete(
    Price,
    OrderCustomer,
    BuyItem,
    Topup,
    SellItem,
    OrderItem,
    OrderBuyer,
    DeliveredProduct,
    CardTokenPayment,
    PaymentDetails,
    BillingAddress,
    ShippingAddress,
    BillingAddressInput,
    ShippingAddressInput,
    Wallet,
    CustomerBalance,
    DeliveryCustomer,
    DeliveryReceiptItem,
    PriceFix,
    OrderDelivery,
    Payment,
    OrderAddress,
    DeliveryAddress,
    Customer,
    DeliveryReceipt,
    Order,
    OrderReceipt,
)
