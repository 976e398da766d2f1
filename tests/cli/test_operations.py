"""`minted operations`: everything that can be called is there, and can be found."""

from __future__ import annotations

import pytest

from minted_async.generated.operations import LISTED, OPERATIONS
from tests.cli.commands import Result, minted


@pytest.fixture(scope="module")
def printed() -> str:
    result = minted("operations")
    assert (result.code, result.err) == (0, "")
    return result.out


def section(printed: str, resource: str) -> str:
    """What is printed of one resource."""
    shown = "webview(token)" if resource == "webview" else resource
    return printed.partition(f"minted.{shown}\n")[2].partition("\nminted.")[0]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_a_typed_operation_has_method_path_and_pages(printed: str, operation: object) -> None:
    (typed,) = [entry for entry in OPERATIONS if entry is operation]
    resource, _, method = typed.id.rpartition(".")
    (line,) = [line for line in section(printed, resource).splitlines() if line.split()[:1] == [method]]
    assert line.split() == [method, typed.method, typed.path]
    words = " ".join(section(printed, resource).split())
    assert typed.docs in words


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: entry.id)
def test_a_listed_operation_says_where_the_menu_has_it(printed: str, entry: object) -> None:
    (listed,) = [known for known in LISTED if known is entry]
    resource, _, method = listed.id.rpartition(".")
    words = " ".join(section(printed, resource).split())
    assert f'{method} {listed.method or "?"} listed only: "{listed.title}" in {listed.section}' in words


def test_it_fits_into_80_columns(printed: str) -> None:
    assert max(map(len, printed.splitlines())) <= 80


def test_one_resource_can_be_asked_for() -> None:
    result = minted("operations", "balances")
    assert result.code == 0
    assert "minted.balances" in result.out
    assert "minted.orders" not in result.out


def test_a_tab_is_printed_with_what_is_below_it() -> None:
    result = minted("operations", "walletable")
    assert result.code == 0
    assert "minted.walletable\n" in result.out
    assert "minted.walletable.orders\n" in result.out
    assert "minted.orders" not in result.out


def test_a_misspelt_resource_is_answered_with_the_right_one() -> None:
    result = minted("operations", "order")
    assert result == Result(2, "", "minted operations: no resource 'order'; do you mean orders?\n")


def test_an_unknown_resource_is_answered_with_all_of_them() -> None:
    result = minted("operations", "zzz")
    assert result.code == 2
    assert "there are prices, orders" in result.err
