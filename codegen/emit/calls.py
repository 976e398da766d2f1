"""Emits tests: every generated method is called, with everything and with the required arguments only."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import quote

from codegen.emit.arguments import Argument, Call
from codegen.emit.models import HEADER, Models
from codegen.emit.resources import calls, environment
from codegen.emit.samples import UNKNOWN, Samples, Value
from codegen.project import GENERATED_TESTS
from codegen.spec import Spec
from codegen.spec.operations import ListedRow
from codegen.spec.schemas import Schema, is_struct, mapping, reference, types


@dataclass(frozen=True)
class Answer:
    """What the recording server answers, as a constant of the test module."""

    constant: str
    value: Value


@dataclass(frozen=True)
class RenderedCall:
    """One call in one test."""

    name: str
    answer: str
    arguments: tuple[str, ...]
    path: str
    query: dict[str, str]
    body: Value
    has_body: bool
    kind: str
    """The type of the answer, or of its items; empty for plain values."""
    utc: list[str]
    call: Call


@dataclass(frozen=True)
class RenderedListed:
    """The two tests of a row that is only listed."""

    row: ListedRow
    verb: str


def generate_calls(spec: Spec, models: Models, scalars: frozenset[str]) -> dict[str, str]:
    """Generate the tests of all resources.

    Args:
        spec: the spec, linted.
        models: names in the generated models.
        scalars: names of the schemas that are hand-written types.

    Returns:
        Unformatted Python by path.
    """
    jinja = environment()
    template = jinja.get_template("test_resource.py.jinja2")
    samples = Samples(spec, scalars, models)
    files = {
        f"{GENERATED_TESTS}/__init__.py": f"{HEADER}\n",
        f"{GENERATED_TESTS}/conftest.py": jinja.get_template("conftest.py.jinja2").render(header=HEADER),
    }
    for resource in spec.resources:
        answers: dict[str, Answer] = {}
        rendered: list[RenderedCall] = []
        for call in calls(resource, spec, models, scalars):
            whole = _render(call, samples, answers, full=True)
            bare = _render(call, samples, answers, full=False)
            rendered.append(whole)
            # Where nothing is optional, neither in the call nor in its answer, one test says it all.
            if replace(bare, name=whole.name) != whole:
                rendered.append(bare)
        if resource.listed:
            _constant("UNKNOWN", UNKNOWN, answers)
        files[f"{GENERATED_TESTS}/test_{resource.name}.py"] = template.render(
            header=HEADER,
            resource=resource,
            answers=list(answers.values()),
            calls=rendered,
            listed=[RenderedListed(row, row.method or "POST") for row in resource.listed],
        )
    return files


def _render(call: Call, samples: Samples, answers: dict[str, Answer], *, full: bool) -> RenderedCall:
    method = call.method
    chosen = [argument for argument in call.arguments if full or argument.required]
    in_path = {argument.wire: _url(_sample(argument, samples, full=full)) for argument in call.positional}
    path = method.path
    for wire, text in in_path.items():
        path = path.replace("{" + wire + "}", quote(text, safe=""))
    body = _body(call, samples, full=full)
    return RenderedCall(
        name=f"test_{method.name}_" + ("with_everything" if full else "with_required_arguments_only"),
        answer=_answer(method.result, samples, answers, full=full),
        arguments=tuple(_written(argument, samples, full=full) for argument in chosen),
        path=path,
        query={
            argument.wire: _url(_sample(argument, samples, full=full))
            for argument in chosen
            if argument.location == "query"
        },
        body=body,
        has_body=method.body is not None,
        kind=_kind(method.result, samples.spec),
        utc=samples.utc(method.result),
        call=call,
    )


def _sample(argument: Argument, samples: Samples, *, full: bool) -> Value:
    return samples.value(argument.schema, argument.wire or "body", full=full)


def _written(argument: Argument, samples: Samples, *, full: bool) -> str:
    expression = samples.expression(argument.schema, argument.wire or "body", full=full)
    return expression if argument.location == "path" else f"{argument.name}={expression}"


def _body(call: Call, samples: Samples, *, full: bool) -> Value:
    """The JSON that must arrive, constants included."""
    name = call.method.body
    if name is None:
        return None
    if call.whole_body is not None:
        return samples.value({"$ref": f"#/components/schemas/{name}"}, "body", full=full)
    required = samples.spec.required(name)
    return {
        wire: samples.value(field, wire, full=full)
        for wire, field in samples.spec.properties(name).items()
        if full or wire in required
    }


def _answer(schema: Schema, samples: Samples, answers: dict[str, Answer], *, full: bool) -> str:
    """Name of the constant for an answer, which is made unless it is there already."""
    if not schema:
        return _constant("UNKNOWN", UNKNOWN, answers)
    name = reference(schema) or reference(mapping(schema.get("items")))
    value = samples.value(schema, "data", full=full)
    if name is None:
        return _constant("PLAIN", value, answers)
    many = types(schema) == ("array",)
    constant = ("" if full else "BARE_") + _upper(name) + ("_LIST" if many else "")
    return _constant(constant, value, answers)


def _constant(name: str, value: Value, answers: dict[str, Answer]) -> str:
    same = [entry.constant for entry in answers.values() if entry.value == value]
    if same:
        return same[0]
    while name in answers:
        name += "_"
    answers[name] = Answer(name, value)
    return name


def _upper(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def _kind(schema: Schema, spec: Spec) -> str:
    item = mapping(schema.get("items")) if types(schema) == ("array",) else schema
    name, meant = spec.resolve(item)
    return f"models.{name}" if name and is_struct(meant) else ""


def _url(value: Value) -> str:
    """A value as it stands in a URL, before it is encoded."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
