"""The doctor at a digest server that we did not write, and that is no Minted: Apache's mod_auth_digest."""

from __future__ import annotations

import pytest

from minted_async.doctor import Verdict
from tests.doctor.visits import SkippingTime, found, kept, visit
from tests.interop.test_apache import PASSWORD, USERNAME, running

pytestmark = pytest.mark.anyio


async def test_what_works_is_told_from_what_is_no_minted() -> None:
    with running() as apache:
        report = await visit(
            apache.url,
            username=USERNAME,
            password=PASSWORD,
            order_id="ORD-1",
            probe_nonces=True,
            clock=SkippingTime().clock,
        )
        apache.answers()
    assert report.exit_code == 1
    assert found(report, "digest").seen == "MD5, qop=auth, no userhash, not stale; the best of 1."
    for check in ("digest", "clock", "login", "orders.get", "customers.get", "nonce-order", "nonce-life"):
        assert found(report, check).verdict is Verdict.WELL, check
    assert found(report, "404").seen == "An order that does not exist is a 404, but not in the API's words."
    assert found(report, "prices.fix").seen == "HTTP 404: there is no such operation here."
    assert kept(report) | {"digest-offer": False, "unauthorized": False, "unknown-id": True} == kept(report)


async def test_a_wrong_password_is_tried_once() -> None:
    with running() as apache:
        report = await visit(apache.url, username=USERNAME, password="wrong", probe_nonces=True)
        answers = apache.answers()
    assert report.exit_code == 3
    assert answers == {401: 2}


async def test_nonces_that_are_good_for_one_request() -> None:
    # httpd announces the next nonce with successes alone, and an id that nothing has is none.
    with running("AuthDigestNonceLifetime 0") as apache:
        report = await visit(apache.url, username=USERNAME, password=PASSWORD, probe_nonces=True)
    assert found(report, "login").verdict is Verdict.WELL
    assert (
        found(report, "nonce-order").seen == "A nonce is good for one request: the next one is called stale."
    )
    assert Verdict.REFUSED not in {item.verdict for item in report.findings}
