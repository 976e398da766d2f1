"""The answers of the spec, as a check of what the sandbox answers."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from ruamel.yaml import YAML

OPENAPI = Path(__file__).parents[2] / "openapi"


def read_yaml(uri: str) -> Any:
    return YAML(typ="safe").load(Path(uri.removeprefix("file://")))  # pyright: ignore[reportUnknownMemberType]


def closed(schemas: Any) -> Any:
    """The same schemas, which refuse properties that they do not name."""

    def close(schema: dict[str, Any]) -> dict[str, Any]:
        if "allOf" in schema:  # a page: what stands around its rows is another schema
            return schema | {"unevaluatedProperties": False}
        is_closed = "properties" in schema and "current_page" not in schema["properties"]
        return schema | ({"additionalProperties": False} if is_closed else {})

    return json.loads(json.dumps(schemas, default=str), object_hook=close)


def retrieve(uri: str) -> Resource[Any]:
    return Resource.from_contents(closed(read_yaml(uri)), default_specification=DRAFT202012)


def is_date_time(value: object) -> bool:
    return not isinstance(value, str) or ("T" in value and datetime.fromisoformat(value).tzinfo is not None)


def is_date(value: object) -> bool:
    return not isinstance(value, str) or date.fromisoformat(value).isoformat() == value


def is_minted_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    written = "%d-%m-%Y %H:%M" if re.match(r"\d\d-", value) else "%Y-%m-%d %H:%M:%S"
    return datetime.strptime(value, written).strftime(written) == value


FORMATS = FormatChecker(formats=())
for name, check in {
    "date-time": is_date_time,
    "date": is_date,
    "minted-datetime": is_minted_date_time,
}.items():
    FORMATS.checks(name, raises=ValueError)(check)


def operations() -> dict[str, str]:
    """The answer schemas of the spec, as references, by operation."""
    paths = read_yaml((OPENAPI / "minted.yaml").as_uri())["paths"]
    found: dict[str, str] = {}
    for item in paths.values():
        reference = f"{OPENAPI.as_uri()}/{item['$ref']}"
        file, _, key = reference.partition("#/")
        for verb, operation in read_yaml(file)[key].items():
            schema = f"{reference}/{verb}/responses/200/content/application~1json/schema"
            methods = [method["id"] for method in operation.get("x-minted-methods", ())]
            found |= dict.fromkeys((operation["operationId"], *methods), schema)
    return found


OPERATIONS = operations()


def problems(operation: str, answered: Any) -> list[str]:
    """What in an answer does not fit the spec, by JSON path."""
    registry: Registry[Any] = Registry(retrieve=retrieve)  # type: ignore[call-arg]
    schema = {"$ref": OPERATIONS[operation]}
    validator: Any = Draft202012Validator(schema, registry=registry, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answered)]
