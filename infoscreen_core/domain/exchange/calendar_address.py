"""Addresses of calendars that people subscribe to.

They often are the only key to the calendar they open (Google calls that its secret address), so a
whole address is treated as a password: shown by its host and its last characters alone.
"""

from typing import Final

from infoscreen_core.domain.text.http_address import (
    MAX_LENGTH,
    WEB,
    HttpAddress,
    LoginInAddressError,
    parse_http,
)
from infoscreen_core.errors import InvalidInputError

CalendarAddress = HttpAddress
_SCHEMES: Final = {**WEB, "webcal": "https", "webcals": "https"}


def read_address(text: str) -> CalendarAddress:
    """Return the address of a calendar; raise `InvalidInputError` on `address` for any other."""
    address = text.strip()
    if len(address) > MAX_LENGTH:
        raise InvalidInputError(
            "The address has {length} characters; {limit} are allowed.",
            field="address",
            length=len(address),
            limit=MAX_LENGTH,
        )
    try:
        return parse_http(address, _SCHEMES)
    except LoginInAddressError:
        raise InvalidInputError(
            "Leave user name and password out of the address; there are fields for them.",
            field="address",
        ) from None
    except ValueError:
        # The address itself is not repeated: it may hold a secret.
        raise InvalidInputError(
            "This is no address of a calendar; write it in full, as in "
            "https://calendar.example.org/school.ics.",
            field="address",
        ) from None
