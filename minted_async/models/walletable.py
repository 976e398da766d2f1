"""The models of the tab Walletable."""

from minted_async.generated.walletable.models import *  # noqa: F403
