"""The benchmarks can be reached by their names."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_is_a_module_with_a_main(name: str) -> None:
    module, about = BENCHMARKS[name]
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    assert "\ndef main() -> int:\n" in Path(spec.origin).read_text()
    assert about
