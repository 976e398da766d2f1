"""Schemas of the spec from what pages show, by the rules that the spec is written by.

- A number is a decimal; an integer stays one only where its name says that it counts or identifies, and never
  where it says money or weight.
- What has the name of a secret is one until a person says otherwise. Patterns are masks and lengths of single
  pages are wrong: neither is enforced.
- Enums are taken whole, in the page's order, under a name of their own, or under that of an enum with the
  same values. Objects get a name too; one whose inside no page shows is a JsonObject.
- Times are read where a format or the examples say in which form they come; none is sent without a zone.
- What a page leaves open (unions, arrays of something, a value without a type) is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from codegen.documents import Json
from codegen.pages.facts import Field, PageFacts, Shape
from codegen.spec.names import snake
from codegen.spec.schemas import SCHEMA_PREFIX, is_struct, mapping, sequence, single, types
from codegen.sync.changes import Change, View
from codegen.sync.comparing.deviations import Deviations
from codegen.sync.comparing.schemas import judge
from codegen.sync.comparing.views import Nodes, lay
from codegen.sync.writing.draft import Draft, Object, UnwritableError, refuse_if
from codegen.sync.writing.naming import LONGEST, class_name, is_wire_name, singular, words
from codegen.terminal import one_line
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
_ROOM = frozenset({Change.REQUIRED, Change.NOT_NULLABLE, Change.ENUM_REMOVED})
"""How a schema may say more than a page shows, and still hold all of it."""
_INSTANT = Annotated[datetime, msgspec.Meta(tz=True)]
_MINTED_TIME = re.compile(
    r"[0-3]\d-[01]\d-\d{4} [0-2]\d:[0-5]\d|\d{4}-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d"
)
"""A time as Minted prints it, without a zone."""
_READABLE = re.compile(rf"[ -_a-~]{{1,{LONGEST}}}")


def is_count(name: str) -> bool:
    """Whether an integer of this name counts or identifies; money, weights and all else are decimals."""
    plain = snake(name)
    return _COUNTS.search(plain) is not None and not _MONEY & set(plain.split("_"))


def on_page(page: PageFacts) -> str:
    """How a description names where something is documented: `on api-3652432`."""
    if page.operation:
        return f"in {page.answered} answers to {page.operation}, {' to '.join(page.days)}"
    return f"on {page.page}" if page.page else f"on the page {plain(page.title)[:80]}"


def plain(found: str) -> str:
    """Text of a page as a part of a sentence."""
    return one_line(found, 120).rstrip(".")


@dataclass
class SchemaWriter:
    """Writes the schemas that one difference brings: new named ones into the file of a resource.

    `page` is how descriptions name the page; `notes` take what was left out of answers; `method`, which a new
    operation becomes, gives names that would be taken otherwise.
    """

    draft: Draft
    resource: str
    sent: bool
    page: str
    notes: list[str]
    method: str = ""
    observed: bool = False

    def schema(self, shape: Shape, name: str, owner: str = "", depth: int = 0) -> Object:
        """The schema of a value, without its description. New objects and enums are in the draft already.

        `owner` is the schema that it is a field of, and `depth` says how many objects and arrays are around.
        """
        if len(shape.alternatives) > 1 or len(shape.types) > 1:
            raise UnwritableError("it comes in several forms, and which is sent when is not said")
        refuse_if(shape.format == "binary", "it is binary, and JSON holds none")
        refuse_if(depth > DEEPEST, f"it lies inside more than {DEEPEST} others")
        bare: Object
        match shape.types[0] if shape.types else _implied(shape):
            case "object":
                bare = self._object(shape, name, owner, depth)
            case "array":
                if shape.items is None:
                    raise UnwritableError("what the array holds is not shown")
                bare = {"type": "array", "items": self.schema(shape.items, singular(name), owner, depth + 1)}
            case "string":
                bare = self._enum(shape, name, owner) if shape.enum else self._text(shape, name)
            case "integer" if is_count(name):
                bare = {"type": "integer"}
            case "integer" | "number":
                bare = {"type": "number", "format": "decimal"}
            case "boolean":
                bare = {"type": "boolean"}
            case _:
                raise UnwritableError("of which type it is, is not said")
        null = shape.nullable or (not self.sent and None in shape.examples)
        return _with_null(bare) if null else bare

    def described(self, shape: Shape, name: str) -> str:
        """A description that is short and true; the words of a page are not copied."""
        told = "Seen" if self.observed else "Explained" if shape.description else "Not explained"
        form = f" Form given as `{shape.pattern}`." if _READABLE.fullmatch(shape.pattern or "") else ""
        return f"{_title(name)}. {told} {self.page}.{form}"

    def property(self, found: Field, owner: str, beside: Iterable[str], depth: int = 0) -> Object:
        """The schema of a field with its marks and its description; `beside` are the others of its owner."""
        refuse_if(self.observed and found.by_example, "too few answers show it")
        refuse_name(found.name, beside)
        schema = self.schema(found.shape, found.name, owner, depth)
        marks: Object = {"x-minted-secret": True} if is_secret(found.name) else {}
        if self.observed or found.by_example:
            marks["x-minted-source"] = "observed" if self.observed else "example"
        return {**schema, **marks, "description": self.described(found.shape, found.name)}

    def named_object(
        self, shape: Shape, candidates: Sequence[str], description: str = "", depth: int = 0
    ) -> str:
        """The name of a schema for an object: that of one with the same fields, or a new one."""
        for name in candidates:
            if self.draft.goes_the_same_way(name, sent=self.sent) and self._is_alike(name, shape):
                return name
        name = self._free(candidates)
        # The name is taken before its fields are written, so that none of them takes it.
        described = description or f"{_title(name)}, as it stands {self.page}."
        schema: Object = {"type": "object", "description": described}
        self._add(name, schema)
        properties, required = self._fields(shape, name, depth)
        if required:
            schema["required"] = required
        schema["properties"] = properties
        return name

    def _text(self, shape: Shape, name: str) -> Object:
        texts = [value for value in shape.examples if isinstance(value, str)]
        if name == "external_id" or name.endswith("_external_id"):
            return by_name("ExternalId") if self.sent and not shape.nullable else {"type": "string"}
        if shape.format == "date-time" and _are(texts, _INSTANT):
            return by_name("IsoDateTime")
        if shape.format == "date" and _are(texts, date):
            return {"type": "string", "format": "date"}
        if self.observed and shape.format == "uuid":
            return {"type": "string", "format": "uuid"}
        printed = bool(texts) and all(map(_MINTED_TIME.fullmatch, texts))
        if not self.sent and (printed or shape.format == "minted-datetime"):
            return by_name("MintedDateTime")
        return {"type": "string"}

    def _object(self, shape: Shape, name: str, owner: str, depth: int) -> Object:
        if not shape.fields:
            return by_name("JsonObject")
        by_place = class_name(owner, singular(name))
        named = [class_name(shape.schema_name)] if shape.schema_name else []
        candidates = [*named, *(f"{found}Input" for found in named if self.sent), by_place]
        if self.method:
            candidates.append(class_name(self.method, by_place))
        return by_name(self.named_object(shape, candidates, depth=depth + 1))

    def _enum(self, shape: Shape, name: str, owner: str) -> Object:
        values: list[Json] = [*dict.fromkeys(shape.enum or ())]
        refuse_unprintable(shape.enum or ())
        for known, schema in self.draft.schemas.items():
            if set(map(str, sequence(mapping(schema).get("enum")))) == set(map(str, values)):
                return by_name(known)
        named = [class_name(shape.schema_name)] if shape.schema_name else []
        chosen = self._free([*named, class_name(owner, name)])
        described = f"{_title(name)}. Its values are those {self.page}."
        self._add(chosen, {"type": "string", "enum": values, "description": described})
        return by_name(chosen)

    def _fields(self, shape: Shape, owner: str, depth: int) -> tuple[Object, list[Json]]:
        properties: Object = {}
        required: list[Json] = []
        for found in shape.fields or ():
            try:
                properties[found.name] = self.property(found, owner, properties, depth)
            except UnwritableError as reason:
                if self.sent:
                    raise UnwritableError(f"{found.name[:80]}: {reason}") from None
                self.notes.append(f"left out: {owner}.{found.name[:80]}: {reason}")
                continue
            if found.required and (self.sent or shape.always_has(found.name)):
                required.append(found.name)
        refuse_if(not properties, "none of its fields can be written")
        return properties, required

    def _is_alike(self, name: str, shape: Shape) -> bool:
        """Whether a schema can stand for an object: the same fields, and nothing promised beyond it."""
        spec = self.draft.spec
        if name not in spec.schemas or not is_struct(spec.schemas[name]):
            return False
        always = {found.name for found in shape.fields or () if found.required}
        nodes: Nodes = {}
        view = View(None, "", sent=self.sent, field=Field(name=name, shape=shape))
        lay(nodes, spec, ("components", "schemas", name), spec.schemas[name], view)
        found = {drift.change for drift in judge(nodes.values(), Deviations())}
        return spec.required(name) <= always and found <= _ROOM

    def _free(self, candidates: Sequence[str]) -> str:
        """The first name that no schema has."""
        used = {name.lower() for name in self.draft.schemas}
        numbered = (f"{candidates[-1]}{number}" for number in range(2, len(used) + 3))
        return next(name for name in (*candidates, *numbered) if name.lower() not in used)

    def _add(self, name: str, schema: Object) -> None:
        file = f"schemas/{self.resource.replace('.', '/')}.yaml"
        self.draft.add_schema(name, schema, file, sent=self.sent)


def refuse_name(name: str, beside: Iterable[str] = ()) -> None:
    """Refuse what no property or parameter can be called, or what has a name of others in Python."""
    refuse_if(not is_wire_name(name), f"{name[:80]!r} cannot be the name of a property or parameter")
    twin = next((other for other in beside if snake(other) == snake(name)), None)
    refuse_if(twin is not None, f"it would have the same name in Python as {twin}")


def refuse_unprintable(values: Iterable[str]) -> None:
    """Refuse values of an enum that no code can name."""
    odd = any(not value.strip() or not value.isprintable() for value in values)
    refuse_if(odd, "a value of its list is empty or cannot be printed")


def by_name(name: str) -> Object:
    """A reference to a schema."""
    return {"$ref": f"{SCHEMA_PREFIX}{name}"}


def without_null(schema: Object) -> Object:
    """A schema that lets no null through."""
    bare = dict(single(schema))
    return {**bare, "type": types(bare)[0]} if types(bare) else bare


def _with_null(schema: Object) -> Object:
    """A schema that lets null through as well."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [*types(schema), "null"]}


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


def _are(texts: list[str], kind: Any) -> bool:
    """Whether all of some texts are of a kind in ISO 8601."""
    try:
        msgspec.convert(texts, list[kind])
    except msgspec.ValidationError:
        return False
    return True
