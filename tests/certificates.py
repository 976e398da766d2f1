"""Certificates for servers and clients on loopback, made with the openssl program."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.external import program


@dataclass(frozen=True)
class Certificate:
    """A certificate that vouches for itself.

    Attributes:
        path: The certificate in PEM.
        key: Its private key in PEM.
    """

    path: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, name: str, *, days: int = 2) -> Certificate:
        """Make one for 127.0.0.1 that ends in so many days; a negative number makes one that has ended."""
        made = cls(folder / f"{name}.pem", folder / f"{name}.key")
        subprocess.run(
            [
                program("openssl", "openssl"),
                *("req", "-x509", "-nodes", "-days", str(max(days, 1)), "-subj", f"/CN={name}"),
                *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
                *("-keyout", str(made.key), "-out", str(made.path)),
                *("-addext", "subjectAltName=IP:127.0.0.1"),
                # Python 3.13 checks strictly: RFC 5280 wants this of whoever signs.
                *("-addext", "keyUsage=critical,keyCertSign,digitalSignature"),
            ],
            check=True,
            capture_output=True,
            timeout=30,
        )
        if days < 1:
            # Only signing again takes a number that is not positive.
            again = ("x509", "-in", str(made.path), "-signkey", str(made.key), "-days", str(days))
            command = [program("openssl", "openssl"), *again, "-out", str(made.path)]
            subprocess.run(command, check=True, capture_output=True, timeout=30)
        return made

    def server(self, *, clients: Certificate | None = None) -> ssl.SSLContext:
        """Settings of a server with it, which lets in nobody but `clients` if that is given."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self.key)
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients.path)
        return context

    def trusted(self, *, own: Certificate | None = None) -> ssl.SSLContext:
        """Settings of a client that trusts it and nobody else, and shows its `own` certificate."""
        context = ssl.create_default_context(cafile=str(self.path))
        if own is not None:
            context.load_cert_chain(own.path, own.key)
        return context
