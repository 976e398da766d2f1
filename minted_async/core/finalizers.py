"""What the garbage collector calls, as it does until the very end of the interpreter."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")


def finalizer(function: Callable[P, None]) -> Callable[P, None]:
    """Let a `__del__`, or what `weakref.finalize` calls, fail in silence when the interpreter ends.

    By then modules have lost their names, and Python would print what each finalizer makes of it.
    """
    is_finalizing = sys.is_finalizing

    @wraps(function)
    def finalize(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except Exception:
            if not is_finalizing():
                raise

    return finalize
