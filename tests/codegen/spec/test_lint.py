"""Each rule of the spec, broken at least once."""

from __future__ import annotations

import copy
from typing import Any, cast

import pytest

from codegen.findings import SpecError, pointer_parts
from codegen.spec import Spec
from codegen.spec.bundle import Bundle
from codegen.spec.form import faults_of_form
from codegen.spec.lint import RULES, lint
from codegen.spec.lint.context import Context
from tests.codegen.spec.lint_cases import CASES
from tests.codegen.spec.lint_cases.case import FORM, GONE, LISTED, MARK, SCHEMAS, Case


def below(node: dict[str, Any] | list[Any], part: str) -> Any:
    return node[int(part)] if isinstance(node, list) else node[part]


def edited(spec: Spec, edits: dict[str, object]) -> Spec:
    """The spec with other values in some places."""
    whole: Any = {"": copy.deepcopy(spec.bundle.document), LISTED: copy.deepcopy(spec.bundle.listed)}
    for place, value in edits.items():
        root, _, rest = place.partition("/")
        *above, last = (root, *pointer_parts("/" + rest)) if rest else (root,)
        node = whole
        for part in above:
            node = below(node, part)
        if isinstance(node, list):
            items = cast("list[object]", node)
            items[int(last) : int(last) + 1] = [value]
        elif value is GONE:
            del node[last]
        else:
            node[last] = value
    return Spec(Bundle(whole[""], whole[LISTED], spec.bundle.origins))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.words[:20]}")
def test_a_broken_rule_is_found_with_its_place_and_a_way_out(case: Case, torture_spec: Spec) -> None:
    spec = edited(torture_spec, case.edits)
    findings = list(faults_of_form(spec.bundle))
    for rule in RULES:
        if rule.__name__ == case.rule:
            assert not findings
            faults = rule(Context(spec))
            findings = [spec.bundle.finding(*fault) for fault in faults]
    assert [(finding.file, finding.place) for finding in findings if case.words in finding.message] == [
        (case.file, case.place)
    ], findings


def test_the_torture_spec_breaks_no_rule(torture_spec: Spec) -> None:
    lint(torture_spec)


def test_every_rule_is_broken_once() -> None:
    assert {case.rule for case in CASES} == {FORM, *(rule.__name__ for rule in RULES)}


def test_all_findings_come_at_once_and_in_order(torture_spec: Spec) -> None:
    edits: dict[str, object] = {
        f"{SCHEMAS}/Mark/required/1": "cod",
        "/tags/1/name": "vault",
        f"{MARK}/get/x-minted-evidence": "listed",
    }
    with pytest.raises(SpecError) as caught:
        lint(edited(torture_spec, edits))
    found = dict.fromkeys(finding.file for finding in caught.value.findings)
    assert [*found] == [
        "listed.yaml",
        "minted.yaml",
        "paths/bars.yaml",
        "paths/vaults.yaml",
        "schemas/bars.yaml",
    ]
    assert "schemas/bars.yaml#/Mark/required/1: cod is required and no property" in str(caught.value)


@pytest.mark.parametrize("name", ["cvc", "cvv2", "security_code", "pan", "card_no", "iban", "tckn", "otp"])
def test_what_is_called_like_a_secret_is_one_until_a_person_says_otherwise(
    name: str, torture_spec: Spec
) -> None:
    place = f"{SCHEMAS}/Mark/properties/{name}"
    plain = {"type": "string", "description": "Words."}
    with pytest.raises(SpecError, match=f"{name} is the name of a secret"):
        lint(edited(torture_spec, {place: plain}))
    for mark in (True, False):
        marked = {**plain, "x-minted-secret": mark}
        lint(
            edited(torture_spec, {place: marked, f"{SCHEMAS}/Mark/required": ["text", "code", name]}),
        )
