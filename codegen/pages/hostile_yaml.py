"""Reads YAML that a stranger wrote: into plain JSON values, within bounds, by the YAML 1.2 core schema.

An alias is read as if its anchor stood there once more: a document that would unfold into millions of values,
or into ever deeper ones, is refused although it is small.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

import yaml

from codegen.documents import Json
from codegen.pages.facts import PageError

MAX_VALUES: Final = 200_000
"""Values in a document, those that aliases repeat included."""
MAX_DEPTH: Final = 100
"""Levels of mappings and lists."""
_TAG: Final = "tag:yaml.org,2002:"


def _float(text: str) -> Json:
    number = float(text)
    return number if math.isfinite(number) else text


_SCALARS: Final[dict[str, tuple[str, Callable[[str], Json]]]] = {
    "null": ("~|null|Null|NULL|", lambda _: None),
    "bool": ("true|True|TRUE|false|False|FALSE", lambda text: text.lower() == "true"),
    "int": ("[-+]?[0-9]{1,60}", int),
    "another int": ("0o[0-7]{1,60}|0x[0-9a-fA-F]{1,60}", lambda text: int(text, 0)),
    "float": (r"[-+]?(\.[0-9]{1,60}|[0-9]{1,60}(\.[0-9]{0,60})?)([eE][-+]?[0-9]{1,9})?", _float),
    "str": ("(?s:.*)", str),
}
"""The core schema: the first form that text without quotes has is what it is."""


class _Loader(yaml.CBaseLoader):
    """Builds a tree in which aliases share what they stand for, and makes values of it."""

    depth = 0
    values = 0

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        # libyaml builds the tree by recursion, as deep as it goes, and calls this at each level
        self.depth += 1
        if self.depth > MAX_DEPTH + 1:
            raise yaml.YAMLError(f"more than {MAX_DEPTH} levels")

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def value(self, node: yaml.Node) -> Json:
        self.values += 1
        if self.values > MAX_VALUES:
            raise _refused(node, f"more than {MAX_VALUES} values, with those that aliases repeat")
        self.descend_resolver(node, None)
        tag = node.tag.removeprefix(_TAG)
        found: Json
        if isinstance(node, yaml.ScalarNode) and tag in _SCALARS:
            found = _SCALARS[tag][1](node.value)
        elif isinstance(node, yaml.SequenceNode) and tag == "seq":
            found = [self.value(item) for item in node.value]
        elif isinstance(node, yaml.MappingNode) and tag == "map":
            found = self.mapping(node)
        else:
            raise _refused(node, f"the tag {node.tag[:80]} is not allowed")
        self.ascend_resolver()
        return found

    def mapping(self, node: yaml.MappingNode) -> Json:
        found: dict[str, Json] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refused(key, "a mapping or a list is no key")
            if key.value in found:
                raise _refused(key, f"the key {key.value[:80]} is there twice")
            found[key.value] = self.value(value)
        return found


for _name, (_form, _) in _SCALARS.items():
    _Loader.add_implicit_resolver(  # pyright: ignore[reportUnknownMemberType]
        _TAG + _name, re.compile(rf"(?:{_form})\Z"), [None]
    )


def _refused(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


def load_hostile_yaml(text: str, source: str, first_line: int = 1) -> Json:
    """Read one YAML document into what JSON can hold.

    Keys are kept as they are written (`200:` is the key `200`), and so are dates, numbers that JSON does not
    have (`.nan`) and numbers too large for it. The document begins at `first_line` of its page.

    Raises:
        PageError: it is not YAML, a key is there twice, it has a tag, or a bound is exceeded.
    """
    mark = None
    try:
        loader = _Loader(text)
        top = loader.get_single_node()
        return None if top is None else loader.value(top)
    except yaml.MarkedYAMLError as error:
        words = " ".join(f"{error.context or ''} {error.problem or ''}".split())
        mark = error.problem_mark or error.context_mark
    except (yaml.YAMLError, ValueError, LookupError, ArithmeticError) as error:
        # What slips through the parser on text such as `"\UFFFFFFFF"`.
        words = str(error) or type(error).__name__
    line = first_line + (mark.line if mark else 0)
    raise PageError(source, f"this YAML is not read: {words[:300]}", f"line {line}")
