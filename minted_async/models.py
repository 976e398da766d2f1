"""All models of the API: what is sent, what is answered, and the enums in them."""

from minted_async.generated.models import *  # noqa: F403
