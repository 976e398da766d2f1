"""Path templates as the pages write them."""

from __future__ import annotations

import re

from codegen.pages.facts import Parameter, Shape
from codegen.pages.remarks import Remarks, quoted

METHODS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")

_VARIABLE = re.compile(r"\{\{([^{}]{1,200})\}\}")
_PARAMETER = re.compile(r"\{([^{}/]{1,200})\}")
_HOST = re.compile(r"https?://[^/\s]{1,300}", re.IGNORECASE)
_LEADING_VARIABLE = re.compile(r"\{[^{}/]{1,200}\}(?=/)")


def plain_path(written: str, remarks: Remarks) -> str:
    """A path with single braces and without host: `{{id}}` is `{id}`.

    Args:
        written: the path as the page writes it.
        remarks: collects what was left out.

    Returns:
        The path.
    """
    path = _VARIABLE.sub(lambda found: "{" + found[1].strip() + "}", written.strip())
    path = _HOST.sub("", path, count=1) if _HOST.match(path) else path
    host = _LEADING_VARIABLE.match(path)
    if host:
        remarks.page(f"{quoted(host[0])} before the path {quoted(path)} is taken for a host and left out")
        path = path[host.end() :]
    path, question, query = path.partition("?")
    if question:
        remarks.page(f"the query {quoted(query)} in the path is not read")
    return path if path.startswith("/") else "/" + path


def with_path_parameters(
    path: str, declared: tuple[Parameter, ...], remarks: Remarks
) -> tuple[Parameter, ...]:
    """The parameters with those that stand in the path only.

    Args:
        path: the path with single braces.
        declared: parameters of path and query that the page lists.
        remarks: collects path parameters that the path does not have.

    Returns:
        Path parameters in the order of the path, then the others.
    """
    names = list(dict.fromkeys(_PARAMETER.findall(path)))
    listed = {parameter.name: parameter for parameter in declared if parameter.location == "path"}
    for name in listed:
        if name not in names:
            remarks.page(f"the path parameter {quoted(name)} does not stand in the path {quoted(path)}")
    in_path = [
        listed.get(name) or Parameter(name=name, location="path", shape=Shape(), required=True)
        for name in names
    ]
    others = [
        parameter for parameter in declared if parameter.name not in names or parameter.location != "path"
    ]
    return (*in_path, *others)
