"""The handshake of go-plugin as far as the binary wire needs it, both ends, with the standard library.

Only a certificate is made by a package: `cryptography`, by way of conformance_handshake.py.
"""

import asyncio
import base64
import os
import ssl
import tempfile
from pathlib import Path

COOKIE = ("KV_INTEROP_COOKIE", "c0ffee5eed")
WIRES = "RPCPLUGIN_WIRES"
ALPN = "rpcplugin-binary/1"


class Key:
    """A certificate of this process, and the context that shows it."""

    def __init__(self):
        from conformance_handshake import new_identity

        self.identity = new_identity()
        self.pem = self.identity.pem.decode()

    def context(self, is_server: bool, peer_pem: str, names: list[str]) -> ssl.SSLContext:
        """Takes exactly the peer whose certificate was announced, and nobody else."""
        protocol = ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT
        context = ssl.SSLContext(protocol)
        context.verify_mode = ssl.CERT_REQUIRED if is_server else context.verify_mode
        # It is no authority and none has signed it: the certificate itself is what is trusted.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=peer_pem)
        context.set_alpn_protocols(names)
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "identity.pem"
            file.write_bytes(self.identity.key_pem + self.identity.pem)
            context.load_cert_chain(file)
        return context

    def field(self) -> str:
        """Field 6 of the line."""
        return base64.b64encode(ssl.PEM_cert_to_DER_cert(self.pem)).decode().rstrip("=")


class Line:
    """The handshake line, as a host reads it."""

    def __init__(self, line: str):
        core, version, self.network, self.address, protocol, *rest = line.strip().split("|")
        assert (core, version, protocol) == ("1", "1", "grpc"), f"not the line of a plugin: {line!r}"
        field = rest[0] if rest else ""
        padding = "=" * (-len(field) % 4)
        self.pem = ssl.DER_cert_to_PEM_cert(base64.b64decode(field + padding)) if field else None

    async def connect(self, context: ssl.SSLContext | None):
        name = None if context is None else "localhost"
        if self.network == "unix":
            return await asyncio.open_unix_connection(self.address, ssl=context, server_hostname=name)
        host, port = self.address.rsplit(":", 1)
        return await asyncio.open_connection(host, int(port), ssl=context, server_hostname=name)


def host_certificate() -> str | None:
    return os.environ.get("PLUGIN_CLIENT_CERT") or None


def check_cookie() -> None:
    key, value = COOKIE
    assert os.environ.get(key) == value, "this is a plugin, to be started by its host"


def wire_line(network: str, address: str) -> str:
    """What a plugin writes that listens there and speaks the binary wire."""
    return f"binary/1|{network}|{address}\n"


def say_wire(network: str, address: str) -> None:
    """Tells the host so."""
    if path := os.environ.get(WIRES):
        with open(path, "x", encoding="utf-8") as file:
            file.write(wire_line(network, address))
