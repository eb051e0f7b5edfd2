"""Why a message of the wire was refused."""

from enum import StrEnum
from typing import ClassVar

from infoscreen_core.errors import InfoscreenError

_MAX_DETAIL = 500


class Fault(StrEnum):
    """Machine word for what is wrong with a message, used in dead letters and counters."""

    UNKNOWN_TOPIC = "unknown_topic"
    BAD_UUID = "bad_uuid"
    BAD_GROUP_ID = "bad_group_id"
    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_OBJECT = "not_object"
    NOT_ARRAY = "not_array"
    NOT_DECIMAL = "not_decimal"
    NOT_BASE64 = "not_base64"
    TOO_DEEP = "too_deep"
    NUL_CHARACTER = "nul_character"
    LONE_SURROGATE = "lone_surrogate"
    OUT_OF_RANGE = "out_of_range"
    SCHEMA = "schema"
    CONTRADICTING_UUID = "contradicting_uuid"


class WireError(InfoscreenError):
    """A topic or payload that breaks the contract.

    `reason` is the machine word, `detail` one sentence for people (at most 500 characters, always
    storable), `field` the dotted path of the wrong value, or None when the whole message is meant.
    """

    code: ClassVar[str] = "wire"

    def __init__(self, reason: Fault, detail: str, *, field: str | None = None) -> None:
        self.reason = reason
        self.detail = storable(detail)
        super().__init__(
            "The message breaks the contract ({reason}): {detail}",
            field=None if field is None else storable(field),
            reason=str(reason),
            detail=self.detail,
        )


def storable(text: str, limit: int = _MAX_DETAIL) -> str:
    """Return `text`, cut to `limit`, without what no database stores: NUL and surrogates."""
    return (
        text[:limit].replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    )
