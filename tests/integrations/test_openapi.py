"""What FastAPI publishes of an application that takes and gives every model."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Annotated, Any

import jsonschema
import pytest
from fastapi import Body, FastAPI
from openapi_spec_validator import validate

from minted_async.errors import OutcomeUnknownError
from minted_async.integrations.fastapi import PROBLEMS
from minted_async.integrations.problems import MEANINGS, problem_of
from tests.integrations.any_model import MODELS
from tests.integrations.test_problems import KINDS, made


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    app = FastAPI(responses=PROBLEMS)
    for number, kind in enumerate(MODELS):

        def endpoint(content: Any) -> Any:
            return content

        endpoint.__annotations__ = {"content": Annotated[kind, Body()], "return": kind}
        app.post(f"/{number}", operation_id=f"both_{number}")(endpoint)
    return app.openapi()


def test_it_is_valid(published: dict[str, Any]) -> None:
    validate(published)


def test_no_answer_has_a_field_that_is_secret(published: dict[str, Any]) -> None:
    schemas = published["components"]["schemas"]
    checked = 0
    for kind in MODELS:
        model = getattr(kind, "__origin__", kind)
        secrets = model.__secret_fields__
        if not secrets or model is not kind:
            continue
        given, taken = schemas[f"{kind.__name__}-Output"], schemas[f"{kind.__name__}-Input"]
        assert taken["properties"].keys() - given["properties"].keys() == secrets
        assert not secrets & set(given.get("required", ()))
        checked += 1
    assert checked > 5


def test_models_and_fields_are_described_as_in_the_source(published: dict[str, Any]) -> None:
    schemas = published["components"]["schemas"]
    kinds = {name.removesuffix("-Input").removesuffix("-Output") for name in schemas}
    assert {kind.__name__ for kind in MODELS if isinstance(kind, type)} <= kinds
    fields = [
        field
        for name, schema in schemas.items()
        if "Validation" not in name and "HTTP" not in name
        for field in schema["properties"].values()
    ]
    described = [field for field in fields if field.get("description")]
    assert len(described) > 0.9 * len(fields)
    assert all(
        schema.get("description")
        for name, schema in schemas.items()
        if "Validation" not in name and "HTTP" not in name
    )


def test_every_answer_to_an_error_is_described(published: dict[str, Any]) -> None:
    described = published["paths"]["/0"]["post"]["responses"]
    for kind, operation in product(KINDS, ("orders.buy", "orders.get")):
        error = made(kind, operation)
        if isinstance(error, OutcomeUnknownError):
            error.certain_at = datetime.now(UTC)
        problem = problem_of(error)
        answer = described[str(problem.status)]
        assert problem.content["title"] in answer["description"]
        assert problem.content["type"].rpartition(":")[2] in answer["description"]
        schema = answer["content"][problem.headers["Content-Type"]]["schema"]
        jsonschema.validate(problem.content, schema | {"additionalProperties": False})
    assert described.keys() == {"200", *map(str, MEANINGS)}
    # What FastAPI refuses by itself has a status of ours, and its own form.
    plain = {status for status, answer in described.items() if "application/json" in answer["content"]}
    assert plain == {"200", "422"}
