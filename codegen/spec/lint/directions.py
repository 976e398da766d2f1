"""Rules that differ for what is sent and what is answered."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.findings import Finding
from codegen.spec.lint.context import Context, Node
from codegen.spec.schemas import branches, is_struct, mapping, nullable, reference, sequence, text, types

_PLAIN = (("string",), ("integer",), ("number",), ("boolean",))


def only_what_is_always_sent_has_a_default(context: Context) -> Iterator[Finding]:
    """A default is sent with every call that gives no value of its own."""
    for node in context.nodes:
        sent = node.owner in context.spec.requests or node.key in ("parameter", "body")
        always = node.key == "properties" and node.name in context.spec.required(node.owner or "")
        if sent and "default" in node.schema and not always:
            yield context.at(
                (*node.place, "default"),
                "a default in a request is sent with every call, so that only a required property can have "
                "one; remove it and say it in the description",
            )


def constants_are_sent_and_required(context: Context) -> Iterator[Finding]:
    """A constant is sent by the generated method; an answer that changes it could not be read."""
    for node in context.nodes:
        if "const" not in node.schema:
            continue
        if node.owner in context.spec.responses or node.key == "answer":
            yield context.at(
                (*node.place, "const"),
                "a constant in an answer breaks the day it changes; use a type, or a named enum",
            )
        elif node.key != "properties" or node.name not in context.spec.required(node.owner or ""):
            yield context.at(
                (*node.place, "const"),
                "a constant must be a required property of a request; add it to `required`",
            )


def zoneless_times_are_only_read(context: Context) -> Iterator[Finding]:
    """No page says in which form the API reads the times that it prints without a zone."""
    for node in context.nodes:
        sent = node.owner in context.spec.requests or node.key in ("parameter", "body")
        if sent and (reference(node.schema) or "").startswith("MintedDateTime"):
            yield context.at(
                node.place,
                "a time without a zone can only be read; send an IsoDateTime, or a string as documented",
            )


def answers_have_no_struct_unions(context: Context) -> Iterator[Finding]:
    """The decoder cannot tell untagged structs apart, and an unknown tag fails the whole answer."""
    for node in context.nodes:
        answered = node.owner in context.spec.responses or node.key == "answer"
        structs = [branch for branch in branches(node.schema) if is_struct(context.spec.resolve(branch)[1])]
        if answered and len(structs) > 1:
            yield context.at(
                node.place,
                "an answer cannot be a union of objects; describe one that has all their fields, optional",
            )


def shared_structs_have_no_optional_fields(context: Context) -> Iterator[Finding]:
    """Left out means UNSET in a request and None in an answer: one class cannot be both."""
    for name in sorted(context.spec.requests & context.spec.responses):
        schema = context.spec.schemas[name]
        if is_struct(schema) and set(context.spec.properties(name)) - context.spec.required(name):
            yield context.at(
                ("components", "schemas", name),
                f"{name} is both sent and answered and has optional fields; split it (AddressInput, Address)",
            )


def schemas_are_used(context: Context) -> Iterator[Finding]:
    """A schema that nothing uses would be a class that nobody can get."""
    used = context.spec.requests | context.spec.responses | context.scalars
    for name in sorted(context.spec.schemas.keys() - used):
        yield context.at(("components", "schemas", name), f"no operation uses {name}; use it or remove it")


def bodies_are_structs(context: Context) -> Iterator[Finding]:
    """The fields of a body become arguments, so it is a struct; a union of structs stays one argument."""
    for node in context.nodes:
        if node.key != "body":
            continue
        several = branches(node.schema)
        for branch in several or (node.schema,):
            name, schema = context.spec.resolve(branch)
            alternatives = [context.spec.resolve(part)[1] for part in branches(schema)] or [schema]
            if name is None or not all(map(is_struct, alternatives)):
                yield context.at(
                    node.place, "a request body must refer to an object in openapi/schemas; move it there"
                )


def answers_can_be_typed(context: Context) -> Iterator[Finding]:
    """An answer is one type; null or a choice of types at its top cannot be named."""
    for node in context.nodes:
        if node.key == "answer" and (branches(node.schema) or isinstance(node.schema.get("type"), list)):
            yield context.at(
                node.place,
                "the data of an answer must be one type; refer to one schema, or use {} if nothing is known",
            )


def parameters_can_be_sent(context: Context) -> Iterator[Finding]:
    """What stands in a URL is text, a number, a truth value or a day; the client sends no lists there."""
    for node in context.nodes:
        if node.key != "parameter":
            continue
        schema = context.spec.resolve(node.schema)[1]
        plain = "enum" in schema or types(schema) in _PLAIN
        if not plain or nullable(schema):
            yield context.at(
                node.place,
                "a parameter is one text, number, truth value or day, never null; change its type",
            )


def methods_agree_with_the_body(context: Context) -> Iterator[Finding]:
    """`x-minted-methods` and the oneOf of the body say the same twice, so they must agree."""
    for place, operation in context.operations:
        listed = {
            text(mapping(mapping(entry).get("body")).get("$ref"))
            for entry in sequence(operation.get("x-minted-methods"))
        }
        if not listed:
            continue
        node = next(
            (node for node in context.nodes if node.key == "body" and node.place[: len(place)] == place), None
        )
        if listed != _bodies(node):
            yield context.at(
                (*place, "x-minted-methods"),
                "the bodies of the methods and the oneOf of the requestBody differ; make them the same",
            )


def _bodies(node: Node | None) -> set[str]:
    return {text(branch.get("$ref")) for branch in branches(node.schema)} if node else set()
