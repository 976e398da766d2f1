"""What is sent and answered, as the page's OpenAPI document says it: parameters, body, answers."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from codegen.documents import Json, Place
from codegen.pages.facts import Answer, Body, Parameter, Shape
from codegen.pages.nodes import Document, Mapping
from codegen.pages.remarks import listed, quoted
from codegen.pages.schemas import Schemas, distinct, example_values

_STATUS = re.compile(r"(?:x-)?([1-5][0-9][0-9])(?::(.*))?", re.DOTALL)
_LOCATIONS = ("path", "query", "header")


@dataclass(frozen=True)
class Media:
    """One media type of a body or an answer."""

    media_type: str
    shape: Shape | None
    examples: tuple[Json, ...]


@dataclass(frozen=True)
class Exchange:
    """Reads what one operation exchanges."""

    document: Document
    schemas: Schemas

    def parameters(self, node: Json, place: Place) -> list[Parameter]:
        """All parameters of a list, headers among them."""
        read: list[Parameter] = []
        for index, item in enumerate(self.document.sequence(node, place)):
            parameter = self.parameter(item, (*place, index))
            if parameter is None:
                continue
            if any(_same(parameter, other) for other in read):
                self.document.remarks.at(
                    (*place, index), f"{quoted(parameter.name)} is there twice; the first is kept"
                )
            else:
                read.append(parameter)
        return read

    def parameter(self, node: Json, place: Place) -> Parameter | None:
        """One parameter; None, with a remark, if it has no name or stands where none is read."""
        mapping, place = self.document.resolved(node, place)
        name = self.document.text(mapping.get("name"), (*place, "name"))
        location = mapping.get("in")
        if not name:
            self.document.remarks.at(place, "this parameter is not read: it has no name")
            return None
        if location not in _LOCATIONS:
            message = f"the parameter {quoted(name)} is not read: it stands in {quoted(location)}"
            self.document.remarks.at(place, message)
            return None
        required = self.document.flag(mapping.get("required"), (*place, "required"))
        if "required" not in mapping:
            required = location == "path"
        return Parameter(
            name=name,
            location=str(location),
            shape=self._parameter_shape(mapping, place),
            required=required,
        )

    def _parameter_shape(self, mapping: Mapping, place: Place) -> Shape:
        shape = Shape()
        if "schema" in mapping:
            shape = self.schemas.shape(mapping["schema"], (*place, "schema"))
        elif "content" in mapping:
            media = self.media(mapping["content"], (*place, "content"))
            shape = media.shape if media and media.shape else shape
        words = self.document.text(mapping.get("description"), (*place, "description"))
        return msgspec.structs.replace(
            shape,
            description=words or shape.description,
            examples=distinct([*self._examples(mapping, place), *shape.examples]),
        )

    def body(self, node: Json, place: Place) -> Body | None:
        """What is sent; None if the page shows no body."""
        mapping, place = self.document.resolved(node, place)
        media = self.media(mapping.get("content"), (*place, "content"))
        if media is None:
            return None
        return Body(
            media_type=media.media_type,
            required=self.document.flag(mapping.get("required"), (*place, "required")),
            shape=media.shape,
            examples=media.examples,
        )

    def answers(self, node: Json, place: Place) -> tuple[Answer, ...]:
        """All answers, those under keys such as `x-200:Out of stock` too."""
        read: list[Answer] = []
        for key, item in self.document.mapping(node, place).items():
            here = (*place, key)
            found = _STATUS.fullmatch(key)
            if found:
                read.append(self._answer(item, here, found[1], (found[2] or "").strip()))
            elif not key.startswith("x-"):
                self.document.remarks.at(
                    here, "this answer is not read: its key is no status of three digits"
                )
        return tuple(read)

    def _answer(self, node: Json, place: Place, status: str, name: str) -> Answer:
        mapping, place = self.document.resolved(node, place)
        given = self.document.text(mapping.get("x-apidog-name"), (*place, "x-apidog-name"))
        media = self.media(mapping.get("content"), (*place, "content"))
        if media is None:
            return Answer(status=status, name=given or name)
        return Answer(
            status=status,
            name=given or name,
            media_type=media.media_type,
            shape=media.shape,
            examples=media.examples,
        )

    def media(self, node: Json, place: Place) -> Media | None:
        """The content to go by: JSON where there is JSON, else the first."""
        content = self.document.mapping(node, place)
        if not content:
            return None
        chosen = next((name for name in content if is_json(name)), next(iter(content)))
        others = [name for name in content if name != chosen]
        if others:
            self.document.remarks.at(place, f"{listed(others)} is not read; {quoted(chosen)} is")
        here = (*place, chosen)
        mapping = self.document.mapping(content[chosen], here)
        shape = self.schemas.shape(mapping["schema"], (*here, "schema")) if "schema" in mapping else None
        return Media(chosen, shape, distinct(self._examples(mapping, here)))

    def _examples(self, mapping: Mapping, place: Place) -> list[Json]:
        """`example`, then the values of `examples`."""
        values = [mapping["example"]] if "example" in mapping else []
        if "examples" in mapping:
            values += example_values(mapping["examples"], (*place, "examples"), self.document)
        return values


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON: `application/json`, also with a charset, `application/problem+json`."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def _same(one: Parameter, other: Parameter) -> bool:
    if one.location != other.location:
        return False
    # Headers are the same in small and capital letters.
    return one.name == other.name or (one.location == "header" and one.name.lower() == other.name.lower())
