"""What the sandbox says when it refuses: statuses, codes, and the texts in Turkish and English.

The documentation shows no error answer. Everything here is this sandbox's assumption, but for three things:
the envelope, that 422 (parameter errors) and 403 exist, and that Turkish is the default language.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

Language = Literal["tr", "en"]
_LANGUAGES: dict[str, Language] = {"tr": "tr", "en": "en"}


class Text(NamedTuple):
    """One message in both languages."""

    tr: str
    en: str


class ErrorCode(enum.Enum):
    """Why a request as a whole is refused: `code` of the envelope (HTTP status and a digit) and text."""

    INVALID_JSON = 4000, Text("İstek gövdesi geçerli bir JSON değil.", "The request body is not valid JSON.")
    BAD_ADDRESS = 4001, Text("Adres geçerli bir UTF-8 değil.", "The address is not valid UTF-8.")
    UNAUTHORIZED = 4010, Text("Kimlik doğrulaması gerekli.", "Authentication is required.")
    FORBIDDEN = 4030, Text("Bu işlem için yetkiniz yok.", "You may not do this.")
    NO_SUCH_ADDRESS = 4040, Text("Böyle bir adres yok.", "There is no such address.")
    NO_SUCH_ORDER = 4041, Text("Sipariş bulunamadı.", "The order was not found.")
    NO_SUCH_CUSTOMER = 4042, Text("Müşteri bulunamadı.", "The customer was not found.")
    NO_SUCH_PRODUCT = 4043, Text("Ürün bulunamadı.", "The product was not found.")
    NO_SUCH_BASKET = 4044, Text("Sepet bulunamadı.", "The basket was not found.")
    BODY_TOO_LARGE = 4130, Text("İstek gövdesi çok büyük.", "The request body is too large.")
    NOT_JSON = 4150, Text("İstek gövdesi JSON olmalı.", "The request body must be JSON.")
    INVALID = 4220, Text("Gönderilen bilgiler geçersiz.", "The given data is invalid.")
    NO_LIVE_PRICE = (
        4221,
        Text("Fiyatın süresi doldu veya fiyat bulunamadı.", "The price has expired or does not exist."),
    )
    DUPLICATE_ORDER = (
        4222,
        Text("Bu sipariş numarası zaten kullanıldı.", "This order id has been used already."),
    )
    DUPLICATE_CUSTOMER = (
        4223,
        Text("Bu müşteri numarası zaten kullanıldı.", "This customer id has been used already."),
    )
    INSUFFICIENT_BALANCE = 4224, Text("Bakiye yetersiz.", "The balance is not sufficient.")
    OUT_OF_STOCK = 4225, Text("Stok yetersiz.", "There is not enough of this in stock.")
    EMPTY_BASKET = 4226, Text("Sepet boş.", "The basket is empty.")
    NO_ADDRESS = 4227, Text("Teslimat adresi yok.", "There is no address to deliver to.")
    COMPLETED_BASKET = (
        4228,
        Text("Bu sepet zaten tamamlandı.", "This basket has been completed already."),
    )
    TOO_MANY_REQUESTS = 4290, Text("Çok fazla istek gönderildi.", "Too many requests.")
    SERVER_ERROR = 5000, Text("Beklenmeyen bir hata oluştu.", "An unexpected error occurred.")

    def __init__(self, number: int, text: Text) -> None:
        self.number = number
        self.status = number // 10
        self.text = text


class FieldError(enum.Enum):
    """What is wrong with one field."""

    REQUIRED = Text("Bu alan zorunludur.", "This field is required.")
    NOT_TEXT = Text("Bu alan metin olmalı.", "This field must be a string.")
    NOT_A_NUMBER = Text("Bu alan sayı olmalı.", "This field must be a number.")
    NOT_WHOLE = Text("Bu alan tam sayı olmalı.", "This field must be a whole number.")
    NOT_BOOLEAN = Text("Bu alan true veya false olmalı.", "This field must be true or false.")
    NOT_AN_OBJECT = Text("Bu alan nesne olmalı.", "This field must be an object.")
    NOT_AN_ARRAY = Text("Bu alan dizi olmalı.", "This field must be an array.")
    OUT_OF_RANGE = Text("Bu değer izin verilen aralıkta değil.", "This value is out of range.")
    UNKNOWN_VALUE = Text("Bu değer tanınmıyor.", "This value is not known.")
    NOT_A_DATE = Text("Bu alan tarih olmalı.", "This field must be a date.")
    NOT_AN_EMAIL = Text("Bu alan e-posta adresi olmalı.", "This field must be an e-mail address.")
    BAD_LENGTH = Text("Bu metin çok kısa veya çok uzun.", "This text is too short or too long.")
    GIVEN_TWICE = Text("Bu alan iki kez gönderildi.", "This field was given twice.")
    WRONG_ORDER = Text("Bu tarih başlangıçtan önce.", "This date is before the first one.")
    NOT_IN_BASKET = Text("Bu ürün sepette yok.", "This product is not in the basket.")
    NOT_DELIVERABLE = Text("Bu ürün teslim edilemez.", "This product cannot be delivered.")
    OTHER_CURRENCY = Text(
        "Fiyat başka bir para biriminde sabitlendi.", "The price was fixed in another currency."
    )
    NO_CUSTOMER = Text("Fiyat bir müşteri için sabitlenmedi.", "The price was not fixed for a customer.")
    EXPIRED = ErrorCode.NO_LIVE_PRICE.text
    TAKEN_ORDER = ErrorCode.DUPLICATE_ORDER.text
    TAKEN_CUSTOMER = ErrorCode.DUPLICATE_CUSTOMER.text
    INSUFFICIENT = ErrorCode.INSUFFICIENT_BALANCE.text
    UNKNOWN_CUSTOMER = ErrorCode.NO_SUCH_CUSTOMER.text
    UNKNOWN_PRODUCT = ErrorCode.NO_SUCH_PRODUCT.text
    OUT_OF_STOCK = ErrorCode.OUT_OF_STOCK.text
    EMPTY_BASKET = ErrorCode.EMPTY_BASKET.text
    NO_ADDRESS = ErrorCode.NO_ADDRESS.text
    COMPLETED_BASKET = ErrorCode.COMPLETED_BASKET.text


class RefusedError(Exception):
    """A request that is not carried out.

    Args:
        code: Why.
        errors: What is wrong field by field, by dotted path (`items.0.amount`).
    """

    def __init__(self, code: ErrorCode, errors: Mapping[str, Sequence[FieldError]] | None = None) -> None:
        super().__init__(code.name)
        self.code = code
        self.errors: Mapping[str, Sequence[FieldError]] = errors or {}


@lru_cache(maxsize=256)
def choose_language(accept_language: str) -> Language:
    """The language to answer in: tr or en by the header's weights, Turkish if it names neither."""
    best: Language = "tr"
    best_weight = 0.0
    for entry in accept_language.split(","):
        tag, _, parameters = entry.partition(";")
        found = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if weight <= best_weight:
            continue
        if found in _LANGUAGES:
            best, best_weight = _LANGUAGES[found], weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
