"""A certificate authority of the test's own, and certificates for hosts from it."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from infoscreen_core.clock import utc_now

Key = ec.EllipticCurvePrivateKey


class Authority:
    """Its certificate is at `path`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Prüfstelle der Schule")
        constraint = x509.BasicConstraints(ca=True, path_length=None)
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        begun = _begin(self._name, self._name, self._key.public_key())
        made = begun.add_extension(constraint, critical=True).add_extension(usage, critical=True)
        self.path = directory / "authority.pem"
        self.path.write_bytes(made.sign(self._key, SHA256()).public_bytes(Encoding.PEM))

    def server_context(self, host: str) -> ssl.SSLContext:
        """Return what a server of this name needs."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        begun = _begin(_named(host), self._name, key.public_key())
        certificate = begun.add_extension(names, critical=False).sign(self._key, SHA256())
        file = self._directory / f"{host}.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(certificate.public_bytes(Encoding.PEM) + secret)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _begin(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = utc_now().astimezone(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, datetime(2020, 1, 1, tzinfo=UTC)))
        .not_valid_after(now + timedelta(days=36500))
    )


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
