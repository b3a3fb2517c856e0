"""Certificates for servers that tests make up: good ones, and each kind of bad one."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class Authority:
    """A certificate authority, its own certificate in ``ca.pem``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Authority of the tests")
        builder = self._builder(self._name, self._key, datetime.now(UTC) + DAY)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        signed = builder.add_extension(usage, True).sign(self._key, hashes.SHA256())
        self.file = folder / "ca.pem"
        self.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def with_also(self, other: str) -> str:
        """A file of two authorities: this one, and another's."""
        both = self._folder / "both.pem"
        both.write_bytes(self.file.read_bytes() + Path(other).read_bytes())
        return str(both)

    def issue(self, *, address: str = "127.0.0.1", ends_in: timedelta = DAY) -> Path:
        """A server's key and certificate, in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(_named(address), key, datetime.now(UTC) + ends_in)
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        signed = builder.add_extension(names, False).sign(self._key, hashes.SHA256())
        file = self._folder / f"{address}-{ends_in.days}.pem"
        plain = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        file.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, form, plain)
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        return file

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(datetime.now(UTC), until) - DAY)
            .not_valid_after(until)
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
