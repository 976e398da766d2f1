"""The spec's files as text: how they are read, and the one form in which they are written.

The form follows from what a file says and from the comment at its head, from nothing else: whoever edits a
file loads it, changes it and dumps it, and no two people write one thing in two ways.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.representer import SafeRepresenter
from ruamel.yaml.tokens import ScalarToken

from codegen.documents import Json, Place
from codegen.findings import Finding, GeneratorError, SpecError, pointer

_NUMBER_SIGN = re.compile(r"(?<!\S)#")
_BLANKS = re.compile(" +$", re.MULTILINE)
_WIDTH = 110
_LIST_WIDTH = 80
"""How long a list of plain values may be in brackets, whatever its indent."""


def read_yaml(path: Path, name: str) -> Json:
    """Read one YAML 1.2 file that may hold nothing but what JSON can hold.

    Raises:
        SpecError: the file is missing, not UTF-8, not YAML, has a key twice, or holds a date or a key that is
            no string.
    """
    return load_yaml(read_text(path, name), name)


def read_text(path: Path, name: str) -> str:
    """The text of a file, its line endings those of Unix.

    Raises:
        SpecError: the file is missing or not UTF-8.
    """
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        said = "this file is missing; the spec needs it"
    except UnicodeDecodeError as error:
        said = f"this file is not UTF-8 text: {error.reason} at byte {error.start}"
    raise SpecError([Finding(name, "", said)])


def load_yaml(text: str, name: str) -> Json:
    """What a text says; for arguments and errors see `read_yaml`."""
    try:
        document = deepcopy(_parsed(text))
    except YAMLError as error:
        raise SpecError([_not_yaml(error, name)]) from None
    problems = list(_not_json(document, (), name))
    if problems:
        raise SpecError(problems)
    return cast("Json", document)


@lru_cache  # one run reads a file several times: parsing it is what takes the time
def _parsed(text: str) -> object:
    # Of YAML 1.2, where `no` and `on` are words and a key that is there twice is an error.
    load = cast("Callable[[str], object]", YAML(typ="safe", pure=True).load)  # pyright: ignore[reportUnknownMemberType]
    return load(text)


def dump_yaml(document: Json, head: str = "") -> str:
    """A document in canonical form.

    Raises:
        GeneratorError: the document holds text that YAML cannot hold, such as a control character.
    """
    text = head + "\n".join(map(_dumped, _apart(document)))
    if load_yaml(text, "") != document:
        raise GeneratorError("this text cannot stand in a YAML file as it is; take out what is not readable")
    return text


def head_of(text: str) -> str:
    """The comment lines at the head of a file, each with its line ending; empty lines among them count."""
    lines = itertools.takewhile(lambda line: not line or line.startswith("#"), text.splitlines())
    head = "\n".join(line.rstrip() for line in lines).rstrip("\n")
    return f"{head}\n" if head else ""


def canonical(text: str, name: str) -> str:
    """A file's text in canonical form.

    Raises:
        SpecError: it cannot be read, or holds a comment below its head: the form has no place for one, and
            often it is the end of a sentence that was not put in quotes.
    """
    document = load_yaml(text, name)
    head = head_of(text)
    said = (
        "is a comment and no part of any value: put a text that holds ` #` in quotes; write a remark into a "
        "description, into `x-minted-note`, or at the head of the file"
    )
    below = [(line, comment) for line, comment in _comments(text) if line > head.count("\n")]
    if below:
        raise SpecError(Finding(name, f"line {line}", f"`{comment}` {said}") for line, comment in below)
    return dump_yaml(document, head)


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of every comment of a YAML text."""
    scan = cast("Callable[[str], Iterator[Any]]", YAML(typ="safe", pure=True).scan)  # pyright: ignore[reportUnknownMemberType]
    bare = text
    for token in scan(text):
        if isinstance(token, ScalarToken):
            marked: Any = token
            start, end = marked.start_mark.index, marked.end_mark.index
            if marked.style in ("|", ">"):
                # The line that opens a block of text may end in a comment; its text begins below.
                start = text.find("\n", start)
            bare = bare[:start] + re.sub(r"\S", "x", bare[start:end]) + bare[end:]
    for number, (written, line) in enumerate(zip(text.splitlines(), bare.splitlines(), strict=True), 1):
        if found := _NUMBER_SIGN.search(line):
            yield number, written[found.start() :].strip()


class _Representer(SafeRepresenter):
    """Blocks, but brackets for one plain entry and for a short list; no anchors; text with lines as it is."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def text(self, data: str) -> Any:
        lines = data.split("\n")
        style: str | None = None
        tame = all(line.isprintable() and line == line.rstrip() for line in lines) and data == data.lstrip()
        if not tame or data.endswith("\n"):
            # ruamel loses some blanks and some of what cannot be printed, unless they are escaped,
            style = '"'
        elif len(lines) > 1:
            style = "|"
        elif data.startswith(("?", ":", "-")):
            # and cannot read all that it writes without quotes.
            style = "'"
        return self._made("scalar", "str", data, style=style)

    def mapping(self, data: dict[str, Json]) -> Any:
        values = list(data.values())
        plain = not any(isinstance(value, dict | list) or "\n" in str(value) for value in values)
        short = len(values) < 2 and plain and len(str(values)) <= _LIST_WIDTH
        return self._made("mapping", "map", data, flow_style=short)

    def sequence(self, data: list[Json]) -> Any:
        plain = not any(isinstance(item, dict | list) for item in data)
        short = sum(len(str(item)) + 2 for item in data) <= _LIST_WIDTH
        return self._made("sequence", "seq", data, flow_style=plain and short)

    def _made(self, kind: str, tag: str, data: object, **style: object) -> Any:
        return getattr(self, f"represent_{kind}")(f"tag:yaml.org,2002:{tag}", data, **style)


_representers: Any = _Representer
_representers.add_representer(str, _Representer.text)
_representers.add_representer(dict, _Representer.mapping)
_representers.add_representer(list, _Representer.sequence)


def _apart(document: Json) -> list[Json]:
    """What an empty line stands between: the mappings at the top of a document of mappings."""
    if isinstance(document, dict) and document and all(isinstance(part, dict) for part in document.values()):
        return [{name: part} for name, part in document.items()]
    return [document]


def _dumped(document: object) -> str:
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.allow_unicode = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(document, stream)
    # ruamel leaves the blank behind where it folds a line. A block of text never ends one in a blank.
    return _BLANKS.sub("", stream.getvalue().removesuffix("...\n"))


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


def _not_yaml(error: YAMLError, name: str) -> Finding:
    """The parser's complaint with its line and column, where it gives them."""
    marked = cast("Any", error)
    mark = getattr(marked, "problem_mark", None) or getattr(marked, "context_mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    said = f"{getattr(marked, 'context', None) or ''} {getattr(marked, 'problem', None) or ''}"
    return Finding(name, place, f"this is not YAML: {' '.join(said.split()) or error}")
