"""FastAPI: one client for an application, given to its endpoints, and errors as problem details.

```python
from fastapi import FastAPI
from minted_async import models
from minted_async.integrations.fastapi import PROBLEMS, Minted, explain_errors, lifespan

app = FastAPI(lifespan=lifespan(), responses=PROBLEMS)
explain_errors(app)


@app.get("/orders/{external_id}")
async def order(external_id: str, minted: Minted) -> models.Order:
    return await minted.orders.get(external_id)
```

Models are bodies (`Annotated[models.BuyItem, Body()]`) and answers; no secret of theirs is in an answer.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Annotated, Any, Final, cast

from minted_async.client import MintedClient
from minted_async.core.config import check_factory
from minted_async.errors import ConfigurationError, MintedError
from minted_async.integrations.loops import made_by
from minted_async.integrations.problems import MEANINGS, MEDIA_TYPE, SCHEMA, problem_of

try:
    from fastapi import Depends, FastAPI, WebSocket, WebSocketDisconnect
    from fastapi.requests import HTTPConnection
    from fastapi.responses import JSONResponse
    from fastapi.websockets import WebSocketState
except ImportError as missing:
    raise ImportError(
        "minted_async.integrations.fastapi needs FastAPI: pip install 'minted-async[fastapi]'"
    ) from missing

__all__ = ["PROBLEMS", "Minted", "client", "explain_error", "explain_errors", "lifespan"]


def lifespan(
    make: Callable[[], MintedClient] = MintedClient.from_env,
) -> Callable[[Any], AbstractAsyncContextManager[dict[str, MintedClient]]]:
    """What holds one client open for as long as the application (each worker process) runs.

    Nothing is asked of the server at the start, so that the application starts while Minted is down. A
    lifespan of your own runs this one and passes on what it gives:

    ```python
    @asynccontextmanager
    async def own(app: FastAPI) -> AsyncGenerator[dict[str, MintedClient]]:
        async with lifespan()(app) as state:
            await state["minted"].connect()  # rather not start than start without Minted
            yield state
    ```

    Args:
        make: Makes the client.

    Raises:
        ConfigurationError: It is no function; at the start, also if it has made something else.
    """
    if isinstance(cast("object", make), FastAPI):
        raise ConfigurationError("lifespan has to be called: FastAPI(lifespan=lifespan())")
    check_factory("make", make)

    @asynccontextmanager
    async def held(app: object) -> AsyncGenerator[dict[str, MintedClient]]:
        async with made_by(make) as minted:
            yield {"minted": minted}

    return held


async def client(connection: HTTPConnection) -> MintedClient:
    """The client of the application: what `Minted` depends on, and what tests override.

    Raises:
        ConfigurationError: The application was started without `lifespan`.
    """
    minted: object = getattr(connection.state, "minted", None)
    if not isinstance(minted, MintedClient):
        raise ConfigurationError(
            "the application has no client: make it (of mounted ones, the outermost) with "
            "FastAPI(lifespan=lifespan()), yield what that gives in a lifespan of your own, and open the "
            "application in a test with `with TestClient(app)`"
        )
    return minted


Minted = Annotated[MintedClient, Depends(client)]
"""The type of an endpoint's parameter that is given the client."""


PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": meaning, "content": {MEDIA_TYPE: {"schema": SCHEMA}}}
    for status, meaning in MEANINGS.items()
}
"""What `explain_errors` answers, for OpenAPI: `FastAPI(responses=PROBLEMS)`, or that of an `APIRouter`."""
# FastAPI describes its own refusals of a request unless somebody has described the status.
PROBLEMS[422]["content"]["application/json"] = {
    "schema": {"type": "object", "properties": {"detail": {"type": "array", "items": {"type": "object"}}}}
}


def explain_errors(app: FastAPI) -> None:
    """Have every `MintedError` of the endpoints answered as problem details, as `explain_error` does.

    An application that is mounted in another one has handlers of its own: call it with both.
    """
    app.add_exception_handler(MintedError, explain_error)


async def explain_error(connection: HTTPConnection, error: Exception) -> Any:
    """The answer for an error: `minted_async.integrations.problems` says which status it has, and why.

    A call whose outcome is not known is answered with 202 and `external_id`, never with something that looks
    like an invitation to send it again. A websocket that is open is closed with code 1011 and the title.
    """
    status, headers, content = problem_of(cast("MintedError", error))
    if isinstance(connection, WebSocket) and connection.application_state is not WebSocketState.CONNECTING:
        with suppress(RuntimeError, WebSocketDisconnect):  # it has been closed
            await connection.close(1011, content["title"])
        return None
    return JSONResponse(content, status, headers)
