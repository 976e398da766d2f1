"""The rules of the spec, beyond those of OpenAPI: what generator or client could not do right otherwise.

Every public function of these modules is a rule; each finding says what to do. `schemas` holds the rules
about one schema, `directions` those that differ for what is sent and what is answered, `operations` those
about operations, `names` those about names, `keys` those about keys that nobody knows.
"""

from __future__ import annotations

from inspect import isfunction

from codegen.findings import SpecError
from codegen.spec import Spec
from codegen.spec.lint import directions, keys, names, operations, schemas
from codegen.spec.lint.context import Context, Rule

RULES: tuple[Rule, ...] = tuple(
    rule
    for module in (schemas, directions, operations, names, keys)
    for name, rule in vars(module).items()
    if isfunction(rule) and rule.__module__ == module.__name__ and not name.startswith("_")
)


def lint(spec: Spec, scalars: frozenset[str]) -> None:
    """Hold a spec against all rules.

    Raises:
        SpecError: it breaks a rule; all findings are in the error.
    """
    context = Context(spec, scalars)
    findings = [finding for rule in RULES for finding in rule(context)]
    if findings:
        raise SpecError(findings)
