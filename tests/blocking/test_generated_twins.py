"""Every generated method by the blocking client: it sends and reads what the async one does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from operator import attrgetter
from typing import Any

import pytest

from minted_async import errors
from minted_async.blocking import MintedClient
from minted_async.core.operation import ListedOperation
from minted_async.generated.operations import LISTED
from tests.recorder import TOKEN, Recorder, assert_same, recorder
from tests.test_generated import CALLS, PAGED, as_arguments, model

__all__ = ["recorder"]


def method_of(client: MintedClient, name: str) -> Any:
    resource, _, last = name.rpartition(".")
    owner = attrgetter(resource)(client)
    return getattr(owner(TOKEN) if callable(owner) else owner, last)


@pytest.fixture
async def waiting(recorder: Recorder) -> AsyncIterator[MintedClient]:
    client = MintedClient("user", "password", base_url=recorder.url)
    yield client
    await asyncio.to_thread(client.close)


@pytest.mark.anyio
@pytest.mark.parametrize("call", CALLS, ids=[call["name"] for call in CALLS])
async def test_a_method_sends_and_reads_what_the_async_one_does(
    call: dict[str, Any], recorder: Recorder, waiting: MintedClient
) -> None:
    recorder.answer(call["answer"], envelope=call["envelope"])
    method = method_of(waiting, call["method"])
    result = await asyncio.to_thread(method, *call["path_arguments"], **as_arguments(call, method))
    recorder.assert_sent(**call["sent"])
    if "page" in call:
        assert_same(result.rows, call["answer"]["data"], model(call["kind"]), utc=call["utc"])
    else:
        kind = model(call["kind"]) if call["kind"] else None
        assert_same(result, call["answer"], kind, utc=call["utc"])


@pytest.mark.anyio
@pytest.mark.parametrize("call", PAGED, ids=[call["name"] for call in PAGED])
async def test_all_rows_are_asked_for_as_by_the_async_client(
    call: dict[str, Any], recorder: Recorder, waiting: MintedClient
) -> None:
    recorder.answer(call["answer"] | {"current_page": 1, "last_page": 1, "next_page_url": None})
    method = method_of(waiting, call["method"])
    arguments = as_arguments(call, method)
    arguments.pop("page", None)
    rows = method_of(waiting, f"{call['method'].rpartition('.')[0]}.{call['all']}")
    found = await asyncio.to_thread(list[Any], rows(*call["path_arguments"], **arguments))
    assert [type(row) for row in found] == [model(call["kind"])] * len(call["answer"]["data"])
    assert len(recorder.requests) == 1


@pytest.fixture(scope="module")
def nowhere() -> Iterator[MintedClient]:
    with MintedClient("user", "password") as client:
        yield client


@pytest.mark.parametrize("operation", LISTED, ids=lambda operation: operation.id)
def test_a_listed_method_sends_nothing_until_its_path_is_told(
    operation: ListedOperation, nowhere: MintedClient
) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=r"paths="):
        method_of(nowhere, operation.id)(external_id="CST-1")
