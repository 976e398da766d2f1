"""What the API says: well against the sandbox, and each difference of the second Minted is found."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from minted_async import Clock, MintedClient, models
from minted_async.doctor import Report, Verdict, examine
from minted_async.doctor.questions import ABSENT_ID
from minted_async.errors import ConfigurationError
from minted_async.sandbox import Sandbox
from minted_async.sandbox.assumptions import ASSUMPTIONS
from tests.digest_server import DigestPolicy, DigestServer
from tests.doctor.visits import PASSWORD, USER, SkippingTime, found, kept, verdicts, visit
from tests.second_minted import DIFFERENCES, SecondMinted

pytestmark = pytest.mark.anyio

ORDER, CUSTOMER = "ORD-77-1", "CST-88-1"
BUYER = models.OrderCustomer(
    external_id=CUSTOMER,
    identity_number="10000000146",
    firstname="Defne",
    lastname="Kayalıoğlu",
    email="defne@example.com",
    phone="+905550000000",
)


async def fill(sandbox: Sandbox) -> None:
    """A customer with an order."""
    async with MintedClient(USER, PASSWORD, base_url=sandbox.url) as minted:
        fix = await minted.prices.fix(type="digital", customer_external_id=CUSTOMER)
        item = models.BuyItem(sku="GAU", amount=Decimal("0.5"))
        await minted.orders.buy(price_token=fix.token, external_id=ORDER, customer=BUYER, items=[item])
    sandbox.advance(10)


async def visit_second(*differences: str) -> Report:
    async with SecondMinted(*differences, username=USER, password=PASSWORD) as second:
        await fill(second.sandbox)
        clock = SkippingTime(second.sandbox).clock
        return await visit(second.url, order_id=ORDER, customer_id=CUSTOMER, probe_nonces=True, clock=clock)


async def test_all_is_well_with_the_sandbox() -> None:
    async with Sandbox(username=USER, password=PASSWORD) as sandbox:
        report = await visit(sandbox.url, probe_nonces=True, clock=SkippingTime(sandbox).clock)
    assert report.exit_code == 0
    assert {check for check, verdict in verdicts(report).items() if verdict is not Verdict.WELL} == {"tls"}
    assert {"orders.get", "customers.get", "balances.customer", "nonce-order", "nonce-life"} <= set(
        verdicts(report)
    )


async def test_every_assumption_that_can_be_checked_is_checked_and_kept_by_the_sandbox() -> None:
    report = await visit_second()
    assert report.exit_code == 0
    assert kept(report) == {entry.id: True for entry in ASSUMPTIONS if entry.checked}
    assert [result.id for result in report.assumptions] == [entry.id for entry in ASSUMPTIONS]
    assert all(result.seen for result in report.assumptions)


FOUND_BY_CHECK = {
    "no-keep-alive": ("keep-alive", "Each connection is closed after an answer."),
    "clock": ("clock", "ahead of this machine's"),
    "envelope-field": ("prices.fix", "the envelope: a field that the SDK does not know"),
    "message-language": ("language", "Messages are the same in Turkish and in English."),
    "unknown-customer": ("customers.get", "HTTP 400 for an id that nothing has."),
    "new-field": ("prices.fix", "data.prices[]: a field that the SDK does not know"),
    "new-object": ("orders.get", "data: a field that the SDK does not know"),
    "new-enum-value": ("orders.get", "data.status_name: a value that the SDK does not know"),
    "null": ("prices.fix", "data.prices[].product_id: null"),
    "missing": ("prices.fix", "data.is_total_price: missing"),
    "number-as-text": ("prices.fix", "data.prices[].spot_price: a text in the place of a number"),
    "text-as-number": ("customers.get", "data.phone: a number in the place of a text"),
    "time-as-number": ("orders.get", "data.order_at: a time in another form"),
}
FOUND_BY_ASSUMPTION = {
    "digest-algorithm": "digest-offer",
    "unauthorized-body": "unauthorized",
    "envelope-code": "error-code",
    "message-language": "error-language",
    "error-fields": "error-fields",
    "client-id": "client-id",
    "price-currency": "price-currency",
    "unknown-customer": "unknown-id",
}
NOT_LOOKED_AT = {"header-names"}
"""Names of headers mean nothing to the SDK."""


def test_every_difference_is_looked_at() -> None:
    assert {*FOUND_BY_CHECK, *FOUND_BY_ASSUMPTION, *NOT_LOOKED_AT} == {*DIFFERENCES}


@pytest.mark.parametrize("name", sorted({*DIFFERENCES} - {"unknown-customer"}))
async def test_each_difference_is_found_alone(name: str) -> None:
    report = await visit_second(name)
    check, words = FOUND_BY_CHECK.get(name, (None, ""))
    wrong = {item.check: item for item in report.findings if item.verdict is Verdict.DIFFERS}
    if name == "envelope-field":
        assert set(wrong) == {item.check for item in report.findings if item.facts.get("status") == 200}
        assert len(wrong) > 5
    else:
        assert set(wrong) == ({check} if check else set())
    if check:
        assert words in wrong[check].seen
        assert wrong[check].advice
    assert {assumption for assumption, well in kept(report).items() if not well} == (
        {FOUND_BY_ASSUMPTION[name]} if name in FOUND_BY_ASSUMPTION else set()
    )
    assert report.exit_code == bool(wrong)


async def test_a_customer_that_does_not_exist_is_judged_by_an_id_that_nothing_has() -> None:
    async with SecondMinted("unknown-customer", username=USER, password=PASSWORD) as second:
        report = await visit(second.url)
    assert FOUND_BY_CHECK["unknown-customer"][1] == found(report, "customers.get").seen
    assert kept(report)["unknown-id"] is False


async def test_all_differences_at_once_are_told_apart() -> None:
    report = await visit_second(*DIFFERENCES)
    for name, (check, words) in FOUND_BY_CHECK.items():
        if name != "unknown-customer":
            assert words in found(report, check).seen
    wrong = {assumption for assumption, well in kept(report).items() if not well}
    assert wrong == {*FOUND_BY_ASSUMPTION.values()} - {"unknown-id"}


async def test_an_id_that_the_server_does_not_know() -> None:
    async with Sandbox(username=USER, password=PASSWORD) as sandbox:
        report = await visit(sandbox.url, order_id="NO-SUCH-1")
    assert report.exit_code == 1
    assert found(report, "orders.get").seen == "HTTP 404 for the id that you gave."
    assert "NO-SUCH-1" not in report.to_text() + report.to_json().decode()


@pytest.mark.parametrize(("seconds", "verdict"), [(0.25, Verdict.WELL), (1.5, Verdict.DIFFERS)])
async def test_a_slow_server(seconds: float, verdict: Verdict) -> None:
    async with Sandbox(username=USER, password=PASSWORD) as sandbox:
        # Each look at the clock finds it further on: two looks make a call.
        report = await visit(sandbox.url, clock=Clock(monotonic=itertools.count(0, seconds).__next__))
    latency = found(report, "latency")
    assert (latency.verdict, latency.facts["middle"]) == (verdict, seconds * 1000)


async def test_a_check_that_hangs_ends_and_the_others_go_on() -> None:
    async with Sandbox(username=USER, password=PASSWORD) as sandbox:
        sandbox.fail_next("delay", path="/partner/pricefix", seconds=3600)
        report = await visit(sandbox.url, limit=3)
    assert report.exit_code == 2
    assert found(report, "prices.fix").seen == "Nothing within 3 s."
    assert found(report, "balances.customer").verdict is Verdict.WELL


async def test_a_server_that_fails_once() -> None:
    async with Sandbox(username=USER, password=PASSWORD) as sandbox:
        sandbox.fail_next("reset_after", path="/partner/pricefix")
        report = await visit(sandbox.url)
    assert report.exit_code == 2
    assert found(report, "prices.fix").seen == "No answer that can be used (OutcomeUnknownError)."
    assert found(report, "422").verdict is Verdict.WELL


async def test_a_server_that_wants_to_be_asked_less_is_left_alone() -> None:
    async with Sandbox(username=USER, password=PASSWORD) as sandbox:
        sandbox.fail_next("too_many_requests", path="/partner/pricefix")
        report = await visit(sandbox.url, probe_nonces=True)
    assert report.exit_code == 1
    assert [item.check for item in report.findings[-2:]] == ["prices.fix", "all others"]
    assert report.findings[-2].seen.startswith("HTTP 429")
    assert sandbox.requests[-1].status == 429


async def test_what_the_account_may_not_do_is_not_held_against_the_server() -> None:
    async with Sandbox(username=USER, password=PASSWORD) as sandbox:
        sandbox.fail_next("forbidden", path=f"/partner/balance/customer/{ABSENT_ID}")
        report = await visit(sandbox.url)
    assert report.exit_code == 0
    assert found(report, "balances.customer").verdict is Verdict.UNCHECKED


async def test_a_client_that_is_closed_cannot_be_examined() -> None:
    async with Sandbox(username=USER, password=PASSWORD) as sandbox:
        minted = MintedClient(USER, PASSWORD, base_url=sandbox.url)
        await minted.aclose()
        with pytest.raises(ConfigurationError, match="closed"):
            await examine(minted)


class TestNonces:
    async def visit(self, policy: DigestPolicy) -> tuple[Report, DigestServer]:
        time = SkippingTime()
        async with DigestServer(policy, clock=time.monotonic) as server:
            report = await visit(
                server.url, username="user", password="password", probe_nonces=True, clock=time.clock
            )
        assert time.skipped <= 9
        return report, server

    async def test_counts_in_order(self) -> None:
        report, server = await self.visit(DigestPolicy(strictly_increasing_nc=True))
        order = found(report, "nonce-order")
        assert order.seen == "Counts have to be in order: of 1, 2, 4, 3 the 3 is called stale."
        assert "serialize_nonces=True" in order.advice
        assert found(report, "nonce-life").verdict is Verdict.WELL
        assert (kept(report)["nonce-use"], kept(report)["nonce-life"]) == (False, True)
        assert server.wrong_credentials == 0

    async def test_a_refusal_that_looks_like_a_wrong_password_is_the_last_thing_tried(self) -> None:
        report, server = await self.visit(DigestPolicy(strictly_increasing_nc=True, stale_flag=False))
        assert "refused like a wrong password" in found(report, "nonce-order").seen
        assert found(report, "nonce-life").verdict is Verdict.UNCHECKED
        assert server.seen[-1].status == 401
        refused = [seen for seen in server.seen if seen.status == 401 and seen.authorization]
        assert len(refused) == 1

    async def test_a_nonce_that_lives_for_five_seconds(self) -> None:
        report, _ = await self.visit(DigestPolicy(nonce_life=5))
        life = found(report, "nonce-life")
        assert life.seen == "A nonce is good for 3 s, and no longer after 6 s: it is called stale."
        assert kept(report)["nonce-life"] is False

    async def test_one_time_nonces(self) -> None:
        report, _ = await self.visit(DigestPolicy(one_time=True))
        assert found(report, "login").verdict is Verdict.DIFFERS
        assert "announces the next nonce" in found(report, "login").seen
        assert kept(report)["nonce-use"] is False
        assert report.exit_code == 1

    @pytest.mark.parametrize("algorithm", ["MD5", "SHA-256-sess", "SHA-512-256"])
    async def test_what_the_challenge_says(self, algorithm: str) -> None:
        report, _ = await self.visit(DigestPolicy(algorithm=algorithm, userhash=True))
        assert found(report, "digest").seen == f"{algorithm}, qop=auth, userhash, not stale; the best of 1."
        assert found(report, "login").verdict is Verdict.WELL

    async def test_no_qop(self) -> None:
        report, _ = await self.visit(DigestPolicy(qop=None))
        assert found(report, "digest").verdict is Verdict.DIFFERS
        assert "no qop" in found(report, "digest").seen
