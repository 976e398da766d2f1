"""Every generated method over a real connection: what is sent, and what an answer comes to.

The calls are data, made up from the spec: tests/generated/calls.json.
"""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from msgspec import UnsetType

from minted_async import errors, generated, models
from minted_async.core.operation import ListedOperation
from minted_async.core.paging import Page
from minted_async.core.scalars import decode_scalar
from minted_async.generated.operations import LISTED, OPERATIONS
from tests.recorder import TOKEN, Recorder, assert_same, method_of, recorder

__all__ = ["recorder"]

pytestmark = pytest.mark.anyio

CALLS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("generated").joinpath("calls.json").read_text("utf-8"), parse_float=Decimal
)
PAGED = [call for call in CALLS if "all" in call]
ASKING = [
    call
    for call in CALLS
    if call["sent"].get("query") and not call["sent"].get("body") and call["name"].endswith("everything")
]
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


def as_arguments(call: dict[str, Any], method: Any) -> dict[str, object]:
    hints = get_type_hints(method, include_extras=True)
    return {key: as_argument(value, hints.get(key, object)) for key, value in call["arguments"].items()}


def model(name: str) -> Any:
    """A generated model, `Order` or `ecom.Product`."""
    folder, _, last = name.rpartition(".")
    return getattr(import_module(".".join(filter(None, (generated.__name__, folder, "models")))), last)


@pytest.mark.parametrize("call", CALLS, ids=[call["name"] for call in CALLS])
async def test_a_method_sends_what_the_spec_says_and_reads_the_answer(
    call: dict[str, Any], recorder: Recorder
) -> None:
    recorder.answer(call["answer"], envelope=call["envelope"])
    method = method_of(recorder.minted, call["method"])
    arguments = as_arguments(call, method)
    result = await method(*call["path_arguments"], **arguments)
    recorder.assert_sent(**call["sent"])
    assert recorder.requests[0].headers.get("Authorization") == (
        f"Bearer {TOKEN}" if "bearer" in call else None
    )
    kind = model(call["kind"]) if call["kind"] else None
    if "page" in call:
        assert [type(result)] == [Page]
        assert_same(result.rows, call["answer"]["data"], kind, utc=call["utc"])
        kind = Page
    assert_same(result, call["answer"], kind, utc=call["utc"])


@pytest.mark.parametrize("call", PAGED, ids=[call["name"] for call in PAGED])
async def test_the_rows_of_all_pages_are_asked_for_by_their_number(
    call: dict[str, Any], recorder: Recorder
) -> None:
    recorder.answer(call["answer"] | {"current_page": 1, "last_page": 1, "next_page_url": None})
    method = method_of(recorder.minted, call["method"])
    arguments = as_arguments(call, method)
    arguments.pop("page", None)
    rows = getattr(method.__self__, call["all"])(*call["path_arguments"], **arguments)
    assert recorder.requests == []
    found = [row async for row in rows]
    assert [type(row) for row in found] == [model(call["kind"])] * len(call["answer"]["data"])
    sent = copy.deepcopy(call["sent"])
    sent["query"]["page"] = "1"
    recorder.assert_sent(**sent)


@pytest.mark.parametrize("call", ASKING, ids=[call["name"] for call in ASKING])
@pytest.mark.parametrize("wrong", [None, 1.5, b"x", ["x"]], ids=str)
async def test_a_filter_of_the_wrong_type_is_neither_sent_nor_left_out(
    call: dict[str, Any], wrong: object, recorder: Recorder
) -> None:
    method = method_of(recorder.minted, call["method"])
    for name in call["arguments"]:
        with pytest.raises(TypeError, match=name):
            await method(*call["path_arguments"], **as_arguments(call, method) | {name: wrong})
    assert recorder.requests == []


def test_every_typed_method_is_called_with_everything() -> None:
    assert [call["method"] for call in CALLS if call["name"].endswith("everything")] == [
        operation.id for operation in OPERATIONS
    ]


@pytest.mark.parametrize("operation", LISTED, ids=lambda operation: operation.id)
async def test_a_listed_method_sends_nothing_until_its_path_is_told(
    operation: ListedOperation, recorder: Recorder
) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape(operation.title)):
        await method_of(recorder.minted, operation.id)(external_id="a/b ü")
    assert recorder.requests == []


@pytest.mark.parametrize("operation", LISTED, ids=lambda operation: operation.id)
async def test_a_listed_method_goes_where_it_is_told(operation: ListedOperation, recorder: Recorder) -> None:
    verb = operation.method or "POST"
    # What a page shows of its answer, another method answers too.
    known = {model(call["kind"]): call["answer"] for call in CALLS if call["kind"]}
    answer = UNKNOWN if operation.result is object else known[operation.result]
    recorder.answer(answer)
    minted = recorder.client(paths={operation.id: f"{verb} /told/{{external_id}}/x"})
    result = await method_of(minted, operation.id)(external_id="a/b ü", amount=Decimal("0.50"))
    rest: dict[str, Any] = (
        {"query": {"amount": "0.50"}} if verb == "GET" else {"body": {"amount": Decimal("0.50")}}
    )
    recorder.assert_sent(verb, "/told/a%2Fb%20%C3%BC/x", **rest)
    kind: Any = operation.result
    assert_same(result, answer, None if kind is object else kind)


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
