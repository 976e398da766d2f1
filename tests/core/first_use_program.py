"""Types that several threads, or a fork, meet at once for the first time."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, cast

import msgspec

from minted_async import generated
from minted_async.core.decoding import check_result, convert, decode
from minted_async.core.model import Model

CONTENT = b'{"a":1,"b":[{"x":[{"x":[1],"y":{"a":[1]},"z":[]}],"y":{"k":null}}]}'


def is_complete(kind: type) -> bool:
    """Whether msgspec has read the annotations of a struct."""
    return any(type(held).__name__ == "StructInfo" for held in gc.get_referents(kind))


def imports() -> None:
    new = new_type()
    assert not is_complete(new)
    msgspec.json.Decoder(new)
    assert is_complete(new)
    for module in walk_packages(generated.__path__, generated.__name__ + "."):
        for kind in vars(import_module(module.name)).values():
            if isinstance(kind, type) and issubclass(kind, Model) and kind.__module__ == module.name:
                assert is_complete(kind), kind


def new_type() -> Any:
    """A type of three structs that nothing has met yet."""

    class Whole(msgspec.Struct):
        a: int
        b: list[Part] | None = None

    class Part(msgspec.Struct):
        x: list[Leaf] | None = None
        y: dict[str, int | None] = {}

    class Leaf(msgspec.Struct):
        x: list[int] | None = None
        y: dict[str, list[int]] | None = None
        z: list[Whole] | None = None

    globals().update(Whole=Whole, Part=Part, Leaf=Leaf)  # where msgspec looks names up
    return Whole


def threads() -> None:
    sys.setswitchinterval(1e-6)
    plain = msgspec.json.decode(CONTENT)
    for _ in range(300):
        kind, together = new_type(), threading.Barrier(4)

        def meet(way: Any, kind: Any = kind, together: threading.Barrier = together) -> None:
            together.wait()
            way(kind)

        ways: tuple[Callable[[Any], object], ...] = (
            check_result,
            lambda kind: decode(kind, CONTENT),
            lambda kind: decode(cast("type[object]", kind | None), CONTENT),
            lambda kind: convert(plain, kind),
        )
        started = [threading.Thread(target=meet, args=(way,)) for way in ways]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join()


def fork() -> None:
    met, forking = threading.Event(), threading.Event()

    class Slow:
        """A module in which a name is found when the process is about to fork."""

        @property
        def number(self) -> type[int]:
            met.set()
            forking.wait()
            return int

    class Inner(msgspec.Struct):
        x: slow.number  # type: ignore[name-defined]  # noqa: F821

    class Outer(msgspec.Struct):
        inner: Inner

    globals().update(slow=Slow(), Inner=Inner)
    os.register_at_fork(before=forking.set)  # runs before those that were registered earlier
    reader = threading.Thread(target=decode, args=(Outer, b'{"inner": {"x": 1}}'))
    reader.start()
    met.wait()
    child = os.fork()
    if child == 0:
        assert decode(Outer, b'{"inner": {"x": 2}}').inner == Inner(2)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    reader.join()


if __name__ == "__main__":
    {"imports": imports, "threads": threads, "fork": fork}[sys.argv[1]]()
    sys.stdout.write("done\n")
