"""Rules about names: of resources, of methods, and of the rows that are only listed."""

from __future__ import annotations

from codegen.documents import Place
from codegen.spec.bundle import LISTED_FILE
from codegen.spec.lint.context import Context, Faults
from codegen.spec.names import is_method_name
from codegen.spec.schemas import mapping, references, sequence, text

_MODULES = frozenset({"models", "operations", "requests", "resource", "resources"})
_USED_IN_MODULES = frozenset({"models", "requests", "cast", "builtins", "datetime", "enum_value"})


def resources_have_names(context: Context) -> Faults:
    """A tag becomes a module and a class; one with a dot, in the package of what is before the dot."""
    names = [text(mapping(tag)["name"]) for tag in sequence(context.spec.document["tags"])]
    used = {f"{entry.resource}." for entry in context.spec.entries}
    for index, name in enumerate(names):
        place: Place = ("tags", index)
        above, _, own = name.rpartition(".")
        if not is_method_name(own) or own in _MODULES:
            yield place, f"the tag {name!r} cannot be the name of a module; use small letters, digits and _"
        if above and above not in names:
            yield place, f"the tag {above} of {name} is not declared; add it to `tags` of minted.yaml"
        if names.count(name) > 1:
            yield place, f"the tag {name} is there twice; remove one"
        if not any(found.startswith(f"{name}.") for found in used):
            yield place, f"no operation has the tag {name}; add one or remove the tag"
    for entry in context.spec.entries:
        if entry.resource not in names:
            yield entry.place, f"the tag {entry.resource} is not declared; add it to `tags` of minted.yaml"


def methods_have_names(context: Context) -> Faults:
    """An id is `resource.method`, and both are names in Python."""
    wanted = "an id is `resource.method` in small letters, digits and _, and no part of it is a keyword"
    used = {*_USED_IN_MODULES, *context.spec.folders}
    for place, identifier in ((entry.place, name) for entry in context.spec.entries for name in entry.ids):
        names = identifier.split(".")
        if len(names) < 2 or not all(map(is_method_name, names)) or names[-1] in used:
            yield place, f"{identifier!r} cannot be a method: {wanted}; rename it"


def methods_have_different_names(context: Context) -> Faults:
    """Of two methods with one id, or a method and a resource, the later would replace the earlier."""
    seen = {resource.name for resource in context.spec.resources}
    for entry in context.spec.entries:
        for name in entry.ids:
            if name in seen:
                said = f"is there already (in paths or in {LISTED_FILE}); rename or remove one of the two"
                yield entry.place, f"{name} {said}"
            seen.add(name)


def folders_are_tabs(context: Context) -> Faults:
    """A folder of schemas becomes the models of a package; what all may use stands in no folder."""
    packages = {resource.name for resource in context.spec.resources if resource.children}
    for name in context.spec.schemas:
        place: Place = ("components", "schemas", name)
        folder = context.spec.folder(name)
        if folder and folder not in packages:
            yield place, f"{folder} is no tag with tags below it; declare it, or move {name} to schemas/"
        for other in sorted(set(references(dict(context.spec.schemas[name])))):
            if context.spec.folder(other) not in ("", folder):
                yield place, f"{name} refers to {other} of another folder; move {other} to schemas/"
