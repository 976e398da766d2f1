"""Pages of made-up documentation, as the site gives them."""

from __future__ import annotations

from pathlib import Path

from codegen.pages.facts import PageFacts
from codegen.pages.markdown import read_page

FOLDER = Path(__file__).parent


def read(name: str) -> PageFacts:
    return read_page(name, (FOLDER / name).read_bytes())
