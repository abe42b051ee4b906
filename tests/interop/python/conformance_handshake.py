"""The handshake of go-plugin without a library of plugins: both of its ends, for grpcio alone."""

import base64
import datetime
import os
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

COOKIE = ("KV_INTEROP_COOKIE", "c0ffee5eed")


class Identity(NamedTuple):
    """A certificate for one run, and the key that stays here."""

    certificate: x509.Certificate
    key_pem: bytes

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def new_identity() -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return Identity(certificate, key_pem)


def write_line(network: str, address: str, certificate: x509.Certificate | None) -> str:
    """What a plugin says of itself."""
    field = ""
    if certificate is not None:
        der = certificate.public_bytes(serialization.Encoding.DER)
        field = base64.b64encode(der).decode().rstrip("=")
    return f"1|1|{network}|{address}|grpc|{field}"


class Line(NamedTuple):
    """What a host reads of it."""

    target: str
    certificate: x509.Certificate | None


def read_line(line: str) -> Line:
    core, version, network, address, protocol, *rest = line.strip().split("|")
    if (core, version, protocol) != ("1", "1", "grpc"):
        raise AssertionError(f"not the line of a plugin: {line!r}")
    field = rest[0] if rest else ""
    certificate = None
    if field:
        der = base64.b64decode(field + "=" * (-len(field) % 4))
        certificate = x509.load_der_x509_certificate(der)
    return Line(f"unix:{address}" if network == "unix" else address, certificate)


def host_certificate() -> bytes | None:
    """The certificate of the host that started this plugin, if it wants TLS."""
    return os.environ.get("PLUGIN_CLIENT_CERT", "").encode() or None
