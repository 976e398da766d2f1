"""What a change of the API means to those who call it: one scale for reports of drift and of releases."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a change means to those who call the API through this SDK."""

    BREAKING = "breaking"
    """Calls that work today can fail, or code that uses the SDK must change when the spec follows."""
    ADDITIVE = "additive"
    """Nothing that works today stops working."""
    WORDING = "wording"
    """Titles, dates and page ids; the API itself is as it was."""
