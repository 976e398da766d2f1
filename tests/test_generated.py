"""Every generated method over a real connection: what is sent, and what an answer comes to.

The calls are data, made up from the spec: tests/generated/calls.json.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from msgspec import UnsetType

from minted_async import errors, generated, models
from minted_async.core.operation import ListedOperation
from minted_async.core.scalars import decode_scalar
from minted_async.generated.operations import LISTED, OPERATIONS
from tests.recorder import Recorder, assert_same, recorder

__all__ = ["recorder"]

pytestmark = pytest.mark.anyio

CALLS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("generated").joinpath("calls.json").read_text("utf-8"), parse_float=Decimal
)
UNKNOWN = {"anything": [Decimal("1.50"), "text", None, True]}


def as_argument(value: object, hint: Any) -> object:
    """A value of the data as a caller would give it: an enum's member, a struct, a time."""
    return None if value is None else msgspec.convert(value, one_type(hint), dec_hook=decode_scalar)


def one_type(hint: Any) -> Any:
    """A type of argument without what it accepts besides: UNSET, null, and the text of an enum."""
    if get_origin(hint) is UnionType:
        first, *_ = (one_type(kind) for kind in get_args(hint) if kind not in (UnsetType, NoneType))
        return first
    if get_origin(hint) is Sequence:
        return list[one_type(get_args(hint)[0])]  # type: ignore[misc]
    return hint


def called(minted: object, method: str) -> Any:
    """A method by its id, `ecom.products.get`."""
    return attrgetter(method)(minted)


@pytest.mark.parametrize("call", CALLS, ids=[call["name"] for call in CALLS])
async def test_a_method_sends_what_the_spec_says_and_reads_the_answer(
    call: dict[str, Any], recorder: Recorder
) -> None:
    recorder.answer(call["answer"], envelope=call["envelope"])
    method = called(recorder.minted, call["method"])
    hints = get_type_hints(method, include_extras=True)
    arguments = {key: as_argument(value, hints[key]) for key, value in call["arguments"].items()}
    result = await method(*call["path_arguments"], **arguments)
    recorder.assert_sent(**call["sent"])
    kind = attrgetter(call["kind"])(models) if call["kind"] else None
    assert_same(result, call["answer"], kind, utc=call["utc"])


def test_every_typed_method_is_called_with_everything() -> None:
    assert [call["method"] for call in CALLS if call["name"].endswith("everything")] == [
        operation.id for operation in OPERATIONS
    ]


@pytest.mark.parametrize("operation", LISTED, ids=lambda operation: operation.id)
async def test_a_listed_method_sends_nothing_until_its_path_is_told(
    operation: ListedOperation, recorder: Recorder
) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape(operation.title)):
        await called(recorder.minted, operation.id)(external_id="a/b ü")
    assert recorder.requests == []


@pytest.mark.parametrize("operation", LISTED, ids=lambda operation: operation.id)
async def test_a_listed_method_goes_where_it_is_told(operation: ListedOperation, recorder: Recorder) -> None:
    verb = operation.method or "POST"
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={operation.id: f"{verb} /told/{{external_id}}/x"})
    result = await called(minted, operation.id)(external_id="a/b ü", amount=Decimal("0.50"))
    rest: dict[str, Any] = (
        {"query": {"amount": "0.50"}} if verb == "GET" else {"body": {"amount": Decimal("0.50")}}
    )
    recorder.assert_sent(verb, "/told/a%2Fb%20%C3%BC/x", **rest)
    assert_same(result, UNKNOWN)


@pytest.mark.parametrize(
    ("used", "loaded"),
    [
        ("minted", []),
        ("minted.orders", ["models", "orders", "requests"]),
        ("minted.ecom", ["ecom", "ecom.resource"]),
        ("minted.ecom.products", ["ecom", "ecom.models", "ecom.products", "ecom.resource", "models"]),
        ("models.Order", ["models"]),
        ("models.ecom.Product", ["ecom", "ecom.models", "models"]),
    ],
)
def test_a_resource_is_imported_when_it_is_first_used(used: str, loaded: list[str]) -> None:
    program = (
        "import sys\n"
        "from minted_async import MintedClient\n"
        "minted = MintedClient('user', 'password')\n"
        "loaded = lambda: {name for name in sys.modules if name.startswith('minted_async.generated.')}\n"
        "before = loaded()\n"
        f"{'from minted_async import models' if used.startswith('models') else ''}\n"
        f"{used}\n"
        "print(*sorted(before), '+', *sorted(loaded() - before))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        "minted_async.generated.resources",
        "+",
        *(f"minted_async.generated.{name}" for name in loaded),
    ]


def test_the_models_of_every_tab_are_public() -> None:
    folders = {path.parent.name for path in Path(generated.__file__).parent.glob("*/models.py")}
    assert folders == {path.stem for path in Path(models.__file__).parent.glob("[a-z]*.py")}
    for folder in folders:
        names = import_module(f"{generated.__name__}.{folder}.models").__all__
        assert set(names) <= set(dir(getattr(models, folder)))
