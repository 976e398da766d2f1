"""Pages as text: what a person copies from a browser."""

from __future__ import annotations

import pytest

from codegen.pages.facts import Field, Form, NotAnEndpoint, PageError, PageFacts, Shape
from codegen.pages.reader import read_page
from tests.codegen.pages.examples import FOLDER, read

KNOWN = (
    "Buy", "Sell", "Delivery", "cash", "credit-card", "creditcard",
    "Created", "Pending", "Processing", "Cancelled", "Completed", "Preparing", "Packed", "Shipped",
    "Transferring", "Refunding", "Refunded", "Payment Confirmed",
)  # fmt: skip
ORDER = "card-payment-get-order.txt"


@pytest.fixture(scope="module")
def order() -> PageFacts:
    return read(ORDER, KNOWN)


@pytest.fixture(scope="module")
def older() -> PageFacts:
    return read("price-fix-older.txt")


def shape_of(facts: PageFacts, index: int = 0) -> Shape:
    shape = facts.answers[index].shape
    assert shape is not None
    return shape


def data_of(facts: PageFacts) -> Shape:
    field = shape_of(facts).field("data")
    assert field is not None
    return field.shape


def field_of(facts: PageFacts, name: str) -> Field:
    field = data_of(facts).field(name)
    assert field is not None
    return field


def edited(old: str, new: str, name: str = ORDER) -> PageFacts:
    text = (FOLDER / name).read_text("utf-8")
    assert old in text
    return read_page(name, text.replace(old, new).encode(), vocabulary=KNOWN)


def test_the_top_of_the_page_is_read(order: PageFacts) -> None:
    assert (order.form, order.title, order.status) == (Form.TEXT, "Card Payment Get Order", "testing")
    assert (order.method, order.path) == ("GET", "/partner/order/{external_order_id}")
    assert (order.last_modified, order.modified_on) == ("2024-02-29 08:15:00", "2024-02-29")


def test_the_section_is_the_whole_way_through_the_menu(order: PageFacts) -> None:
    assert order.section == ("Buy", "Card Payment")


def test_the_section_is_what_the_breadcrumb_says_where_the_menu_is_folded() -> None:
    assert edited("      • Card Payment Get Order\n", "").section == ("Card Payment",)


def test_neighbours_tell_pages_of_the_same_title_apart() -> None:
    text = (FOLDER / ORDER).read_text("utf-8")
    text = text.replace("\nCard Payment Get Order\n\nTesting", "\nPrice Fix (Get Prices)\n\nTesting")
    text = text.replace("  1. Card Payment\n\n", "\n").replace(
        "Card Payment Buy (with card token)\nNext", "x\nNext"
    )
    unknown = read_page(ORDER, text.encode(), vocabulary=KNOWN)
    assert unknown.section is None
    assert ["the menu has this title in" in remark.message for remark in unknown.remarks] == [True]
    foot = "Previous\nSell (Gold)\nNext\nSell (Gold)\n"
    placed = read_page(ORDER, text.replace("Previous\nx\nNext\nPrice Fix (Get Prices)\n", foot).encode())
    assert placed.section == ("Sell", "Partner - B2B")


def test_headers_have_flags_defaults_and_examples(order: PageFacts) -> None:
    assert [
        (header.name, header.required, header.shape.default, header.shape.examples)
        for header in order.headers
    ] == [
        ("api-version", False, None, ("2",)),
        ("x-client-id", True, "web", ()),
        ("Accept-Language", False, "tr", ()),
    ]
    assert order.api_version == "2"


def test_the_path_parameter_follows_from_the_path(order: PageFacts) -> None:
    assert [(one.name, one.location, one.required) for one in order.parameters] == [
        ("external_order_id", "path", True)
    ]


def test_the_answer_has_its_status_media_type_and_example(order: PageFacts) -> None:
    (answer,) = order.answers
    assert (answer.status, answer.name, answer.media_type) == ("200", "OK", "application/json")
    (example,) = answer.examples
    assert isinstance(example, dict)
    assert example["code"] == 0


def test_the_fields_of_data_stand_inside_of_it(order: PageFacts) -> None:
    assert [field.name for field in shape_of(order).fields or ()] == ["data", "success", "code", "message"]
    assert [field.name for field in data_of(order).fields or ()] == [
        "guid", "order_code", "external_id", "type", "price", "tax", "total", "payment_cost", "currency_code",
        "status_name", "items", "customer", "payment_type", "delivery", "address", "description", "payment",
    ]  # fmt: skip


def test_flags_are_read(order: PageFacts) -> None:
    nullable = [field.name for field in data_of(order).fields or () if field.shape.nullable]
    required = [field.name for field in data_of(order).fields or () if field.required]
    assert nullable == ["external_id", "payment_cost", "description"]
    assert required == ["guid", "order_code", "external_id", "type", "currency_code", "items", "payment"]


def test_shared_schemas_are_named_and_not_unfolded(order: PageFacts) -> None:
    items = field_of(order, "items").shape
    assert items.items == Shape(types=("object",), schema_name="Order Item Schema")
    assert field_of(order, "payment").shape.fields is None
    assert order.schema_names == (
        "Order Address",
        "Order Item Delivery",
        "Order Item Schema",
        "Payment Scheme",
    )


def test_a_missing_type_is_left_out(order: PageFacts) -> None:
    assert field_of(order, "customer") == Field(name="customer", shape=Shape(), required=False)


def test_known_values_split_the_allowed_values(order: PageFacts) -> None:
    statuses = field_of(order, "status_name").shape
    assert (statuses.enum, statuses.enum_text) == (KNOWN[6:], None)
    assert field_of(order, "payment_type").shape.enum == ("cash", "credit-card")
    assert order.remarks == ()


def test_without_known_values_the_split_is_said_to_be_a_guess() -> None:
    facts = read(ORDER)
    kind = field_of(facts, "type").shape
    assert (kind.enum, kind.enum_text) == (("Buy", "Sell", "Delivery"), "BuySellDelivery")
    assert [remark.place for remark in facts.remarks] == ["line 113", "line 133", "line 143"]


def test_examples_that_are_run_together_stay_as_they_are(order: PageFacts) -> None:
    description = field_of(order, "description").shape
    assert (description.description, description.examples) == (
        "only on digital orders",
        ("2gr - #GAU5gr - #GAG",),
    )


def test_an_older_page_has_its_status_method_and_date_on_one_line(older: PageFacts) -> None:
    assert (older.title, older.status, older.method) == ("Price Fix (Get Prices)", "testing", "POST")
    assert (older.path, older.last_modified, older.modified_on) == ("/partner/pricefix", "20 days ago", None)
    assert (older.description, older.section) == ("Fixes the prices for a while.", None)


def test_query_parameters_have_bounds_defaults_and_patterns(older: PageFacts) -> None:
    limit, currency = (parameter.shape for parameter in older.parameters)
    assert (limit.limits, limit.default, limit.examples) == ({"minimum": 1, "maximum": 50}, 10, (25,))
    assert limit.description == "How many prices\ncome at once"
    assert (currency.limits, currency.pattern) == ({"minLength": 3, "maxLength": 40}, "^[A-Z]+$")


def test_the_fields_of_a_body_are_nested_by_its_example(older: PageFacts) -> None:
    assert older.body is not None
    assert older.body.shape is not None
    customer = older.body.shape.field("customer")
    assert [field.name for field in older.body.shape.fields or ()] == [
        "basecurrency",
        "customer",
        "note",
        "skus",
    ]
    assert customer is not None
    assert [field.name for field in customer.shape.fields or ()] == ["external_id", "profile"]


def test_the_body_of_the_sample_request_is_an_example(older: PageFacts) -> None:
    assert older.body is not None
    assert older.body.examples[1:] == ({"basecurrency": "USD", "skus": []},)


def test_several_answers_of_an_older_page_are_read(older: PageFacts) -> None:
    assert [(answer.status, answer.name) for answer in older.answers] == [
        ("200", "OK"),
        ("400", "Bad Request"),
    ]
    data = data_of(older)
    assert data.items is not None
    assert [field.name for field in data.items.fields or ()] == ["sku", "price"]
    assert older.remarks == ()


def test_several_marked_answers_are_read() -> None:
    more = "🟠400Bad Request\napplication/json\nBody\nmessage\nstring\nrequired\nModified at"
    facts = edited("Modified at", more)
    assert [(answer.status, answer.name) for answer in facts.answers] == [
        ("200", "OK"),
        ("400", "Bad Request"),
    ]
    assert [field.name for field in shape_of(facts, 1).fields or ()] == ["message"]


def test_of_answers_side_by_side_the_first_is_taken_to_be_shown_and_that_is_said() -> None:
    facts = edited("🟢200OK\n", "🟢200OK\n🟠400Bad Request\n")
    assert {answer.status: answer.shape is not None for answer in facts.answers} == {
        "200": True,
        "400": False,
    }
    assert ["one is shown, taken for 200" in remark.message for remark in facts.remarks] == [True]


def test_without_an_example_the_envelope_decides() -> None:
    text = (FOLDER / ORDER).read_text("utf-8")
    start, end = text.index("Example\n{"), text.index("Modified at")
    facts = read_page(ORDER, (text[:start] + text[end:]).encode(), vocabulary=KNOWN)
    assert [field.name for field in shape_of(facts).fields or ()] == ["data", "success", "code", "message"]
    assert len(data_of(facts).fields or ()) == 17


def test_nesting_that_nothing_shows_is_said_to_be_a_guess() -> None:
    top = "Vaults\nTesting\nGET\n/vaults\nLast modified:1\nResponses\n🟢200OK\nBody\n"
    facts = read_page("vaults.txt", f"{top}box\nobject\nrequired\na\nstring\nrequired\n".encode())
    assert ["“a” stands in “box”" in remark.message for remark in facts.remarks] == [True]


def test_an_example_that_breaks_off_is_a_remark_and_the_fields_are_read() -> None:
    text = (FOLDER / ORDER).read_text("utf-8")
    facts = read_page(ORDER, text[: text.index('"success": true')].encode(), vocabulary=KNOWN)
    assert len(data_of(facts).fields or ()) == 17
    assert ["the example that begins here is not read" in remark.message for remark in facts.remarks] == [
        True
    ]


def test_an_unknown_type_is_a_remark() -> None:
    facts = edited("price\nnumber\u00a0 \n", "price\nmoney <of gold>\n")
    assert field_of(facts, "price").shape.types == ()
    assert any("“money <of gold>”" in remark.message for remark in facts.remarks)


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "  \n", "\u2028"])
def test_line_breaks_of_other_systems_change_nothing(line_break: str, order: PageFacts) -> None:
    text = (FOLDER / ORDER).read_text("utf-8").replace("\n", line_break)
    facts = read_page(ORDER, text.encode(), vocabulary=KNOWN)
    assert facts == order


@pytest.mark.parametrize("line", ["guid string required", "guidstringrequired", "guid\nstring required"])
def test_rows_of_older_pages_are_read_on_one_line(line: str) -> None:
    facts = edited("guid\nstring\u00a0 \nrequired", line)
    assert field_of(facts, "guid") == Field(name="guid", shape=Shape(types=("string",)), required=True)


@pytest.mark.parametrize(
    ("printed", "shape"),
    [
        ("integer <int64>", Shape(types=("integer",), format="int64")),
        ("string | integer | null", Shape(types=("string", "integer"), nullable=True)),
        ("array [string]", Shape(types=("array",), items=Shape(types=("string",)))),
        ("array", Shape(types=("array",))),
        ("any", Shape()),
        ("object (#/definitions/589981)", Shape(types=("object",), schema_name="#/definitions/589981")),
        ("object (A (old)) {3}", Shape(types=("object",), schema_name="A (old)")),
    ],
)
def test_type_lines_are_read(printed: str, shape: Shape) -> None:
    assert field_of(edited("guid\nstring\u00a0 \n", f"guid\n{printed}\n"), "guid").shape == shape


def test_a_field_may_be_called_like_a_heading() -> None:
    facts = edited("order_code\n", "body\n")
    assert field_of(facts, "body").required is True


def test_text_without_method_and_path_is_no_endpoint() -> None:
    with pytest.raises(NotAnEndpoint):
        read_page("overview.txt", b"Overview\nHow to begin.\nLast modified:2024-01-01 00:00:00\n")


def test_a_copy_without_its_top_is_refused() -> None:
    text = (FOLDER / ORDER).read_text("utf-8")
    with pytest.raises(PageError, match="line 8: the top of the page is missing") as caught:
        read_page(ORDER, text[text.index("\nAuthorization\nSend") :].encode())
    assert not isinstance(caught.value, NotAnEndpoint)


def test_a_copy_without_its_end_is_said_to_be_broken_off() -> None:
    text = (FOLDER / ORDER).read_text("utf-8")
    facts = read_page(ORDER, text[: text.index("Responses")].encode(), vocabulary=KNOWN)
    assert ["no answers follow" in remark.message for remark in facts.remarks] == [True]


def test_parameters_in_cookies_are_said_not_to_be_read() -> None:
    facts = edited("Request samples\n", "Cookie Params\nsession\nstring\nrequired\n\nRequest samples\n")
    assert [remark.message for remark in facts.remarks] == [
        "parameters in cookies are not read: a client of this API sends no cookies"
    ]
