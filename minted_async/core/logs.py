"""The log: what it says of each call, and `MINTED_LOG`, which shows it where no logging is set up."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
from asyncio import CancelledError
from typing import TYPE_CHECKING, Any, Final

from minted_async.core.masking import mask_text, secret_values
from minted_async.errors import ConfigurationError

if TYPE_CHECKING:
    from minted_async.core.protocol import Request, Response
    from minted_async.events import CallFinished

FAULTS: Final = (Exception, CancelledError)
"""What a plain function of the program's raises when it is wrong. It waits for nothing: that it was cancelled
says nothing of its caller."""


class Log(logging.LoggerAdapter[logging.Logger]):
    """A logger of the package; there is no other way to log in it.

    Handlers, filters and record factories are the program's, and logging lets through what they raise. Here
    it ends no call and loses no order: it is written to stderr, as logging does with what it cannot format.

    Args:
        name: Name of the logger.
    """

    def __init__(self, name: str) -> None:
        super().__init__(logging.getLogger(name))

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        """Say something, as `logging.Logger.log`. Never raises."""
        try:
            self.logger.log(level, msg, *args, stacklevel=2, **kwargs)
        except FAULTS:
            record = logging.LogRecord(self.logger.name, level, __file__, 0, msg, args, None)
            with contextlib.suppress(Exception):  # stderr may be closed
                _UNHEARD.handleError(record)


class _Unheard(logging.Handler):
    """Writes to stderr what no handler of the program's own hears, as logging does with warnings."""

    def emit(self, record: logging.LogRecord) -> None:
        if sys.stderr is None or _is_heard(record):  # pyright: ignore[reportUnnecessaryComparison]
            return
        try:
            sys.stderr.write(f"{self.format(record)}\n")
        except Exception:
            self.handleError(record)


def _is_heard(record: logging.LogRecord) -> bool:
    place: logging.Logger | None = logging.getLogger(record.name)
    while place is not None:
        if any(handler is not _UNHEARD for handler in place.handlers):
            return True
        place = place.parent if place.propagate else None
    return False


_UNHEARD: Final = _Unheard()
_UNHEARD.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

logger: Final = Log("minted_async")

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
    logger.logger.addHandler(_UNHEARD)  # which does nothing if it is there


def classes_of(error: BaseException | None) -> str:
    """What went wrong, and what led to it, for a line in which no id may stand: the texts of errors hold ids,
    and quote what others say.
    """
    names: list[str] = []
    while error is not None:
        names.append(type(error).__name__)
        error = error.__cause__
    return " from ".join(names)


def log_call(finished: CallFinished, request: Request | None, response: Response | None) -> None:
    """Say at level DEBUG how a call has ended, in words and as attributes of the record.

    Each begins with `minted_`: the program has a `request_id` of its own, and `status` and `error` mean
    something else where logs are stored.
    """
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
            "minted_operation": finished.operation,
            "minted_status": finished.status,
            "minted_attempts": finished.attempts,
            "minted_milliseconds": milliseconds,
            "minted_request_id": request_id,
            "minted_error": finished.error,
        },
    )


def _request_id(request: Request, response: Response) -> str | None:
    for name in _REQUEST_ID_HEADERS:
        value = response.headers.get(name, "")
        if _REQUEST_ID.fullmatch(value):
            return mask_text(value, secret_values(request.searched_for_secrets))
    return None
