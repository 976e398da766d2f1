"""Pages of made-up documentation, in the forms in which the site gives them."""

from __future__ import annotations

from pathlib import Path

from codegen.pages.facts import PageFacts
from codegen.pages.reader import read_page

FOLDER = Path(__file__).parent


def read(name: str, vocabulary: tuple[str, ...] = ()) -> PageFacts:
    return read_page(name, (FOLDER / name).read_bytes(), vocabulary=vocabulary)
