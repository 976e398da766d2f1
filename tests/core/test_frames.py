"""What is emptied of a traceback: the variables of the package, and nothing that may still go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import minted_async
from minted_async.core.frames import empty_frames
from minted_async.core.protocol import check_path
from minted_async.errors import ArgumentError
from tests.core.test_credentials import variables

GOES_ON = """
def goes_on(fail):
    try:
        fail()
    except ZeroDivisionError as error:
        yield error
    yield "went on"
"""


def refused() -> ArgumentError:
    with pytest.raises(ArgumentError) as caught:
        check_path("hunter2")
    return caught.value


def test_a_function_of_the_package_keeps_no_variable() -> None:
    error = refused()
    assert "hunter2" in variables(error)
    empty_frames(error)
    assert "hunter2" not in variables(error)


def test_what_led_to_an_error_keeps_none_either() -> None:
    error = ValueError()
    error.__cause__, error.__context__ = refused(), refused()
    error.__cause__.__context__ = error
    empty_frames(error)
    assert "hunter2" not in variables(error.__context__)
    error.__cause__.__context__ = None
    assert "hunter2" not in variables(error.__cause__)


def test_the_variables_of_others_are_left_alone() -> None:
    kept = "hunter2"
    with pytest.raises(ZeroDivisionError) as caught:
        kept = str(1 // 0)
    empty_frames(caught.value)
    assert kept == "hunter2"


def test_what_caught_an_error_and_goes_on_is_not_ended() -> None:
    package: dict[str, Any] = {}
    exec(compile(GOES_ON, str(Path(minted_async.__file__).with_name("made_up.py")), "exec"), package)
    running = package["goes_on"](lambda: 1 // 0)
    empty_frames(next(running))
    assert next(running) == "went on"
