"""One list says which names are those of secrets, however they are written."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async.core.model import Model
from minted_async.core.secret_names import SECRET_NAMES, is_id, is_secret
from minted_async.generated import models as generated

NAMES = st.sampled_from(sorted(SECRET_NAMES))
# Neither ends in the beginning of a secret name, nor begins with the end of one.
WORDS = st.sampled_from(["customer", "new", "payment", "1", ""])


@given(
    WORDS, NAMES, WORDS, st.sampled_from(["_", "-", " ", "."]), st.sampled_from([str, str.upper, str.title])
)
def test_a_secret_name_is_known_as_whole_words_in_any_case(
    before: str, name: str, after: str, separator: str, spell: type[str]
) -> None:
    written = separator.join(part for part in (before, *name.split("_"), after) if part)
    assert is_secret(spell(written))


@given(WORDS, NAMES, WORDS)
def test_a_secret_name_is_known_in_camel_case_and_joined(before: str, name: str, after: str) -> None:
    words = [part for part in (before, *name.split("_"), after) if part]
    assert is_secret(words[0] + "".join(map(str.capitalize, words[1:])))
    assert is_secret(name.replace("_", ""))


@given(NAMES, st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_a_name_that_stands_inside_a_word_is_none(name: str, letter: str) -> None:
    assert not is_secret(letter + name.replace("_", "") + letter)


@pytest.mark.parametrize(
    "name",
    [
        *("company", "expand", "shipping", "expires_at", "expire_ttl", "tax_number", "order_code", "pinned"),
        *("card_holder", "cards", "card_association", "external_id", "sku", "zipcode", "tokens", "", "123"),
    ],
)
def test_other_names_are_not_those_of_secrets(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize("name", ["cvv2", "cvc2", "CVV", "X-Api-Key", "cardPAN", "PANNumber", "iban1"])
def test_names_as_they_occur(name: str) -> None:
    assert is_secret(name)


@given(st.text(), NAMES)
def test_only_the_end_of_an_endless_name_is_looked_at(text: str, name: str) -> None:
    assert is_secret(f"{text * 100}_{name}")


@pytest.mark.parametrize("name", ["id", "external_id", "orderId", "customer-ids", "ORDER_ID"])
def test_ids_are_known_by_their_last_word(name: str) -> None:
    assert is_id(name)


@pytest.mark.parametrize("name", ["paid", "identity", "id_card", "idx", "", "valid"])
def test_other_names_are_not_those_of_ids(name: str) -> None:
    assert not is_id(name)


def test_no_name_of_an_id_is_that_of_a_secret() -> None:
    assert not [name for name in SECRET_NAMES if is_id(name)]


def test_the_models_hide_every_field_whose_name_is_that_of_a_secret() -> None:
    kinds = [getattr(generated, name) for name in generated.__all__]
    fields = [
        (kind, field)
        for kind in kinds
        if issubclass(kind, Model)
        for field in msgspec.structs.fields(kind)
        if is_secret(field.encode_name)
    ]
    assert len(fields) > 10
    assert [(kind, field.name) for kind, field in fields if field.name not in kind.__secret_fields__] == []


def test_every_field_that_the_models_hide_has_the_name_of_a_secret() -> None:
    """So that a text which holds it, and no model, is masked too."""
    kinds = [getattr(generated, name) for name in generated.__all__]
    models = [kind for kind in kinds if issubclass(kind, Model)]
    hidden = {
        field.encode_name
        for kind in models
        for field in msgspec.structs.fields(kind)
        if field.name in kind.__secret_fields__
    }
    assert hidden
    assert [name for name in hidden if not is_secret(name)] == []
