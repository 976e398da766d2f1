"""Reading YAML files that hold nothing but what JSON can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from codegen.findings import Finding, SpecError, pointer

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Place: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the top of a document down."""


def read_yaml(path: Path, name: str) -> Json:
    """Read one YAML 1.2 file that may hold nothing but what JSON can hold.

    Args:
        path: where the file lies.
        name: how findings call it.

    Returns:
        The document as plain Python values.

    Raises:
        SpecError: the file is missing, not UTF-8, not YAML, has a key twice, or holds a date or a key that is
            no string.
    """
    try:
        document = _parse(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SpecError([Finding(name, "", "this file is missing; the spec needs it")]) from None
    except UnicodeDecodeError as error:
        raise SpecError(
            [Finding(name, "", f"this file is not UTF-8 text: {error.reason} at byte {error.start}")]
        ) from None
    except YAMLError as error:
        raise SpecError([_not_yaml(error, name)]) from None
    problems = list(_not_json(document, (), name))
    if problems:
        raise SpecError(problems)
    return cast("Json", document)


def _not_json(node: object, place: Place, name: str) -> Iterator[Finding]:
    if isinstance(node, dict):
        for key, value in cast("dict[object, object]", node).items():
            if isinstance(key, str):
                yield from _not_json(value, (*place, key), name)
            else:
                yield Finding(name, pointer(*place), f"the key {key} is not a string; put it in quotes")
    elif isinstance(node, list):
        for index, value in enumerate(cast("list[object]", node)):
            yield from _not_json(value, (*place, index), name)
    elif node is not None and not isinstance(node, str | int | float | bool):
        yield Finding(name, pointer(*place), f"{node} is read as a {type(node).__name__}; put it in quotes")


def _parse(text: str) -> object:
    """Parse YAML 1.2, where `no` and `on` are words and a key that is there twice is an error."""
    load = cast("Callable[[str], object]", YAML(typ="safe", pure=True).load)  # pyright: ignore[reportUnknownMemberType]
    return load(text)


def _not_yaml(error: YAMLError, name: str) -> Finding:
    """The parser's complaint with its line and column, where it gives them."""
    marked = cast("Any", error)
    mark = getattr(marked, "problem_mark", None) or getattr(marked, "context_mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    said = f"{getattr(marked, 'context', None) or ''} {getattr(marked, 'problem', None) or ''}"
    return Finding(name, place, f"this is not YAML: {' '.join(said.split()) or error}")
