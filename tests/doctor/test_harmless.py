"""Nothing is ordered and nothing is changed, whatever the server is like; and nobody's data shows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import anyio.to_thread
import pytest

from minted_async import models
from minted_async.core.config import HeaderOptions
from minted_async.doctor.questions import HARMLESS, Question
from minted_async.doctor.report import Verdict, Word, finding
from minted_async.generated.operations import OPERATIONS
from tests.cli.commands import Result, minted, terminal
from tests.doctor.test_answers import BUYER, CUSTOMER, ORDER, fill
from tests.doctor.visits import PASSWORD, USER, SkippingTime, visit
from tests.second_minted import DIFFERENCES, SecondMinted

pytestmark = pytest.mark.anyio

PUBLIC = {
    *("SHA-256", "SHA-512-256", "auth", "true", "digital", "cash"),
    *(word for operation in OPERATIONS for word in operation.path.split("/")),
    *models.OrderStatus,
}
"""Words of the protocol and of the spec that a report has in sentences of its own."""


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_only_what_reads_can_be_asked(operation: object) -> None:
    entry = next(entry for entry in OPERATIONS if entry is operation)
    path = ("X",) * len(entry.placeholders)
    if entry.id in HARMLESS:
        assert entry.harmless or (entry.method == "GET" and entry.idempotent)
        assert not entry.alone
        assert Question(entry, HeaderOptions(), path=path).request.operation is entry
    else:
        with pytest.raises(ValueError, match="nothing that the doctor asks"):
            Question(entry, HeaderOptions(), path=path)


@pytest.mark.parametrize(
    "differences", [(), tuple(DIFFERENCES), ("no-keep-alive",), ("unknown-customer", "null")]
)
async def test_nothing_is_ordered_and_nothing_is_changed(differences: tuple[str, ...]) -> None:
    async with SecondMinted(*differences, username=USER, password=PASSWORD) as second:
        await fill(second.sandbox)
        sandbox = second.sandbox
        before = dict(sandbox.orders), dict(sandbox.customers), len([*sandbox.ledger.entries])
        report = await visit(
            second.url,
            order_id=ORDER,
            customer_id=CUSTOMER,
            probe_nonces=True,
            clock=SkippingTime(sandbox).clock,
        )
        assert (dict(sandbox.orders), dict(sandbox.customers), len([*sandbox.ledger.entries])) == before
        assert not sandbox.pushed_hooks
    assert len(second.exchanges) > 20
    for exchange in second.exchanges:
        if (exchange.method, exchange.target) != ("POST", "/partner/pricefix"):
            assert (exchange.method, exchange.request_body) == ("GET", b"")
    assert {item.verdict for item in report.findings} <= {Verdict.WELL, Verdict.DIFFERS, Verdict.UNCHECKED}


def assert_nothing_shows(second: SecondMinted, *texts: str) -> None:
    """Assert that no value of four letters or more that went over the wire stands in a text."""
    values = {ORDER, CUSTOMER, USER, PASSWORD}
    for exchange in second.exchanges:
        for value in exchange.values():
            values |= {value, *re.findall(r'=["\']*([^=",\s]+)', value)}
    values = {value for value in values if len(value) > 3} - PUBLIC
    assert {BUYER.identity_number, BUYER.lastname, BUYER.phone} <= values
    for text in texts:
        assert len(text) > 1000
        assert [value for value in values if value in text] == []


def in_terminal(*arguments: str, env: Mapping[str, str]) -> Result:
    with terminal(*arguments, env=env, columns=200) as screen:
        return screen.finish()


@pytest.mark.parametrize("differences", [(), tuple(DIFFERENCES)])
async def test_nothing_that_went_over_the_wire_is_reported(
    tmp_path: Path, differences: tuple[str, ...]
) -> None:
    path = tmp_path / "report.txt"
    async with SecondMinted(*differences, username=USER, password=PASSWORD) as second:
        await fill(second.sandbox)
        environment = {
            "MINTED_USERNAME": USER,
            "MINTED_PASSWORD": PASSWORD,
            "MINTED_BASE_URL": second.url,
        }
        arguments = ("doctor", "--order-id", ORDER, "--customer-id", CUSTOMER, "--report", str(path))
        shown = await anyio.to_thread.run_sync(lambda: minted(*arguments, env=environment))
        seen = await anyio.to_thread.run_sync(lambda: in_terminal(*arguments, env=environment))
        as_json = await anyio.to_thread.run_sync(lambda: minted(*arguments, "--json", env=environment))
        without_ids = await anyio.to_thread.run_sync(lambda: minted("doctor", env=environment))
    assert (shown.err, as_json.err, without_ids.err) == ("", "", "")
    assert shown.code == as_json.code == bool(differences)
    assert json.loads(as_json.out)["exit_code"] == shown.code
    assert seen.code == shown.code
    assert_nothing_shows(second, shown.out, seen.out, as_json.out, path.read_text(), without_ids.out)


def test_a_text_from_elsewhere_does_not_fit_into_a_finding() -> None:
    with pytest.raises(TypeError, match="who may not be shown"):
        finding(Verdict.WELL, "It is {who}.", who="Defne")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert finding(Verdict.WELL, "It is {who}.", who=Word.of("Defne", ("TRY",))).seen == "It is another one."
