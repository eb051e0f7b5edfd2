"""Where webhooks go. An address may hold a token, so it is treated as a secret."""

from infoscreen_core.domain.text.http_address import (
    MAX_LENGTH,
    WEB,
    HttpAddress,
    LoginInAddressError,
    parse_http,
)
from infoscreen_core.errors import InvalidInputError


def read_webhook_address(text: str) -> HttpAddress:
    """Return the address of a receiver; raise `InvalidInputError` on `address` for any other."""
    address = text.strip()
    if len(address) > MAX_LENGTH:
        raise InvalidInputError(
            "The address has {length} characters; {limit} are allowed.",
            field="address",
            length=len(address),
            limit=MAX_LENGTH,
        )
    try:
        return parse_http(address, WEB)
    except LoginInAddressError:
        raise InvalidInputError(
            "Leave user name and password out of the address; the signature proves who sends.",
            field="address",
        ) from None
    except ValueError:
        # The address itself is not repeated: it may hold a secret.
        raise InvalidInputError(
            "This is no address of a receiver; write it in full, as in "
            "https://hooks.example.org/infoscreen.",
            field="address",
        ) from None
