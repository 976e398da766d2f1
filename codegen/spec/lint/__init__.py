"""The rules of the spec, beyond its form: what generator or client could not do right otherwise.

Every public function of these modules is a rule; each finding says what to do. `schemas` holds the rules
about schemas, `directions` those that differ for what is sent and what is answered, `operations` those about
operations, `names` those about names.
"""

from __future__ import annotations

from inspect import isfunction

from codegen.findings import SpecError
from codegen.spec import Spec
from codegen.spec.lint import directions, names, operations, schemas
from codegen.spec.lint.context import Context, Rule

RULES: tuple[Rule, ...] = tuple(
    rule
    for module in (schemas, directions, operations, names)
    for name, rule in vars(module).items()
    if isfunction(rule) and rule.__module__ == module.__name__ and not name.startswith("_")
)


def lint(spec: Spec) -> None:
    """Hold a spec against all rules.

    Raises:
        SpecError: it breaks a rule; all findings are in the error.
    """
    context = Context(spec)
    faults = [fault for rule in RULES for fault in rule(context)]
    if faults:
        raise SpecError(spec.bundle.finding(*fault) for fault in faults)
