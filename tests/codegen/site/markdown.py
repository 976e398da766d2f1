"""Prints a page's document as Apidog does: YAML in a fence, long texts folded, keys of digits quoted."""

from __future__ import annotations

import io
import itertools
import json
import textwrap
from functools import cache
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString, SingleQuotedScalarString

from tests.codegen.site.apidog import Node

_LONG = 76
"""Texts longer than that are folded over several lines."""


def page_markdown(title: str, document: Node, last_modified: str | None) -> str:
    """A whole page."""
    after = f"\nLast modified:{last_modified}\n" if last_modified else ""
    return f"# {title}\n\n## OpenAPI Specification\n\n```yaml\n{to_yaml(document)}\n```\n{after}"


def to_yaml(document: Node) -> str:
    """The document as YAML, in the order of its keys."""
    return _to_yaml(json.dumps(document, ensure_ascii=False))


@cache  # most pages of most tests are the same
def _to_yaml(document: str) -> str:
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)  # pyright: ignore[reportUnknownMemberType]
    yaml.width = (
        1_000_000  # ruamel.yaml would begin a line with the # of a plain text, which makes it a comment
    )
    cast(Any, yaml).representer.add_representer(type(None), _null)
    out = io.StringIO()
    cast(Any, yaml).dump(_styled(json.loads(document)), out)
    return out.getvalue()


def _null(representer: Any, _: None) -> Any:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")


def _styled(node: Any) -> Any:
    """The document with its texts marked for how they are to be printed."""
    if isinstance(node, dict):
        return {_text(key): _styled(value) for key, value in cast("dict[str, object]", node).items()}
    if isinstance(node, list):
        return [_styled(item) for item in cast("list[object]", node)]
    return _text(node) if isinstance(node, str) else node


def _text(text: str) -> Any:
    if not text or text.isdecimal():
        return SingleQuotedScalarString(text)
    if "\n" in text:
        return LiteralScalarString(text)
    return _folded(text) if len(text) > _LONG else text


def _folded(text: str) -> Any:
    """The text as `>-`, its lines broken at single blanks."""
    lines = textwrap.wrap(text, _LONG, break_long_words=False, break_on_hyphens=False)
    if " ".join(lines) != text:
        return text
    folded = FoldedScalarString(text)
    ends = itertools.accumulate(len(line) + 1 for line in lines[:-1])
    cast(Any, folded).fold_pos = [end - 1 for end in ends]
    return folded
