"""Digest authentication (RFC 7616, and the older forms of RFC 2617 and RFC 2069), pulled by the transport.

flow = handshake.flow(operation, method, target, body)
try:
    while True:
        await flow.ready()
        ...  # connect; just before the bytes are written:
        header = flow.authorization(connection_state)
        ...  # write, read the headers of the response
        if not flow.received(status, headers) and not await flow.renewed():
            break  # this response is the answer; flow.reason says why a 401 is one
finally:
    flow.close()
"""

from minted_async.core.digest.flow import AuthFlow
from minted_async.core.digest.handshake import CredentialSource, Handshake, check_source
from minted_async.core.digest.state import ConnectionState

__all__ = ["AuthFlow", "ConnectionState", "CredentialSource", "Handshake", "check_source"]
