"""Compares the spec with the evidence, and says where they differ; judges nothing.

Rules by which a finding can be named:

- `operation`: no operation serves the page, or its verb, path, parameters, authentication, api-version
  or envelope is another.
- `name`: a documented field, or a key of an example, is not in the spec.
- `claim`: a field of the spec is nowhere in the evidence, or no answer shows what `x-minted-observed` names.
- `required`: the page, like all others of the method, requires a field of the request, the spec does not.
- `optional`: the page makes a field optional, or has none such, the spec requires it.
- `unbacked`: the spec requires a field and no page does.
- `nullable`, `type`, `enum`, `bounds` (of the query): the page says something else.
- `source`: `x-minted-source: example` or `observed` is missing, or set on a field that a field list has.
- `example`: an example of the page does not fit the schema.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from jsonschema import Draft202012Validator

from tests.openapi.documents import Node, Object, Operation, Spec, as_list, as_object
from tests.openapi.evidence import BOUNDS, Evidence, Field, Page, parse_fields

Direction: TypeAlias = Literal["request", "response"]

# The shared schemas of the documentation, and the schemas of the spec that stand for them.
SCHEMAS: dict[str, tuple[str, ...]] = {
    "Schemas / Requests / Credit Card With Token": ("CardTokenPayment",),
    "Schemas / Responses / Order Response": ("OrderReceipt",),
    "Schemas / Responses / Pricefix Response": ("PriceFix",),
    "Schemas / Enums / Order Item Delivery": ("OrderDelivery",),
    "Schemas / ecom / Shipping Address": ("ShippingAddress", "ShippingAddressInput", "BasketShippingAddress"),
    "Schemas / ecom / Billing Address": ("BillingAddress", "BillingAddressInput", "BasketBillingAddress"),
    "Schemas / ecom / Ecom Order": ("EcomOrder",),
    "Schemas / ecom / Ecom OrderItem": ("EcomOrderItem",),
    "Schemas / ecom / Product": ("Product",),
    "Schemas / Order Schema": ("Order",),
    "Schemas / Order Item Schema": ("OrderItem",),
    "Schemas / Order customer schema": ("OrderBuyer",),
    "Schemas / OrderCustomerRequestScheme": ("OrderCustomer",),
    "Schemas / Payment Scheme": ("Payment",),
    "Schemas / Order Address": ("OrderAddress", "DeliveryAddress"),
}
ENUMS = {
    "Schemas / Enums / Payment Type": "PaymentType",
    "Schemas / Enums / Currency Types": "Currency",
    "Schemas / Enums / Order Status": "OrderStatus",
    "Schemas / Enums / Basket Status": "BasketStatus",
    "Schemas / ecom / Invoice Types": "InvoiceType",
}


@dataclass(frozen=True, order=True)
class Finding:
    page: str
    at: str
    rule: str
    detail: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.page}  {self.rule}  {self.at}: {self.detail}"


def compare(spec: Spec, evidence: Evidence) -> list[Finding]:
    comparison = _Comparison(spec, evidence)
    for page in evidence.pages:
        if page.has_content:
            comparison.page(page)
    for name, raw in evidence.schemas:
        for component in SCHEMAS.get(name, ()):
            comparison.shared_schema(name, raw, component)
        if name in ENUMS:
            comparison.shared_enum(name, raw, ENUMS[name])
    for page in evidence.observed:
        comparison.observed(page)
    comparison.required_flags()
    comparison.every_property()
    return sorted(set(comparison.findings))


class _Comparison:
    def __init__(self, spec: Spec, evidence: Evidence) -> None:
        self.spec = spec
        self.evidence = evidence
        self.findings: list[Finding] = []
        # For each property of each schema, the sources that know it and the flags that they give it.
        self.sources: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self.flags: defaultdict[tuple[str, str], set[bool | None]] = defaultdict(set)
        # For each schema, and each property of one: the values, null too, that answers show.
        self.shown: defaultdict[tuple[str, ...], set[str | None]] = defaultdict(set)
        # For each method: page -> place in the body -> is it required there, and does the spec require it.
        self.bodies: defaultdict[str, dict[str, dict[str, tuple[bool | None, bool]]]] = defaultdict(dict)
        # Of pages that show an answer and no endpoint.
        self.answers = {row["page"]: row["answer"] for row in spec.listed if "answer" in row}
        self.requests = spec.reachable(*(body for op in spec.operations for body in op.bodies.values()))

    def find(self, page: str, at: str, rule: str, detail: str) -> None:
        self.findings.append(Finding(page, at, rule, detail))

    # ------------------------------------------------------------------ pages
    def page(self, page: Page) -> None:
        served = self.operation_of(page)
        if served is not None:
            operation, method = served
            self.endpoint(page, operation, method)
            self.request(page, operation, method)
            answer = operation.data
        elif page.id in self.answers and not page.names_its_endpoint:
            answer = self.answers[page.id]
        else:
            if page.names_its_endpoint or page.data:
                self.find(page.label, "", "operation", "nothing serves it")
            return
        if page.data is not None:
            owner = Node({"properties": {"data": answer}})
            self.fields(page.label, [page.data], owner, "", "response", "")
        for example in page.data_examples:
            self.example(page.label, example, answer, "data")

    def operation_of(self, page: Page) -> tuple[Operation, str] | None:
        for operation in self.spec.operations:
            for row in operation.docs:
                if row["page"] == page.id and (page.id or (row["section"], row["title"]) == page.row):
                    return operation, row.get("method", operation.id)
        return None

    def endpoint(self, page: Page, operation: Operation, method: str) -> None:
        raw, served = page.raw, operation.raw
        for what, theirs, ours in (
            ("auth", page.scheme or operation.scheme(method), operation.scheme(method)),
            ("method", raw["method"], operation.verb.upper()),
            ("path", raw["path"], operation.path),
            (
                "path_params",
                {one["name"] for one in raw.get("path_params", [])},
                {*operation.parameters("path")},
            ),
            ("query", {one.name for one in page.query}, {*operation.parameters("query", method)}),
        ):
            if theirs != ours:
                self.find(page.label, what, "operation", f"{theirs} on the page, {ours} in the spec")
        version = served.get("x-minted-api-version")
        if page.api_versions and version not in page.api_versions:
            self.find(
                page.label,
                "api-version",
                "operation",
                f"{page.api_versions} on the page, {version} in the spec",
            )
        keys = {f.name for f in parse_fields(page.answer.get("schema"))}
        if "success" in keys and not served["x-minted-envelope"]:
            self.find(page.label, "envelope", "operation", "the page shows one")

    def request(self, page: Page, operation: Operation, method: str) -> None:
        self.bodies[method][page.label] = {}
        query = Node(operation.query, operation.id)
        self.fields(page.label, page.query, query, "query", "request", method)
        for documented in page.query:
            ours = self.spec.resolve(query.properties.get(documented.name, {})).schema
            bounds = {key: ours[key] for key in BOUNDS if key in ours}
            if documented.source == "schema" and documented.bounds != bounds:
                said = f"{documented.bounds} on the page, {bounds} in the spec"
                self.find(page.label, f"query.{documented.name}", "bounds", said)
        body = operation.bodies.get(method)
        if page.body and body is None:
            self.find(page.label, "body", "operation", f"{method} takes no body")
        elif body is not None:
            self.fields(page.label, page.body, self.spec.resolve(body), "body", "request", method)
            for example in page.request_examples:
                self.example(page.label, example, body, "body")

    # ------------------------------------------------------------------ shared schemas
    def shared_schema(self, name: str, raw: Object, component: str) -> None:
        direction: Direction = "request" if component in self.requests else "response"
        label = f"{name} -> {component}"
        self.bodies[label][label] = {}
        owner = self.spec.resolve({"$ref": f"/{component}"})
        self.fields(label, parse_fields(raw["fields"]), owner, "", direction, label)

    def shared_enum(self, name: str, raw: Object, component: str) -> None:
        theirs, ours = raw["values_likely"], self.spec.schemas[component]
        if theirs != [value for value in ours["enum"] if value not in ours.get("x-minted-observed", ())]:
            self.find(f"{name} -> {component}", "", "enum", f"{theirs} on the page")

    # ------------------------------------------------------------------ fields
    def fields(
        self, page: str, fields: Iterable[Field], owner: Node, at: str, direction: Direction, method: str
    ) -> None:
        for documented in fields:
            name = documented.name.removesuffix("[]")
            place = f"{at}.{name}".lstrip(".")
            prop = owner.properties.get(name)
            if prop is None:
                self.find(page, place, "name", "not in the spec")
                continue
            node = self.spec.resolve(prop)
            if name == documented.name:
                self.one_field(page, documented, node, place, prop)
                self.record(page, documented, owner, place, direction, method)
            suffix = "[]" if "array" in node.types else ""
            inside = self.spec.resolve(node.schema.get("items", {})) if suffix else node
            self.fields(page, documented.fields, inside, place + suffix, direction, method)

    def one_field(self, page: str, documented: Field, node: Node, place: str, prop: Object) -> None:
        # What only answers show is no difference to a page.
        seen = [*prop.get("x-minted-observed", ()), *node.schema.get("x-minted-observed", ())]
        nullable = node.nullable and None not in seen
        enum = node.enum and [value for value in node.enum if value not in seen]
        if documented.types is not None and not (node.types and node.types <= documented.types):
            self.find(
                page,
                place,
                "type",
                f"{documented.type} on the page, {', '.join(sorted(node.types))} in the spec",
            )
        if documented.nullable is not None and documented.nullable not in (nullable, node.nullable):
            self.find(page, place, "nullable", f"{documented.nullable} on the page")
        lists_values = documented.source == "schema" or documented.enum is not None
        if lists_values and documented.enum not in (enum, node.enum):
            self.find(page, place, "enum", f"{documented.enum} on the page, {node.enum} in the spec")

    def record(
        self, page: str, documented: Field, owner: Node, place: str, direction: Direction, method: str
    ) -> None:
        required = documented.name in owner.required
        if owner.component is not None:
            component = self.spec.declarer(owner.component, documented.name)
            self.sources[component, documented.name].add(documented.source)
            self.flags[component, documented.name].add(documented.required)
        if direction == "request":
            self.bodies[method][page][place] = documented.required, required
        elif documented.required is False and required:
            self.find(page, place, "optional", "the spec requires it")

    # ------------------------------------------------------------------ answers
    def observed(self, page: Page) -> None:
        """What answers show backs what the spec has of it; what else they show, a person decides about."""
        operation = next((each for each in self.spec.operations if page.operation in each.entries), None)
        if operation is not None and page.data is not None:
            self.seen([page.data], Node({"properties": {"data": operation.data}}))

    def seen(self, fields: Iterable[Field], owner: Node) -> None:
        for found in fields:
            if found.name not in owner.properties:
                continue
            node = self.spec.resolve(owner.properties[found.name])
            if owner.component is not None:
                place = self.spec.declarer(owner.component, found.name), found.name
                self.sources[place].add("observed")
                self.shown[place] |= {None} if found.nullable else set()
            while "array" in node.types:
                node = self.spec.resolve(node.schema.get("items", {}))
            self.shown[(node.component or "",)] |= set(found.enum or ())
            self.seen(found.fields, node)

    # ------------------------------------------------------------------ examples
    def example(self, page: str, example: Any, schema: Object, at: str) -> None:
        self.example_names(page, example, schema, at)
        whole = {**schema, "components": {"schemas": self.spec.schemas}}
        for error in Draft202012Validator(whole).iter_errors(example):  # pyright: ignore[reportUnknownMemberType]
            self.find(page, "/".join([at, *map(str, error.absolute_path)]), "example", error.message)

    def example_names(self, page: str, example: Any, schema: Object, at: str) -> None:
        node = self.spec.resolve(schema)
        for item in as_list(example) or []:
            self.example_names(page, item, node.schema.get("items", {}), f"{at}[]")
        for name, value in (as_object(example) or {}).items():
            if name not in node.properties:
                self.find(page, f"{at}.{name}", "name", "in an example, not in the spec")
                continue
            if node.component is not None:
                self.sources[self.spec.declarer(node.component, name), name].add("example")
            self.example_names(page, value, node.properties[name], f"{at}.{name}")

    # ------------------------------------------------------------------ sums over all pages
    def required_flags(self) -> None:
        """A field of a request is required where every page of the method requires it, and only there."""
        for pages in self.bodies.values():
            listings = {
                page: places
                for page, places in pages.items()
                if any(flag is not None for flag, _ in places.values())
            }
            for place in {place for places in listings.values() for place in places}:
                self.required_flag(place, listings)

    def required_flag(self, place: str, listings: dict[str, dict[str, tuple[bool | None, bool]]]) -> None:
        theirs = {page: places[place][0] if place in places else False for page, places in listings.items()}
        ours = next(places[place][1] for places in listings.values() if place in places)
        for page, flag in theirs.items():
            if ours and flag is False:
                self.find(page, place, "optional", "the spec requires it")
            if not ours and all(theirs.values()):
                self.find(page, place, "required", "the spec does not require it")

    def every_property(self) -> None:
        queries = {operation.id: operation.query for operation in self.spec.operations}
        for component, schema in (self.spec.schemas | queries).items():
            if unseen := set(schema.get("x-minted-observed", ())) - self.shown[(component,)]:
                self.find(component, "", "claim", f"no answer shows {unseen}")
            for name, prop in schema.get("properties", {}).items():
                sources = self.sources[component, name]
                if not sources:
                    self.find(component, name, "claim", "nowhere in the evidence")
                elif prop.get("x-minted-source") != (
                    None if sources - {"example", "observed"} else min(sources)
                ):
                    self.find(component, name, "source", f"known from {', '.join(sorted(sources))}")
                if unseen := set(prop.get("x-minted-observed", ())) - self.shown[component, name]:
                    self.find(component, name, "claim", f"no answer shows {unseen}")
                if name in schema.get("required", []) and True not in self.flags[component, name]:
                    self.find(component, name, "unbacked", "no page requires it")
