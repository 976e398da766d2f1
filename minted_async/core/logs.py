"""What the log says of each call, and `MINTED_LOG`, which shows it where a program has set up no logging."""

from __future__ import annotations

import logging
import os
import re
import sys
from typing import Final, TextIO

from minted_async.core.masking import mask_text, secret_values
from minted_async.core.protocol import Request, Response
from minted_async.errors import ConfigurationError
from minted_async.events import CallFinished

logger: Final = logging.getLogger("minted_async")

_VARIABLE: Final = "MINTED_LOG"
_LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO}
_REQUEST_ID: Final = re.compile(r"[\w.:=+/@-]{1,100}", re.ASCII)
# Which of them the API sends, if any, is not known.
_REQUEST_ID_HEADERS: Final = ("X-Request-Id", "X-Correlation-Id", "Request-Id", "X-Amzn-RequestId", "CF-Ray")


def set_up() -> None:
    """Do what `MINTED_LOG` says: nothing if it is not set. May be called again.

    Raises:
        ConfigurationError: It is neither `debug` nor `info`.
    """
    wanted = os.environ.get(_VARIABLE)
    if not wanted:
        return
    level = _LEVELS.get(wanted.lower())
    if level is None:
        raise ConfigurationError(f"{_VARIABLE} must be debug or info, not {wanted!r}")
    logger.setLevel(level)
    if _UNHEARD not in logger.handlers:
        logger.addHandler(_UNHEARD)


class _Unheard(logging.StreamHandler[TextIO]):
    """Writes to stderr what no handler of the program's own hears, as logging does with warnings."""

    def emit(self, record: logging.LogRecord) -> None:
        if logger.handlers == [self] and not logging.root.handlers:
            self.setStream(sys.stderr)  # the one of now, which tests and servers exchange
            super().emit(record)


_UNHEARD: Final = _Unheard()
_UNHEARD.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))


def log_call(finished: CallFinished, request: Request | None, response: Response | None) -> None:
    """Say at level DEBUG how a call has ended, in words and as attributes of the record."""
    request_id = None if request is None or response is None else _request_id(request, response)
    milliseconds = round(finished.seconds * 1000, 3)
    logger.debug(
        "%s: %s, HTTP %s, attempts %d, %.1f ms, request id %s",
        finished.operation,
        finished.error or "done",
        "-" if finished.status is None else finished.status,
        finished.attempts,
        milliseconds,
        request_id or "-",
        extra={
            "operation": finished.operation,
            "status": finished.status,
            "attempts": finished.attempts,
            "milliseconds": milliseconds,
            "request_id": request_id,
            "error": finished.error,
        },
    )


def _request_id(request: Request, response: Response) -> str | None:
    for name in _REQUEST_ID_HEADERS:
        value = response.headers.get(name, "")
        if _REQUEST_ID.fullmatch(value):
            return mask_text(value, secret_values(request.searched_for_secrets))
    return None
