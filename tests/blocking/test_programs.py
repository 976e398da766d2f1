"""Forks, interrupts and the end of the interpreter, in processes of their own: nothing hangs."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.blocking import program, programs
from tests.trades.conftest import database, postgres

__all__ = ["database", "postgres"]

ROOT = Path(__file__).parent.parent.parent
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
WAYS = pytest.mark.parametrize("way", [[], [program.UNTOLD]], ids=["told", "untold"])
GOES_ON = "the process forked during this call, which goes on in the parent"
NOT_KNOWN = (
    "cancelled: it is not known whether the order 'ORD-1' was placed. "
    "`minted.trades.resolve('ORD-1')` finds out."
)
OTHER_JOURNAL = "name the journal by its path or address, or make a client after the fork"


def started(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [
            sys.executable,
            "-X",
            "dev",
            "-W",
            "ignore::DeprecationWarning",
            "-m",
            programs.__name__,
            name,
            *arguments,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def run(name: str, *arguments: str) -> tuple[list[str], str]:
    """The lines that a program prints, and what it complains of."""
    done = started(name, *arguments)
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    # asyncio's debug mode tells of steps that take 0.1 s, as any does on a busy machine.
    return done.stdout.splitlines(), re.sub(r"(?m)^Executing <.* took [\d.]+ seconds\n", "", done.stderr)


def printed(name: str, *arguments: str) -> list[str]:
    return run(name, *arguments)[0]


@pytest.fixture
def journal(tmp_path: Path) -> str:
    return str(tmp_path / "orders.sqlite")


@FORKS
@WAYS
def test_what_was_got_before_a_fork_works_in_the_child_on_the_same_journal(
    journal: str, way: list[str]
) -> None:
    *lines, sent = printed("fork_with_everything_in_use", journal, *way)
    assert lines == [
        "PARENT-1",
        "refused: external_id",  # the child found it in the journal of the parent
        "child is done",
        "child ended with 0",
        "CHILD-2",
        "child ended with 0",
        "PARENT-2 CHILD-1",
    ]
    assert set(re.findall(r"'([\w-]+)': 1\b", sent)) == {"PARENT-1", "PARENT-2", "CHILD-1", "CHILD-2"}


@FORKS
def test_a_journal_in_a_database_is_shared_with_the_child(database: str) -> None:
    assert printed("fork_with_a_database", database) == [
        "PARENT-1",
        "placed, CHILD-1",
        "child ended with 0",
        "PARENT-2",
        "{'PARENT-1': 1, 'CHILD-1': 1, 'PARENT-2': 1}",
    ]


@FORKS
def test_a_fork_in_the_middle_of_another_threads_call_neither_hangs_nor_disturbs_it(journal: str) -> None:
    assert printed("fork_during_a_call", journal) == [
        "CHILD-1",
        "child ended with 0",
        "[]",  # what the parent has under way is nothing that the child recovers
        "child ended with 0",
        "PARENT-1",
        "{'PARENT-1': 1, 'CHILD-1': 1}",
    ]


@FORKS
@WAYS
def test_a_lock_that_a_thread_of_the_parent_holds_is_free_in_the_child(way: list[str]) -> None:
    assert printed("fork_while_a_lock_is_held", *way) == ["True", "child ended with 0"]


@FORKS
@pytest.mark.parametrize(
    ("module", "attribute"),
    [
        ("minted_async.blocking.twins.trades.trades", "trades"),
        ("minted_async.generated.ecom.resource", "ecom"),
    ],
)
def test_a_module_that_a_thread_of_the_parent_imports_can_be_imported_in_the_child(
    module: str, attribute: str
) -> None:
    lines, complaints = run("fork_while_a_module_is_imported", module, attribute)
    assert (lines, complaints) == (["True", "child ended with 0"], "")


def test_what_a_thread_of_the_parent_computes_once_can_be_computed_in_the_child() -> None:
    assert printed("fork_while_a_property_is_computed") == ["1", "child ended with 0"] * 2


def test_a_feed_is_not_open_in_the_child_and_can_be_opened_there() -> None:
    closed, elsewhere, *rest = printed("fork_with_an_open_feed")
    assert closed.startswith("ConfigurationError: open the price feed first")
    assert elsewhere.startswith("ConfigurationError: this iterator was begun before the process forked")
    assert rest == ["True", "child ended with 0", "True"]


@FORKS
@WAYS
def test_a_journal_that_is_an_object_is_refused_in_the_child_and_closing_is_not(
    journal: str, way: list[str]
) -> None:
    lines = printed("fork_with_a_journal_object", journal, *way)
    assert [line for line in lines if OTHER_JOURNAL in line] == [lines[0], lines[4]]
    assert [line.partition("(")[0] for line in (lines[0], lines[4])] == [
        "ConfigurationError: journal=SqliteJournal",
        "ConfigurationError: journal=MemoryJournal",
    ]
    assert lines[1:4] == lines[5:] == ["child ended with 0", "None", "child ended with 0"]


@FORKS
def test_a_quote_that_only_the_parents_memory_has_is_not_found_in_the_child() -> None:
    refused, *rest = printed("fork_with_a_quote_in_memory")
    assert refused.startswith("QuoteNotFoundError")
    assert rest == ["child ended with 0", "0.5"]


@FORKS
def test_a_connector_of_the_parent_is_refused_in_the_child() -> None:
    opened, refused, _ = printed("fork_with_a_shared_connector")
    assert opened == "True"
    assert refused.startswith("ConfigurationError: connector= gave the connector of another event loop")


@FORKS
def test_a_thread_may_fork() -> None:
    assert printed("fork_in_a_thread") == ["PARENT-1", "CHILD-1", "child ended with 0"]


@FORKS
def test_the_clients_own_thread_may_fork() -> None:
    assert printed("fork_where_the_client_works") == ["CHILD-1", "PARENT-1"]


@FORKS
def test_a_child_that_comes_back_into_a_call_of_its_parent_does_not_wait_for_it() -> None:
    lines = printed("fork_in_a_signal_handler")
    lines.sort(key=lambda line: line.startswith("NotFoundError"))  # the parent and its child print at once
    assert [GOES_ON in line for line in lines] == [True, False, False]
    assert lines[1] == "True"
    assert lines[2].startswith("NotFoundError")


@FORKS
def test_workers_of_a_client_that_was_only_made_before_the_fork(journal: str) -> None:
    assert printed("workers_of_a_client_that_was_only_made", journal) == [
        "[0, 0, 0, 0]",
        "GRANDCHILD-1",
        "child ended with 0",
        "None",
        "child ended with 0",
        "21 {1}",
        "[]",  # making a client starts no thread in the parent
    ]


def test_a_process_that_is_started_anew_makes_a_client_of_its_own() -> None:
    (refused,) = printed("spawn_is_told_where_to_make_a_client")
    assert refused.startswith("ConfigurationError: a blocking MintedClient cannot be pickled")


def test_ctrl_c_leaves_an_order_to_be_accounted_for_and_says_so(journal: str) -> None:
    assert printed("interrupted_by_ctrl_c", journal) == [
        str([NOT_KNOWN]),
        "ORD-1 True",
        "{'ORD-1': 1}",
    ]


def test_what_a_signal_handler_raises_cancels_the_call_and_the_client_goes_on(journal: str) -> None:
    noted, order = printed("interrupted_by_a_time_limit", journal)
    assert "the call was cancelled: if it changes something" in noted
    assert order == "ORD-1"


def test_a_second_ctrl_c_does_not_wait_for_what_does_not_heed_the_first() -> None:
    assert printed("interrupted_twice") == ["out True", "True"]


def test_a_client_that_nobody_closes_does_not_keep_the_interpreter_and_is_warned_of(journal: str) -> None:
    lines, complaints = run("ends_with_an_open_client", journal)
    assert lines == ["ORD-1", "True"]
    made = inspect.getsourcelines(program.client_of)[1] + 1
    assert f"made at {program.__file__}:{made} was never closed: use `with MintedClient(...)`" in complaints


def test_a_client_at_rest_that_nobody_closes_is_warned_of_once() -> None:
    lines, complaints = run("ends_with_a_client_at_rest")
    assert lines == ["True"]
    assert complaints.count("was never closed") == 1


def test_what_outlives_the_modules_of_the_package_ends_without_a_word() -> None:
    assert run("ends_with_what_outlives_its_modules") == (["True"], "")


def test_each_finalizer_may_fail_when_the_interpreter_ends() -> None:
    for path in (ROOT / "minted_async").rglob("*.py"):
        tree = ast.parse(path.read_text())
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        called = {
            ast.unparse(node.args[1])
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "weakref.finalize"
        }
        for function in functions:
            if function.name in {"__del__", *called}:
                assert "finalizer" in map(ast.unparse, function.decorator_list), (path, function.name)
        assert called <= {function.name for function in functions}, path


def test_a_call_while_the_interpreter_is_torn_down_does_not_hang() -> None:
    assert printed("calls_when_the_interpreter_is_torn_down") == ["ConfigurationError"]


def test_a_client_may_be_closed_by_atexit(journal: str) -> None:
    lines, complaints = run("closes_at_exit", journal)
    assert (lines, complaints) == (["ORD-1"], "")


@FORKS
def test_a_machine_that_has_no_descriptors_left_is_told_so_and_a_later_call_works() -> None:
    # asyncio itself complains of a loop that it has half made.
    refused, later = started("no_event_loop_can_be_made").stdout.splitlines()
    assert refused.startswith("ConfigurationError: no thread or event loop can be started: ")
    assert later == "True"


def test_threads_that_go_on_after_the_main_thread_place_orders_and_look_names_up(journal: str) -> None:
    assert run("works_after_the_main_thread", journal) == (["ORD-1"], "")


def test_a_name_server_that_does_not_answer_does_not_keep_the_interpreter() -> None:
    assert printed("ends_during_a_lookup") == []


def test_a_first_call_at_exit_is_made_or_refused() -> None:
    (line,) = printed("calls_at_exit")
    late = "ConfigurationError: no thread or event loop can be started: "
    assert line == "True" or line.startswith(late)


GREEN = """
import eventlet

eventlet.monkey_patch()

from minted_async.blocking import MintedClient

try:
    MintedClient("user", "password").orders.get("ORD-1")
except Exception as refused:
    print(type(refused).__name__, refused)
"""


def test_threads_that_eventlet_or_gevent_has_replaced_are_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GREEN],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("ConfigurationError gevent or eventlet has replaced the threads")
    assert "--pool=prefork or --pool=threads" in done.stdout
