"""Where the spec differs from a page on purpose: `openapi/deviations.yaml`, each entry with its reason.

An entry names the page (its id, or its place in the menu where it has none) or the method, the rule (a
value of `Change`), the places on the page, and for rules about values or types what exactly the page says: a
later change of the page at the same place is not excused by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from codegen.findings import Finding, SpecError
from codegen.spec.bundle import DEVIATIONS_FILE
from codegen.spec.yaml import read_yaml
from codegen.sync.changes import Change, View

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

    def __post_init__(self) -> None:
        if (self.page is None) == (self.method is None):
            raise ValueError("an entry names either a `page` or a `method`; correct it")
        if not self.reason.strip():
            raise ValueError("the `reason` is missing; say why the spec differs on purpose")
        if self.rule in _WITH_VALUES and not self.says:
            raise ValueError(f"the rule {self.rule} needs `says`: what exactly the page says; add it")


class Deviations:
    """The entries of the file, and which of them were needed.

    Attributes:
        entries: all entries, in the order of the file.
        used: those that excused something.
    """

    def __init__(self, entries: Iterable[Deviation] = ()) -> None:
        self.entries = tuple(entries)
        self.used: set[Deviation] = set()

    def excuse(self, change: Change, view: View, says: Iterable[str] = ()) -> bool:
        """Whether what a page shows is meant to differ."""
        page, said = view.page.label if view.page else None, set(says)
        for entry in self.entries:
            named = entry.method == view.method if entry.page is None else entry.page == page
            exactly = change not in _WITH_VALUES or said <= set(entry.says)
            if named and entry.rule == change and view.at in entry.at and exactly:
                self.used.add(entry)
                return True
        return False


def load_deviations(folder: Path) -> Deviations:
    """Read the deviations beside a spec.

    Raises:
        SpecError: the file cannot be read, or an entry is not as it should be.
    """
    path = folder / DEVIATIONS_FILE
    if not path.exists():
        return Deviations()
    try:
        return Deviations(msgspec.convert(read_yaml(path, DEVIATIONS_FILE), list[Deviation]))
    except msgspec.ValidationError as error:
        raise SpecError(
            [Finding(DEVIATIONS_FILE, "", f"the list of entries cannot be read: {error}")]
        ) from None
