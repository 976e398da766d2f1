"""What an example of a broken rule is made of."""

from __future__ import annotations

from dataclasses import dataclass

GONE = object()
"""Put in place of a value: the key is taken away."""

FORM = "form"
"""The rules of form.yaml."""
LISTED = "listed.yaml"
SCHEMAS = "/components/schemas"
BARS = "/paths/~1bars"
BAR = "/paths/~1bars~1{external_bar_id}"
MARK = "/paths/~1bars~1{external_bar_id}~1marks~1{mark-number}"
DOORS = "/paths/~1vaults~1{external_vault_id}~1doors"
COINS = "/paths/~1mint~1coins"
STRIKE = "/paths/~1mint~1strike"
KIOSK = "/paths/~1kiosk~1coins"
JSON = "content/application~1json/schema"


@dataclass(frozen=True)
class Case:
    """An edit of the torture spec that breaks one rule."""

    rule: str
    edits: dict[str, object]
    """New value by place of the bundle, or of listed.yaml for places that begin with its name."""
    file: str
    place: str
    words: str
    """Part of the message."""


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#{SCHEMAS}/{name}"}
