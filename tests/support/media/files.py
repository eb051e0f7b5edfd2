"""Files of the library, as rows without bytes."""

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.models import EventMedia
from infoscreen_core.domain.media.types import MIME_TYPES, MediaType
from infoscreen_core.domain.text.names import folded

_numbers = count(1)


def file_row(
    name: str,
    kind: MediaType,
    *,
    now: datetime,
    **values: Any,  # noqa: ANN401 - columns
) -> EventMedia:
    """Return the row of a file at the top of the library, with a content of its own."""
    content = f"{next(_numbers):064x}"
    return EventMedia(
        **{
            "media_type": kind,
            "name": name,
            "place": f"0/{folded(name)}",
            "checksum_sha256": content,
            "size": 1000,
            "mime_type": MIME_TYPES[kind],
            "created_at": now,
            "updated_at": now,
        }
        | values
    )


def add_file(
    session: Session,
    name: str,
    kind: MediaType,
    *,
    now: datetime,
    **values: Any,  # noqa: ANN401 - columns
) -> int:
    """Add such a row; return its id."""
    row = file_row(name, kind, now=now, **values)
    session.add(row)
    session.flush()
    return row.id
