"""The models that all tabs of the API share: what is sent, what is answered, and the enums in them.

Those of the other tabs are in modules of their own, imported when they are asked for:
`from minted_async.models import ecom, walletable`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from minted_async.generated.models import *  # noqa: F403

if TYPE_CHECKING:
    from minted_async.models import ecom as ecom
    from minted_async.models import walletable as walletable


def __getattr__(name: str) -> object:
    """Import a tab on its first use (PEP 562)."""
    if name in ("ecom", "walletable"):
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
