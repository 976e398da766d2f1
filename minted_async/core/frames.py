"""What stands in the variables of a traceback, which some programs write down: nothing of ours."""

from __future__ import annotations

import inspect
from contextlib import suppress
from pathlib import Path
from traceback import walk_tb
from typing import Final

_OURS: Final = str(Path(__file__).parents[1])
_MAY_GO_ON: Final = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def empty_frames(error: BaseException) -> None:
    """Empty the variables of the package's functions in the tracebacks of an error and of what led to it.

    What awaits or yields is left, as it may have caught the error, and go on: emptied, it would be closed.
    It has to keep secrets out of its variables itself.
    """
    left, seen = [error], set[int]()
    while left:
        one = left.pop()
        seen.add(id(one))
        for frame, _ in walk_tb(one.__traceback__):
            code = frame.f_code
            if code.co_filename.startswith(_OURS) and not code.co_flags & _MAY_GO_ON:
                with suppress(RuntimeError):  # it runs
                    frame.clear()
        behind = (one.__cause__, one.__context__)
        left += [each for each in behind if each is not None and id(each) not in seen]
