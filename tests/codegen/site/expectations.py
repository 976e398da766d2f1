"""What an edit of a published site is: what it changes, and what a comparison with the spec has to find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from codegen.spec import Spec
from codegen.sync.changes import Change, Drift
from tests.codegen.site.publish import PublishedPage
from tests.codegen.site.spots import Spots

Where = tuple[str | None, str]
"""A method, and where on its pages: `("orders.get", "data.items[].sku")`."""


@dataclass(frozen=True)
class Expected:
    """One difference that has to be found, at one of several places that stand for the same."""

    change: Change
    places: frozenset[Where]
    values: tuple[str, ...] | None = None
    """The values of the drift; None: whatever they are."""
    page: str | None = None
    """The label of the page that shows it; None: whichever."""

    def matches(self, drift: Drift) -> bool:
        """Whether a drift is this difference."""
        return (
            drift.change is self.change
            and (drift.method, drift.at) in self.places
            and self.values in (None, drift.values)
            and self.page in (None, drift.page)
        )

    def __str__(self) -> str:
        places = sorted(f"{method or 'no method'} {at}".strip() for method, at in self.places)
        told = f" = {', '.join(self.values)}" if self.values else ""
        return f"{self.change} at {' or '.join(places)}{told}" + (f" on {self.page}" if self.page else "")


@dataclass(frozen=True)
class Site:
    """The pages while they are edited."""

    spec: Spec
    scalars: frozenset[str]
    pages: list[PublishedPage]

    def spots(self) -> Spots:
        """What stands on the pages now."""
        return Spots(self.spec, self.scalars, self.pages)

    def of(self, method: str) -> list[PublishedPage]:
        """The pages of a method."""
        return [page for page in self.pages if page.method == method]

    def page(self, slug: str) -> PublishedPage:
        """The page at an address."""
        return next(page for page in self.pages if page.slug == slug)


@dataclass(frozen=True)
class Edit:
    """A change of the site, and what it has to be found as."""

    name: str
    """Unlike that of any other edit of the same spec."""
    apply: Callable[[Site], None]
    expected: tuple[Expected, ...]
    claims: frozenset[Where]
    """The places that are this edit's alone."""
    hides: bool = False
    """Whether what stands below its places cannot be seen any more."""
    order: int = 1
    """Pages come before contents change (0), and go after that (2)."""

    def __repr__(self) -> str:
        return self.name

    @property
    def change(self) -> Change:
        """The kind of change."""
        return self.expected[0].change

    def clashes(self, other: Edit) -> bool:
        """Whether the two cannot be told apart when they are made together."""
        return bool(self.claims & other.claims) or self._covers(other) or other._covers(self)

    def _covers(self, other: Edit) -> bool:
        return self.hides and any(
            mine == method and (not top or at.startswith((f"{top}.", f"{top}[")))
            for mine, top in self.claims
            for method, at in other.claims
        )


def verdict(edits: Iterable[Edit], drifts: Sequence[Drift]) -> list[str]:
    """What a comparison got wrong: edits not found, and findings that nobody made.

    Args:
        edits: what was made.
        drifts: what was found.
    """
    wanted = [expected for edit in edits for expected in edit.expected]
    missed = [f"not found: {expected}" for expected in wanted if not any(map(expected.matches, drifts))]
    invented = [
        f"invented: {drift.change} at {drift.method} {drift.at} on {drift.page}: {drift.message}"
        for drift in drifts
        if not any(expected.matches(drift) for expected in wanted)
    ]
    return missed + invented
