"""The structs and enums that the torture spec comes to, at work."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType
from typing import Any

import msgspec
import pytest

from codegen.emit.build import Build, build
from codegen.emit.models import model_path
from codegen.project import Project
from minted_async.core.scalars import decode_scalar

NAME = "torture_models"
MODELS, REQUESTS = (model_path("", kind) for kind in ("models", "requests"))


@pytest.fixture(scope="module")
def models(torture_build: Build) -> Iterator[Any]:
    yield from loaded(NAME, torture_build.files[MODELS])


@pytest.fixture(scope="module")
def requests(torture_build: Build, models: Any) -> Iterator[Any]:
    source = torture_build.files[REQUESTS]
    assert "from minted_async.generated.models import" in source
    yield from loaded("torture_requests", source.replace("minted_async.generated.models", models.__name__))


def loaded(name: str, source: str) -> Iterator[Any]:
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(source, name, "exec"), module.__dict__)
    yield module
    del sys.modules[name]


BAR = b"""
{"id": 7, "external_id": "B-1", "metal": "gold", "weight": 1731.30, "from": "mint", "date": "2024-02-29"%s}
"""


def read_bar(models: Any, more: bytes = b"") -> Any:
    return msgspec.json.decode(BAR % more, type=models.Bar, dec_hook=decode_scalar)


def test_every_struct_can_be_decoded_by_msgspec(models: Any) -> None:
    for name in models.__all__:
        if isinstance(getattr(models, name), type):
            msgspec.json.Decoder(getattr(models, name), dec_hook=decode_scalar)


def test_the_module_exports_classes_and_enums_and_nothing_else(models: Any) -> None:
    assert {"Bar", "MarkInput", "Metal", "DoorRequest"} <= set(models.__all__)
    assert not {"Decimal", "UNSET", "field", "Model", "ExternalId", "date_aliased"} & set(models.__all__)


def test_numbers_are_read_exactly(models: Any) -> None:
    assert str(read_bar(models).weight) == "1731.30"


def test_a_missing_field_of_an_answer_is_none(models: Any) -> None:
    bar = read_bar(models)
    assert (bar.fee, bar.marks, bar.created_at, bar.paid_at, bar.uid) == (None, None, None, None, None)
    assert msgspec.UNSET not in msgspec.structs.astuple(bar)


def test_an_inherited_field_is_read(models: Any) -> None:
    bar = read_bar(models, b', "created_at": "13-10-2023 11:10"')
    assert bar.id == 7
    assert bar.created_at.isoformat() == "2023-10-13T11:10:00+03:00"


def test_a_time_without_a_zone_is_utc_where_the_spec_says_so(models: Any) -> None:
    assert (
        read_bar(models, b', "order_at": "13-10-2023 11:10"').order_at.isoformat()
        == "2023-10-13T11:10:00+00:00"
    )


def test_names_that_python_keeps_for_itself_are_read(models: Any) -> None:
    bar = read_bar(
        models, b', "class": "c", "kebab-name": "k", "list": ["x"], "type": "t", "until": "2024-03-01"'
    )
    assert (bar.from_, bar.class_, bar.kebab_name, bar.list, bar.type) == ("mint", "c", "k", ["x"], "t")
    assert (bar.date.isoformat(), bar.until.isoformat()) == ("2024-02-29", "2024-03-01")


def test_an_unknown_value_of_an_enum_is_kept(models: Any) -> None:
    bar = read_bar(models, b', "purity": "23K"')
    assert bar.purity == "23K"
    assert isinstance(bar.purity, models.Purity)


def test_names_of_members_go_with_their_values(models: Any) -> None:
    assert {member.name: member.value for member in models.Class} == {
        "A_SPACE_B": "a b",
        "A_DASH_B": "a-b",
        "BIG_A_B": "A B",
        "EMPTY": "",
        "THREE_D": "3d",
        "ON_HOLD": "On Hold",
    }


def test_a_recursive_struct_is_read(models: Any) -> None:
    bar = read_bar(models, b', "parent": ' + BAR % b"")
    assert bar.parent == read_bar(models)


def test_what_methods_make_of_their_arguments_is_no_model(models: Any, requests: Any) -> None:
    assert set(requests.__all__) == {"BarByCardRequest", "BarPatch", "BarRequest", "RemoveMarkRequest"}
    assert not set(requests.__all__) & set(models.__all__)


def test_a_request_has_three_states(requests: Any) -> None:
    encode = msgspec.json.encode
    assert encode(requests.BarPatch()) == b"{}"
    assert encode(requests.BarPatch(note=None)) == b'{"note":null}'
    assert encode(requests.BarPatch(note="x")) == b'{"note":"x"}'


def test_a_constant_of_a_request_is_sent_without_being_given(models: Any) -> None:
    assert msgspec.json.encode(models.CardInput(card_token="t")) == b'{"card_token":"t","kind":"stored"}'


def test_a_missing_argument_is_named(requests: Any) -> None:
    with pytest.raises(TypeError, match="'weight'"):
        requests.BarRequest(metal="gold", marks=[])


def test_secrets_are_masked_by_their_python_names(models: Any) -> None:
    bar = read_bar(models, b', "cardToken": "4111", "details": {"text": "hidden", "code": 1}')
    assert models.Bar.__secret_fields__ == {"card_token", "details"}
    assert "4111" not in repr(bar)
    assert "hidden" not in repr(bar)
    assert "1731.30" in repr(bar)
    assert "token-1" not in repr(models.CardInput(card_token="token-1"))


def test_what_a_person_calls_harmless_is_not_masked(torture_build: Build, checkout: Project) -> None:
    masked = 'frozenset({"card_token"})'
    spec = checkout.openapi / "schemas/bars.yaml"
    marked = "Token of the card.\n      x-minted-secret: true"
    text = spec.read_text("utf-8")
    assert text.count(marked) == 1
    spec.write_text(text.replace(marked, marked.replace("true", "false")), "utf-8")
    assert masked in torture_build.files[MODELS]
    assert masked not in build(checkout).files[MODELS]


def test_structs_are_frozen(models: Any) -> None:
    with pytest.raises(AttributeError):
        read_bar(models).weight = Decimal(1)


def test_docstrings_keep_backslashes_and_quotes(models: Any) -> None:
    assert 'A back\\slash, "quotes" and' in models.Bar.__doc__
