"""Where a webhook goes and what signs it; stored as one encrypted text.

Secrets are those of Standard Webhooks: `whsec_` and 32 random bytes in Base64.
"""

from base64 import b64encode
from dataclasses import dataclass, field, replace
from secrets import token_bytes
from typing import Final

import orjson

from infoscreen_core.domain.text.http_address import HttpAddress
from infoscreen_core.domain.webhooks.address import read_webhook_address
from infoscreen_core.services.encryption import Cipher

_SECRET_BYTES: Final = 32


@dataclass(frozen=True)
class Access:
    """A checked address and the secrets, the present one first; never to be logged."""

    address: HttpAddress = field(repr=False)
    secret: str = field(repr=False)
    former: str | None = field(default=None, repr=False)
    """The one before it."""

    def rotated(self) -> "Access":
        """Return the same with a new secret, and this one as the former."""
        return replace(self, secret=new_secret(), former=self.secret)


def new_secret() -> str:
    """Return a secret that nobody has."""
    return f"whsec_{b64encode(token_bytes(_SECRET_BYTES)).decode('ascii')}"


def seal(access: Access, cipher: Cipher) -> str:
    """Return an access as it is stored."""
    content = {"address": str(access.address), "secret": access.secret, "former": access.former}
    return cipher.encrypt(orjson.dumps(content).decode())


def unseal(stored: str, cipher: Cipher) -> Access:
    """Return a stored access; raise `UnreadableSecretError` when no key fits."""
    content = orjson.loads(cipher.decrypt(stored))
    address = read_webhook_address(content["address"])
    return Access(address, content["secret"], content["former"])
