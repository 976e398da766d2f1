"""Rules about names: of resources, of methods, and of the rows that are only listed."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.documents import Place
from codegen.findings import Finding, pointer
from codegen.spec.bundle import LISTED_FILE
from codegen.spec.lint.context import Context
from codegen.spec.names import is_method_name
from codegen.spec.operations import VERBS, Method
from codegen.spec.schemas import mapping, sequence, text

_MODULES = frozenset({"models", "operations", "requests", "resources"})
_USED_IN_MODULES = frozenset({"models", "requests", "cast", "builtins", "datetime", "enum_value"})
_LISTED_KEYS = {"id", "title", "section", "method", "page", "description"}


def resources_have_names_and_descriptions(context: Context) -> Iterator[Finding]:
    """A tag becomes a module and a class."""
    tags = [mapping(tag) for tag in sequence(context.spec.document.get("tags"))]
    names = [text(tag.get("name")) for tag in tags]
    for index, (name, tag) in enumerate(zip(names, tags, strict=True)):
        place: Place = ("tags", index)
        if not is_method_name(name) or name in _MODULES:
            yield context.at(
                place, f"the tag {name!r} cannot be the name of a module; use small letters, digits and _"
            )
        if not text(tag.get("description")):
            yield context.at(
                place, f"the tag {name} has no description; it becomes the docstring of its class"
            )
        if names.count(name) > 1:
            yield context.at(place, f"the tag {name} is there twice; remove one")
        if not any(name == entry.resource for entry in context.spec.entries):
            yield context.at(place, f"no operation has the tag {name}; add one or remove the tag")
    for method in context.spec.methods:
        if method.resource not in names:
            yield context.at(
                method.place, f"the tag {method.resource} is not declared; add it to `tags` of minted.yaml"
            )
    for row in context.spec.listed:
        if row.resource not in names:
            yield _listed(
                row.index, f"the resource {row.resource} is not declared; add it to `tags` of minted.yaml"
            )


def methods_have_names(context: Context) -> Iterator[Finding]:
    """An id is `resource.method`, and both are names in Python."""
    wanted = "an id is `resource.method` in small letters, digits and _, and neither part is a keyword"
    for method in context.spec.methods:
        if not is_method_name(method.resource) or not _is_free(method.name):
            yield context.at(method.place, f"{method.id!r} cannot be a method: {wanted}; rename it")
    for row in context.spec.listed:
        if not is_method_name(row.resource) or not _is_free(row.name):
            yield _listed(row.index, f"{row.id!r} cannot be a method: {wanted}; rename it")


def methods_have_different_names(context: Context) -> Iterator[Finding]:
    """Of two methods with one id, the later would replace the earlier."""
    seen: set[str] = set()
    for entry in context.spec.entries:
        if entry.id in seen:
            message = (
                f"{entry.id} is there already (in paths or in {LISTED_FILE}); rename or remove one of the two"
            )
            yield (
                context.at(entry.place, message)
                if isinstance(entry, Method)
                else _listed(entry.index, message)
            )
        seen.add(entry.id)


def listed_rows_are_whole(context: Context) -> Iterator[Finding]:
    """A listed row has all its keys, null where nothing is known."""
    listed = context.spec.bundle.listed
    if not isinstance(listed, list):
        yield Finding(LISTED_FILE, "", "this file is a list of rows; make it one, [] if there are none")
        return
    for index, row in enumerate(map(mapping, listed)):
        if row.keys() != _LISTED_KEYS:
            yield _listed(
                index,
                f"a row has exactly the keys {', '.join(sorted(_LISTED_KEYS))}; null where nothing is known",
            )
            continue
        for key in ("title", "section", "description"):
            if not text(row[key]):
                yield _listed(index, f"{key} is missing; take it from the documentation's menu")
        if row["method"] is not None and text(row["method"]).lower() not in VERBS:
            yield _listed(index, "method is an HTTP method or null; correct it")


def _is_free(name: str) -> bool:
    return is_method_name(name) and name not in _USED_IN_MODULES


def _listed(index: int, message: str) -> Finding:
    return Finding(LISTED_FILE, pointer(index), message)
