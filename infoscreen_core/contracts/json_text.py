"""Reading JSON from strangers: only what is JSON, and only what can be stored."""

import json
import re
from typing import Any, NoReturn

import orjson

from infoscreen_core.contracts.errors import Fault, WireError

MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
# An odd number of backslashes before u0000: the character NUL, not the text "\u0000".
_NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def parse_json(payload: bytes) -> Any:  # noqa: ANN401 - JSON is any value
    """Return the JSON value of `payload`; of a repeated key the last counts.

    Raises `WireError`: `too_large`, `not_utf8`, `not_json`, `too_deep`, `lone_surrogate`,
    `nul_character`, or `out_of_range` for a number beyond a double.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise WireError(
            Fault.TOO_LARGE, f"The message has {len(payload)} bytes; 8 MiB are allowed."
        )
    try:
        value = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        _explain(payload, error)
    # The first look is much quicker, and mostly enough.
    if b"\\" in payload and b"\\u0000" in payload and _NUL_ESCAPE.search(payload):
        raise WireError(
            Fault.NUL_CHARACTER, "The message contains the character NUL, which cannot be stored."
        )
    return value


def _explain(payload: bytes, error: orjson.JSONDecodeError) -> NoReturn:
    # The fast parser refuses all of these alike; a second, laxer one tells them apart.
    try:
        json.loads(payload.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as cause:
        raise WireError(Fault.NOT_UTF8, f"The message is not UTF-8: {cause.reason}.") from error
    except RecursionError:
        raise WireError(Fault.TOO_DEEP, "The message is nested too deep.") from error
    except json.JSONDecodeError:
        raise WireError(Fault.NOT_JSON, f"The message is not JSON: {error}.") from error
    except ValueError:  # Python refuses integers of thousands of digits
        raise WireError(
            Fault.OUT_OF_RANGE, "The message contains a number that is too large."
        ) from error
    if "surrogate" in str(error):
        raise WireError(
            Fault.LONE_SURROGATE, "The message contains half a surrogate pair."
        ) from error
    raise WireError(
        Fault.OUT_OF_RANGE, "The message contains a number that is too large."
    ) from error


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise json.JSONDecodeError(message, name, 0)
