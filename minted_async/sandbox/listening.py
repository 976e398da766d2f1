"""Opening the listening socket, and ending the accepting of connections."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket

BACKLOG = 1024


async def settle_accepts(server: asyncio.Server) -> None:
    """Accept no more, and let those through that were accepted in this turn of the loop.

    asyncio's own close would drop them half-made, each with a warning about its transport.
    """
    loop = asyncio.get_running_loop()
    for listening in server.sockets:
        with contextlib.suppress(NotImplementedError):  # loops that do not poll, on Windows
            loop.remove_reader(listening.fileno())
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        OSError: The address cannot be listened on; the message names it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        reason = "the port is in use" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
        raise OSError(error.errno, f"the sandbox cannot listen on {host}:{port}: {reason}") from error
    listening.setblocking(False)
    return listening
