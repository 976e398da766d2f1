"""Schemas of the spec from what pages show, by the rules that the spec is written by.

- A number is a decimal; an integer stays one only where its name says that it counts or identifies, and never
  where it says money or weight.
- What has the name of a secret is one until a person says otherwise. Patterns are masks and lengths of single
pages
  are wrong: neither is enforced.
- Enums are taken whole, in the page's order, under a name of their own, or under that of an enum with the
  same values. Objects get a name too; one whose inside no page shows is a JsonObject.
- Times are read where a format or the examples say in which form they come; none is sent without a zone.
- What a page leaves open (unions, arrays of something, a value without a type) is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from codegen.documents import Json
from codegen.pages.examples import inside, items
from codegen.pages.facts import Field, PageFacts, Shape
from codegen.spec.names import snake
from codegen.spec.schemas import SCHEMA_PREFIX, mapping, sequence, types
from codegen.sync.writing import several
from codegen.sync.writing.naming import LONGEST, class_name, is_wire_name, singular, words
from codegen.sync.writing.spec_files import Object, SpecFiles, UnwritableError, referred
from minted_async.core.secret_names import is_secret

DEEPEST = 12
"""Objects inside objects that are still written."""

_COUNTS = re.compile(
    r"(?:^|_)(?:ids?|count|ttl|code|seconds?|minutes?|hours?|days?|months?|years?|page|pages|per_page|"
    r"page_size|limit|offset|index|installments?|instalments?|attempts?|version|position)$"
)
_MONEY = frozenset(
    {"amount", "tax", "price", "total", "balance", "cost", "weight", "rate", "fee", "sum", "quantity"}
)


def is_count(name: str) -> bool:
    """Whether an integer of this name counts or identifies; money, weights and all else are decimals."""
    plain = snake(name)
    return _COUNTS.search(plain) is not None and not _MONEY & set(plain.split("_"))


def on_page(page: PageFacts) -> str:
    """How a description names where something is documented: `on api-3652432`."""
    return f"on {page.page}" if page.page else f"on the page {plain(page.title)[:80]}"


def plain(found: str) -> str:
    """Text of a page on one line, printable and not endless."""
    printable = "".join(character if character.isprintable() else " " for character in found)
    return " ".join(printable.split())[:120].rstrip(".")


@dataclass
class SchemaWriter:
    """Writes the schemas that one difference brings.

    Attributes:
        files: the spec's files; new named schemas are added to them.
        resource: the resource in whose file new named schemas go.
        sent: whether they are sent, not answered.
        page: how descriptions name the page, `on api-3652432`.
        after: the schema behind which new ones are put.
        method: the method that a new operation becomes, for names that would be taken otherwise.
        left_out: fields of answers that could not be written, with the reason.
        made: the names of the schemas that were added.
    """

    files: SpecFiles
    resource: str
    sent: bool
    page: str
    after: str = ""
    method: str = ""
    left_out: list[str] = field(default_factory=list[str])
    made: set[str] = field(default_factory=set[str])

    def schema(
        self, shape: Shape, name: str, owner: str = "", *, seen: Sequence[Json] = (), depth: int = 0
    ) -> Object:
        """The schema of a value, without its description. New objects and enums are in the files already.

        `owner` is the schema that it is a field of, `seen` what examples have there, and `depth` says how
        many objects and arrays are around it.
        """
        seen = [*shape.examples, *seen]
        if len(shape.alternatives) > 1 or len(shape.types) > 1:
            raise UnwritableError("the page allows several forms, and which is sent when is not said")
        if shape.format == "binary":
            raise UnwritableError("it is binary, and JSON holds none")
        if depth > DEEPEST:
            raise UnwritableError(f"it lies inside more than {DEEPEST} others")
        bare: Object
        match shape.types[0] if shape.types else _implied(shape):
            case "object":
                bare = self._object(shape, name, owner, seen, depth)
            case "array":
                if shape.items is None:
                    raise UnwritableError("the page does not show what the array holds")
                of = self.schema(shape.items, singular(name), owner, seen=items(seen), depth=depth + 1)
                bare = {"type": "array", "items": of}
            case "string":
                bare = self._enum(shape, name, owner) if shape.enum else self._text(shape, name, seen)
            case "integer" if is_count(name):
                bare = {"type": "integer"}
            case "integer" | "number":
                bare = {"type": "number", "format": "decimal"}
            case "boolean":
                bare = {"type": "boolean"}
            case _:
                raise UnwritableError("the page does not say of which type it is")
        null = shape.nullable or (not self.sent and None in seen)
        return with_null(bare) if null else bare

    def described(self, shape: Shape, name: str) -> str:
        """A description that is short and true; the words of a page are not copied."""
        told = "Explained" if shape.description else "Not explained"
        readable = shape.pattern and shape.pattern.isascii() and shape.pattern.isprintable()
        if shape.pattern and readable and "`" not in shape.pattern and len(shape.pattern) <= LONGEST:
            return f"{_title(name)}. {told} {self.page}. Form given as `{shape.pattern}`."
        return f"{_title(name)}. {told} {self.page}."

    def property(self, found: Field, owner: str, seen: Sequence[Json] = (), depth: int = 0) -> Object:
        """The schema of a field with its marks and its description."""
        if not is_wire_name(found.name):
            raise UnwritableError(f"{found.name[:80]!r} cannot be the name of a property")
        schema = self.schema(found.shape, found.name, owner, seen=seen, depth=depth)
        marks: Object = {"x-minted-secret": True} if is_secret(found.name) else {}
        if found.by_example:
            marks["x-minted-source"] = "example"
        return {**schema, **marks, "description": self.described(found.shape, found.name)}

    def named_object(
        self,
        shape: Shape,
        candidates: Sequence[str],
        description: str = "",
        *,
        seen: Sequence[Json] = (),
        depth: int = 0,
    ) -> str:
        """The name of a schema for an object: that of one with the same fields, or a new one."""
        for name in candidates:
            if self.files.goes_the_same_way(name, sent=self.sent) and self._is_alike(name, shape):
                return name
        name = self._free(candidates)
        # The name is taken before its fields are written, so that none of them takes it.
        described = description or f"{_title(name)}, as it stands {self.page}."
        schema: Object = {"type": "object", "description": described}
        self._add(name, schema)
        properties, required = self._fields(shape, name, seen, depth)
        self.after = name
        if required:
            schema["required"] = required
        schema["properties"] = properties
        return name

    def forget(self, before: set[str]) -> None:
        """Take back the schemas that were made since."""
        for name in self.made - before:
            self.files.remove_schema(name)
        self.made &= before

    # ------------------------------------------------------------------ one value
    def _text(self, shape: Shape, name: str, seen: list[Json]) -> Object:
        if name == "external_id" or name.endswith("_external_id"):
            return by_name("ExternalId") if self.sent and not shape.nullable else {"type": "string"}
        if shape.format == "date-time" and several.are_iso_times(seen):
            return by_name("IsoDateTime")
        if shape.format == "date" and several.are_dates(seen):
            return {"type": "string", "format": "date"}
        if not self.sent and several.are_minted_times(seen):
            return by_name("MintedDateTime")
        return {"type": "string"}

    def _object(self, shape: Shape, name: str, owner: str, seen: list[Json], depth: int) -> Object:
        if not shape.fields:
            return by_name("JsonObject")
        by_place = class_name(owner, singular(name))
        named = [class_name(shape.schema_name)] if shape.schema_name else []
        candidates = [*named, *(f"{found}Input" for found in named if self.sent), by_place]
        if self.method:
            candidates.append(class_name(self.method, by_place))
        return by_name(self.named_object(shape, candidates, seen=seen, depth=depth + 1))

    def _enum(self, shape: Shape, name: str, owner: str) -> Object:
        values: list[Json] = [*dict.fromkeys(shape.enum or ())]
        if any(not str(value).strip() or not str(value).isprintable() for value in values):
            raise UnwritableError("a value of its list is empty or cannot be printed")
        for known in self.files.components:
            if set(map(str, sequence(self.files.schema(known).get("enum")))) == set(map(str, values)):
                return by_name(known)
        named = [class_name(shape.schema_name)] if shape.schema_name else []
        chosen = self._free([*named, class_name(owner, name)])
        described = f"{_title(name)}. Its values are those {self.page}."
        self._add(chosen, {"type": "string", "enum": values, "description": described})
        return by_name(chosen)

    # ------------------------------------------------------------------ objects
    def _fields(
        self, shape: Shape, owner: str, seen: Sequence[Json], depth: int
    ) -> tuple[Object, list[Json]]:
        properties: Object = {}
        required: list[Json] = []
        pythonic: dict[str, str] = {}
        for found in shape.fields or ():
            values, before = inside(seen, found.name), set(self.made)
            try:
                other = pythonic.setdefault(snake(found.name), found.name)
                if other != found.name:
                    raise UnwritableError(f"it would have the same name in Python as {other}")
                properties[found.name] = self.property(found, owner, values, depth)
            except UnwritableError as reason:
                if self.sent:
                    raise UnwritableError(f"{found.name[:80]}: {reason}") from None
                self.forget(before)
                self.left_out.append(f"{owner}.{found.name[:80]}: {reason}")
                continue
            if found.required and (self.sent or several.always_has(seen, found.name)):
                required.append(found.name)
        if not properties:
            raise UnwritableError("none of its fields can be written")
        return properties, required

    def _is_alike(self, name: str, shape: Shape) -> bool:
        """Whether a schema can stand for an object: the same fields, and nothing promised beyond it."""
        schema = self.files.schema(name)
        properties = mapping(schema.get("properties"))
        fields = {found.name: found for found in shape.fields or ()}
        required = sequence(schema.get("required"))
        return (
            bool(properties)
            and properties.keys() == fields.keys()
            and all(
                (key not in required or fields[key].required is True)
                and self._holds(mapping(node), fields[key])
                for key, node in properties.items()
            )
        )

    def _holds(self, node: Object, found: Field) -> bool:
        """Whether a property can hold what a page shows of a field, null included."""
        numbers = {"integer", "number"}
        theirs = {kind for t in found.shape.types for kind in (numbers if t in numbers else {t})}
        branches = [mapping(branch) for branch in sequence(node.get("anyOf"))]
        target = next((branch for branch in branches if "$ref" in branch), node)
        name = referred(target)
        ours = set(types(self.files.schema(name) if name else target))
        null = "null" in sequence(node.get("type")) or target is not node
        return (not theirs or bool(ours & theirs)) and (null or not found.shape.nullable)

    def _free(self, candidates: Sequence[str]) -> str:
        """The first name that no schema has."""
        used = {name.lower() for name in self.files.components}
        numbered = (f"{candidates[-1]}{number}" for number in range(2, len(used) + 3))
        return next(name for name in (*candidates, *numbered) if name.lower() not in used)

    def _add(self, name: str, schema: Object) -> None:
        file = f"schemas/{self.resource.replace('.', '/')}.yaml"
        self.files.add_schema(file, name, schema, self.after, sent=self.sent)
        self.made.add(name)
        self.after = name


def by_name(name: str) -> Object:
    """A reference to a schema."""
    return {"$ref": f"{SCHEMA_PREFIX}{name}"}


def with_null(schema: Object) -> Object:
    """A schema that lets null through as well."""
    if "$ref" in schema:
        return {"anyOf": [{"$ref": schema["$ref"]}, {"type": "null"}]}
    return {**schema, "type": [*types(schema), "null"]} if types(schema) else schema


def without_null(schema: Object) -> Object:
    """A schema that lets no null through."""
    branches = [
        branch for branch in map(mapping, sequence(schema.get("anyOf"))) if branch != {"type": "null"}
    ]
    if len(branches) == 1:
        return branches[0]
    named = types(schema)
    return {**schema, "type": named[0]} if len(named) == 1 else schema


def _implied(shape: Shape) -> str:
    """The type of a value for which a page prints none, where the rest leaves no doubt."""
    if shape.fields is not None:
        return "object"
    if shape.items is not None:
        return "array"
    return "string" if shape.enum is not None else ""


def _title(name: str) -> str:
    """The words of a name as the beginning of a sentence."""
    return " ".join(words(name)).capitalize() or name
