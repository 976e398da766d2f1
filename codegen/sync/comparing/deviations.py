"""Where the spec differs from a page on purpose: `openapi/deviations.yaml`, each entry with its reason.

An entry names the page (its id, or its place in the menu where it has none) or the method, the rule (a
value of `Change`), the places on the page, and for rules about values or types what exactly the page says: a
later change of the page at the same place is not excused by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from codegen.findings import Finding, SpecError, pointer
from codegen.pages.facts import PageFacts
from codegen.spec.yaml import read_yaml
from codegen.sync.changes import Change

DEVIATIONS_FILE = "deviations.yaml"

_WITH_VALUES = frozenset(
    {Change.TYPE, Change.ENUM_ADDED, Change.ENUM_REMOVED, Change.API_VERSION, Change.SECURITY}
)


class Deviation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of the file: places where the spec differs from a page on purpose."""

    rule: Change
    at: tuple[str, ...] = ("",)
    reason: str
    page: str | None = None
    method: str | None = None
    says: tuple[str, ...] = ()
    """What the page says: its types, the values that it has or lacks, its api-version."""


class Deviations:
    """The entries of the file, and which of them were needed.

    Attributes:
        entries: all entries, in the order of the file.
        used: those that excused something.
    """

    def __init__(self, entries: Iterable[Deviation] = ()) -> None:
        self.entries = tuple(entries)
        self.used: set[Deviation] = set()

    def excuse(
        self, change: Change, page: PageFacts | None, method: str | None, at: str, says: Iterable[str] = ()
    ) -> bool:
        """Whether a difference is meant."""
        said = set(says)
        for entry in self.entries:
            named = (page is not None and entry.page == page.label) or (
                entry.method is not None and entry.method == method
            )
            if (
                named
                and entry.rule == change
                and at in entry.at
                and said <= {*entry.says, *_unless(change, said)}
            ):
                self.used.add(entry)
                return True
        return False

    @property
    def unused(self) -> tuple[Deviation, ...]:
        """Entries that excused nothing."""
        return tuple(entry for entry in self.entries if entry not in self.used)


def load_deviations(folder: Path) -> Deviations:
    """Read the deviations beside a spec.

    Raises:
        SpecError: the file cannot be read, or an entry is not as it should be.
    """
    path = folder / DEVIATIONS_FILE
    if not path.exists():
        return Deviations()
    document = read_yaml(path, DEVIATIONS_FILE)
    if not isinstance(document, list):
        raise SpecError([Finding(DEVIATIONS_FILE, "", "this is a list of entries; correct it")])
    entries: list[Deviation] = []
    findings: list[Finding] = []
    for index, raw in enumerate(document):
        try:
            entry = msgspec.convert(raw, Deviation)
        except msgspec.ValidationError as error:
            findings.append(Finding(DEVIATIONS_FILE, pointer(index), f"this entry cannot be read: {error}"))
            continue
        entries.append(entry)
        findings.extend(
            Finding(DEVIATIONS_FILE, pointer(index), message) for message in _faults(entry) if message
        )
    if findings:
        raise SpecError(findings)
    return Deviations(entries)


def _unless(change: Change, said: set[str]) -> set[str]:
    """For rules that are not about values, whatever was said is covered."""
    return set() if change in _WITH_VALUES else said


def _faults(entry: Deviation) -> Iterable[str]:
    if (entry.page is None) == (entry.method is None):
        yield "an entry names either a `page` or a `method`; correct it"
    if not entry.reason.strip():
        yield "the `reason` is missing; say why the spec differs on purpose"
    if entry.rule in _WITH_VALUES and not entry.says:
        yield f"the rule {entry.rule} needs `says`: what exactly the page says; add it"
