"""What broke, in words of our own: what exceptions say may hold names and addresses."""

from __future__ import annotations

import errno
from ssl import SSLCertVerificationError, SSLError
from typing import Final, LiteralString

import aiohttp
from aiohttp.http_exceptions import BadHttpMessage, HttpProcessingError

from minted_async import errors
from minted_async.core.connection import BrokenExchangeError, ResponseTooLargeError
from minted_async.doctor.report import Finding, Verdict, Word, finding

__all__ = ["BROKEN", "errno_of", "failed"]

BROKEN: Final = (
    aiohttp.ClientError,
    HttpProcessingError,
    BadHttpMessage,
    BrokenExchangeError,
    ResponseTooLargeError,
    OSError,
    errors.MintedError,
)
"""What a check may raise."""

_CERTIFICATES: Final[dict[int, tuple[LiteralString, LiteralString]]] = {
    9: (
        "The certificate is not valid yet.",
        "Check the date of this machine; if it is right, tell whoever runs the server.",
    ),
    10: (
        "The certificate has expired.",
        "Check the date of this machine; if it is right, tell whoever runs the server. Nothing was sent.",
    ),
    18: ("The certificate vouches for itself.", "Give its authority with ssl_context=, if you trust it."),
    19: ("Its authority is not known here.", "Give its authority with ssl_context=, if you trust it."),
    20: ("Its authority is not known here.", "Give its authority with ssl_context=, if you trust it."),
    62: (
        "The certificate is another server's.",
        "Check base_url, and what stands between you and the server.",
    ),
    64: (
        "The certificate is another server's.",
        "Check base_url, and what stands between you and the server.",
    ),
}
"""By OpenSSL's codes (X509_V_ERR_*)."""

_ERRNOS: Final = frozenset(errno.errorcode.values())
_CLASSES: Final = frozenset(errors.__all__)


def failed(problem: Exception, limit: float) -> Finding:
    """The finding that nothing could be found out.

    Args:
        problem: What ended it.
        limit: Seconds that it had.
    """
    verdict = Verdict.UNREACHABLE
    match problem:
        case aiohttp.ClientConnectorCertificateError(certificate_error=SSLCertVerificationError() as refused):
            seen, advice = _CERTIFICATES.get(
                refused.verify_code,
                (
                    "The certificate is refused, for the reason {code} of OpenSSL.",
                    "Check what base_url names.",
                ),
            )
            return finding(verdict, seen, advice, code=refused.verify_code)
        case aiohttp.ClientHttpProxyError():
            return finding(
                verdict,
                "The proxy refuses to connect: it answered {status}.",
                "Check proxy= and the login in it (407), and whether the proxy lets you go to the server.",
                status=problem.status,
            )
        case aiohttp.ClientConnectorDNSError():
            return finding(
                verdict,
                "The name has no address.",
                "Check MINTED_BASE_URL (or the proxy's name), and the name servers of this machine.",
            )
        case aiohttp.ClientSSLError() | SSLError():
            return finding(
                verdict,
                "TLS could not be agreed on.",
                "Check base_url and its port, and what stands between you and the server.",
            )
        case TimeoutError():
            return finding(
                verdict,
                "Nothing within {limit:g} s.",
                "Check firewalls on the way, and whether the server lets this machine's address in.",
                limit=limit,
            )
        case aiohttp.ClientConnectorError():
            return finding(
                verdict,
                "There is no connection ({error}).",
                "Check the address and its port (or the proxy's), and firewalls on the way.",
                error=errno_of(problem.os_error),
            )
        case errors.MintedError():
            return finding(
                verdict,
                "No answer that can be used ({error}).",
                "Run the doctor again; if it stays so, attach its report to a question.",
                error=Word.of(type(problem).__name__, _CLASSES),
            )
        case _:
            return finding(
                verdict,
                "The connection broke, or what came over it is no HTTP.",
                "Check base_url and its port, and what stands between you and the server.",
            )


def errno_of(problem: OSError) -> Word:
    """The name of a system's error, such as ECONNREFUSED."""
    return Word.of(errno.errorcode.get(problem.errno or 0, ""), _ERRNOS, "the system does not say why")
