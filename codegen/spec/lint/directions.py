"""Rules that differ for what is sent and what is answered."""

from __future__ import annotations

from codegen.project import SCALARS
from codegen.spec.lint.context import Context, Faults
from codegen.spec.schemas import branches, is_struct, nullable, reference, types

_PLAIN = (("string",), ("integer",), ("number",), ("boolean",))


def only_what_is_always_sent_has_a_default(context: Context) -> Faults:
    """A default is sent with every call that gives no value of its own."""
    for node in context.nodes:
        if context.sent(node) and "default" in node.schema and not context.always_there(node):
            said = "is sent with every call, so that only a required property can have one"
            yield (
                (*node.place, "default"),
                f"a default in a request {said}; say it in the description instead",
            )


def constants_are_sent_and_required(context: Context) -> Faults:
    """A constant is sent by the generated method; an answer that changes it could not be read."""
    for node in context.nodes:
        place = (*node.place, "const")
        if "const" in node.schema and context.answered(node):
            yield place, "a constant in an answer breaks the day it changes; use a type, or a named enum"
        elif "const" in node.schema and not context.always_there(node):
            yield place, "a constant must be a required property of a request; add it to `required`"


def zoneless_times_are_only_read(context: Context) -> Faults:
    """No page says in which form the API reads the times that it prints without a zone."""
    for node in context.nodes:
        if context.sent(node) and (reference(node.schema) or "").startswith("MintedDateTime"):
            said = "a time without a zone can only be read; send an IsoDateTime, or a string as documented"
            yield node.place, said


def answers_have_no_struct_unions(context: Context) -> Faults:
    """The decoder cannot tell untagged structs apart, and an unknown tag fails the whole answer."""
    for node in context.nodes:
        structs = [branch for branch in branches(node.schema) if is_struct(context.spec.resolve(branch)[1])]
        if context.answered(node) and len(structs) > 1:
            said = "an answer cannot be a union of objects; describe one that has all their fields, optional"
            yield node.place, said


def shared_structs_have_no_optional_fields(context: Context) -> Faults:
    """Left out means UNSET in a request and None in an answer: one class cannot be both."""
    for name in sorted(context.spec.requests & context.spec.responses):
        optional = context.spec.properties(name).keys() - context.spec.required(name)
        if is_struct(context.spec.schemas[name]) and optional:
            yield (
                ("components", "schemas", name),
                f"{name} is both sent and answered and has optional fields; split it (AddressInput, Address)",
            )


def schemas_are_used(context: Context) -> Faults:
    """A schema that nothing uses would be a class that nobody can get."""
    used = context.spec.requests | context.spec.responses | SCALARS
    for name in sorted(context.spec.schemas.keys() - used):
        yield ("components", "schemas", name), f"no operation uses {name}; use it or remove it"


def bodies_are_structs(context: Context) -> Faults:
    """The fields of a body become arguments, so it is a struct; a union of structs stays one argument."""
    open_bodies = {method.place for method in context.spec.methods if method.open}
    for node in context.nodes:
        body = node.key == "body" and node.place[:3] not in open_bodies
        for branch in (branches(node.schema) or (node.schema,)) if body else ():
            name, schema = context.spec.resolve(branch)
            alternatives = [context.spec.resolve(part)[1] for part in branches(schema)] or [schema]
            if name is None or not all(map(is_struct, alternatives)):
                yield node.place, "a request body must refer to an object in openapi/schemas; move it there"


def answers_can_be_typed(context: Context) -> Faults:
    """An answer is one type; null or a choice of types at its top cannot be named."""
    for node in context.nodes:
        if node.key == "answer" and (branches(node.schema) or isinstance(node.schema.get("type"), list)):
            said = "the data of an answer must be one type; refer to one schema, or use {}"
            yield node.place, said


def parameters_can_be_sent(context: Context) -> Faults:
    """What stands in a URL is text, a number, a truth value or a day; the client sends no lists there."""
    for node in context.nodes:
        schema = context.spec.resolve(node.schema)[1]
        plain = ("enum" in schema or types(schema) in _PLAIN) and not nullable(schema)
        if node.key == "parameter" and not plain:
            said = "a parameter is one text, number, truth value or day, never null; change its type"
            yield node.place, said
