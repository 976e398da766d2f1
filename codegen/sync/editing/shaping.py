"""Schemas of the spec from what pages show, by the rules that the spec is written by.

- A number is a decimal; an integer stays one only where its name says that it counts or identifies, and never
  where it says money or weight.
- Secrets are marked by name. Patterns are masks and lengths of single pages are wrong: neither is enforced.
- Enums are taken whole, in the page's order, under a name of their own, or under that of an enum with the
  same values. Objects get a name too; one whose inside no page shows is a JsonObject.
- Times are read where a format or the examples say in which form they come; none is sent without a zone.
- What a page leaves open (unions, arrays of something, a value without a type) is never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from codegen.docs.facts import Field, Shape
from codegen.documents import Json
from codegen.names import snake
from codegen.schemas import sequence
from codegen.sync.editing import samples
from codegen.sync.editing.naming import LONGEST, class_name, is_wire_name, singular, words
from codegen.sync.editing.rules import UnwritableError, is_alike, is_count, with_null
from codegen.sync.editing.specfiles import Object, SpecFiles
from codegen.sync.editing.specfiles import reference as path_to
from minted_async.core.secret_names import is_secret

DEEPEST = 12
"""Objects inside objects that are still written."""

_DECIMAL: Object = {"type": "number", "format": "decimal"}


@dataclass
class Shaper:
    """Writes the schemas that one difference brings.

    Attributes:
        files: the spec's files; new named schemas are added to them.
        home: the file for new named schemas, `schemas/orders.yaml`.
        sent: whether they are sent, not answered.
        page: how descriptions name the page, `on api-3652432`.
        left_out: fields of answers that could not be written, with the reason.
    """

    files: SpecFiles
    home: str
    sent: bool
    page: str
    after: str = ""
    """The schema behind which new ones are put."""
    method: str = ""
    """The method of the SDK that a new operation becomes, for names that would be taken otherwise."""
    left_out: list[str] = field(default_factory=list[str])
    made: set[str] = field(default_factory=set[str])

    def schema(
        self,
        shape: Shape,
        name: str,
        file: str,
        *,
        owner: str = "",
        seen: Sequence[Json] = (),
        depth: int = 0,
    ) -> Object:
        """The schema of a value, without its description.

        Args:
            shape: what the page shows.
            name: what the value is called.
            file: the file in which the schema will stand.
            owner: the object that holds it, for the names of what is inside.
            seen: the values that examples have here.
            depth: how many objects it is inside of.

        Returns:
            The schema. New objects and enums are in the files already.

        Raises:
            UnwritableError: the page leaves open what it is.
        """
        seen = [*shape.examples, *seen]
        bare = self._bare(shape, name, file, owner, seen, depth)
        null = shape.nullable or (not self.sent and None in seen)
        return with_null(bare) if null else bare

    def described(self, shape: Shape, name: str) -> str:
        """A description that is short and true; the words of a page are not copied."""
        told = "Explained" if shape.description else "Not explained"
        form = f" Form given as `{shape.pattern}`." if shape.pattern and _is_plain(shape.pattern) else ""
        return f"{_title(name)}. {told} {self.page}.{form}"

    def property(
        self, found: Field, file: str, owner: str, seen: Sequence[Json] = (), depth: int = 0
    ) -> Object:
        """The schema of a field with its marks and its description.

        Raises:
            UnwritableError: the field cannot be written as it is.
        """
        if not is_wire_name(found.name):
            raise UnwritableError(f"{found.name[:80]!r} cannot be the name of a property")
        schema = self.schema(found.shape, found.name, file, owner=owner, seen=seen, depth=depth)
        if is_secret(found.name):
            schema["x-minted-secret"] = True
        return {**schema, "description": self.described(found.shape, found.name)}

    def named_object(
        self,
        shape: Shape,
        candidates: Sequence[str],
        description: str = "",
        *,
        seen: Sequence[Json] = (),
        depth: int = 0,
    ) -> str:
        """The name of a schema for an object: that of one with the same fields, or a new one.

        Args:
            shape: an object with fields.
            candidates: names for it, best first.
            description: what a new one says of itself; a sentence made of its name if empty.
            seen: the objects that examples have here.
            depth: how many objects it is inside of.

        Raises:
            UnwritableError: a field of a request cannot be written, or none of an answer can.
        """
        if depth > DEEPEST:
            raise UnwritableError(f"it lies inside more than {DEEPEST} objects")
        for name in candidates:
            if self._goes_the_same_way(name) and is_alike(self.files, name, shape):
                return name
        name = self.free(candidates)
        description = description or f"{_title(name)}, as it stands {self.page}."
        # The name is taken before its fields are written, so that none of them takes it.
        schema: Object = {"type": "object", "description": description}
        self._add(name, schema)
        kept, self.after = self.after, name
        properties, required = self._fields(shape, name, seen, depth)
        self.after = kept
        if required:
            schema["required"] = required
        schema["properties"] = properties
        return name

    def free(self, candidates: Sequence[str]) -> str:
        """The first name that no schema has."""
        used = {name.lower() for name in self.files.components}
        for name in candidates:
            if name.lower() not in used:
                return name
        number = 2
        while f"{candidates[-1]}{number}".lower() in used:
            number += 1
        return f"{candidates[-1]}{number}"

    def forget(self, before: set[str]) -> None:
        """Take back the schemas that were made since."""
        for name in self.made - before:
            self.files.remove_schema(name)
        self.made &= before

    # ------------------------------------------------------------------ one value
    def _bare(self, shape: Shape, name: str, file: str, owner: str, seen: list[Json], depth: int) -> Object:
        if len(shape.alternatives) > 1 or len(shape.types) > 1:
            raise UnwritableError("the page allows several forms, and which is sent when is not said")
        kind = shape.types[0] if shape.types else _implied(shape)
        if kind == "object":
            return self._object(shape, name, file, owner, seen, depth)
        if kind == "array":
            return self._array(shape, name, file, owner, seen, depth)
        if shape.enum is not None and kind == "string":
            return self._enum(shape, name, file, owner)
        plain: dict[str, Callable[[], Object]] = {
            "string": lambda: self._text(shape, name, file, seen),
            "number": lambda: dict(_DECIMAL),
            "integer": lambda: (
                {"type": "integer"} if is_count(name) else {"type": "number", "format": "decimal"}
            ),
            "boolean": lambda: {"type": "boolean"},
        }
        if kind not in plain:
            raise UnwritableError("the page does not say of which type it is")
        return plain[kind]()

    def _text(self, shape: Shape, name: str, file: str, seen: list[Json]) -> Object:
        if name == "external_id" or name.endswith("_external_id"):
            return (
                {"$ref": self.reference(file, "ExternalId")}
                if self.sent and not shape.nullable
                else {"type": "string"}
            )
        if shape.format == "date-time" and samples.are_iso_times(seen):
            return {"$ref": self.reference(file, "IsoDateTime")}
        if shape.format == "date" and samples.are_dates(seen):
            return {"type": "string", "format": "date"}
        if not self.sent and samples.are_minted_times(seen):
            return {"$ref": self.reference(file, "MintedDateTime")}
        return {"type": "string"}

    def _array(self, shape: Shape, name: str, file: str, owner: str, seen: list[Json], depth: int) -> Object:
        if shape.items is None:
            raise UnwritableError("the page does not show what the array holds")
        if depth > DEEPEST:
            raise UnwritableError(f"it lies inside more than {DEEPEST} others")
        inside = samples.items(seen)
        of = self.schema(shape.items, singular(name), file, owner=owner, seen=inside, depth=depth + 1)
        return {"type": "array", "items": of}

    def _object(self, shape: Shape, name: str, file: str, owner: str, seen: list[Json], depth: int) -> Object:
        if not shape.fields:
            return {"$ref": self.reference(file, "JsonObject")}
        by_place = class_name(owner, singular(name))
        named = [class_name(shape.schema_name)] if shape.schema_name else []
        candidates = [*named, *(f"{found}Input" for found in named if self.sent), by_place]
        if self.method:
            candidates.append(class_name(self.method, by_place))
        made = self.named_object(shape, candidates, seen=seen, depth=depth + 1)
        return {"$ref": self.reference(file, made)}

    def _enum(self, shape: Shape, name: str, file: str, owner: str) -> Object:
        values = list(dict.fromkeys(shape.enum or ()))
        if shape.enum_text is not None:
            raise UnwritableError(
                f"the page prints its values run together ({shape.enum_text[:80]}); how they split is a guess"
            )
        if not values or any(not value.strip() or not value.isprintable() for value in values):
            raise UnwritableError("a value of its list is empty or cannot be printed")
        for known in self.files.components:
            if sorted(map(str, sequence(self.files.schema(known).get("enum")))) == sorted(values):
                return {"$ref": self.reference(file, known)}
        named = [class_name(shape.schema_name)] if shape.schema_name else []
        chosen = self.free([*named, class_name(owner, name)])
        listed: list[Json] = [*values]
        description = f"{_title(name)}. Its values are those {self.page}."
        self._add(chosen, {"type": "string", "enum": listed, "description": description})
        return {"$ref": self.reference(file, chosen)}

    # ------------------------------------------------------------------ objects
    def _fields(
        self, shape: Shape, owner: str, seen: Sequence[Json], depth: int
    ) -> tuple[Object, list[Json]]:
        properties: Object = {}
        required: list[Json] = []
        pythonic: dict[str, str] = {}
        for found in shape.fields or ():
            inside = samples.inside(seen, found.name)
            before = set(self.made)
            try:
                other = pythonic.setdefault(snake(found.name), found.name)
                if other != found.name or found.name in properties:
                    raise UnwritableError(f"it would have the same name in Python as {other}")
                properties[found.name] = self.property(found, self.home, owner, inside, depth)
            except UnwritableError as reason:
                if self.sent:
                    raise UnwritableError(f"{found.name[:80]}: {reason}") from None
                self.forget(before)
                self.left_out.append(f"{owner}.{found.name[:80]}: {reason}")
                continue
            if found.required and (self.sent or samples.always_has(seen, found.name)):
                required.append(found.name)
        if not properties:
            raise UnwritableError("none of its fields can be written")
        return properties, required

    def _goes_the_same_way(self, name: str) -> bool:
        if name in self.made:
            return True
        spec = self.files.known
        return (name in spec.requests) is self.sent and (name in spec.responses) is not self.sent

    def _add(self, name: str, schema: Object) -> None:
        self.files.add_schema(self.home, name, schema, self.after)
        self.made.add(name)
        self.after = name

    def reference(self, file: str, name: str) -> str:
        """How a file refers to a schema."""
        return path_to(file, name, self.files.schema_file(name))


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


def _is_plain(pattern: str) -> bool:
    return pattern.isascii() and pattern.isprintable() and "`" not in pattern and len(pattern) <= LONGEST
