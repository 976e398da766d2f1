"""The models that all tabs of the API share: what is sent, what is answered, and the enums in them.

Those of the other tabs are in modules of their own, imported when they are asked for:
`from minted_async.models import ecom, walletable`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minted_async._lazily import names_of
from minted_async.generated.models import *  # noqa: F403

if TYPE_CHECKING:
    from minted_async.models import ecom as ecom
    from minted_async.models import walletable as walletable

__getattr__, __dir__ = names_of(
    __name__,
    {
        "ecom": ["ecom"],
        "walletable": ["walletable"],
    },
)
