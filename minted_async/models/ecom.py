"""The models of the tab E-Commerce."""

from minted_async.generated.ecom.models import *  # noqa: F403
