"""What a group shows now, as players read it."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal, Self
from urllib.parse import unquote

from pydantic import ConfigDict, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from infoscreen_core.contracts.base import ToPlayer
from infoscreen_core.contracts.fields import (
    BigInteger,
    Integer,
    Number,
    Omittable,
    OneOf,
    PositiveInteger,
    WireTimestamp,
)
from infoscreen_core.domain.events.event import EventType, Severity

_BLOCK_OF_TYPE: Final = {
    EventType.PRESENTATION: "presentation",
    EventType.WEBSITE: "website",
    EventType.WEBUNTIS: "website",
    EventType.VIDEO: "video",
    EventType.MESSAGE: "message",
}


class PresentationFile(ToPlayer):
    """One file of a presentation, ready to show; `size` in bytes, null where unknown."""

    url: str
    name: str
    checksum_sha256: str | None = None
    size: BigInteger | None = None


class PresentationBlock(ToPlayer):
    """Slides; `slide_interval` in seconds."""

    type: Literal["slideshow"] = "slideshow"
    files: list[PresentationFile]
    slide_interval: PositiveInteger
    page_progress: bool
    auto_progress: bool


class WebsiteBlock(ToPlayer):
    """A page in a browser."""

    type: Literal["browser"]
    url: str


class VideoBlock(ToPlayer):
    """A film; `volume` 0 to 1, `duration` in seconds, `bitrate` in bit/s, null where unknown."""

    type: Literal["media"]
    url: str
    autoplay: bool
    loop: bool
    volume: Annotated[float, Field(ge=0, le=1)]
    muted: bool
    mime_type: str | None = None
    size: BigInteger | None = None
    accept_ranges: str | None = None
    duration: Number | None = None
    resolution: str | None = None
    bitrate: BigInteger | None = None
    checksum_sha256: str | None = None


class MessageBlock(ToPlayer):
    """A text on the screen."""

    text: str
    severity: Omittable[OneOf[Severity]] = None


class EventItem(ToPlayer):
    """One event that is active now; `event_type` names the block the player reads."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {
                    "if": {"properties": {"event_type": {"const": kind.value}}},
                    "then": {"required": [block]},
                }
                for kind, block in _BLOCK_OF_TYPE.items()
            ]
        }
    )

    id: Integer
    occurrence_id: Omittable[str] = None
    group_id: Integer
    title: str
    description: str | None = None
    start: WireTimestamp
    end: WireTimestamp
    event_type: OneOf[EventType]
    priority: Integer = 0
    recurrence_rule: str | None = None
    academic_period_id: Integer | None = None
    presentation: Omittable[PresentationBlock] = None
    website: Omittable[WebsiteBlock] = None
    video: Omittable[VideoBlock] = None
    message: Omittable[MessageBlock] = None

    @property
    def event_id(self) -> int:
        """`id`, under the name that the server's rules use."""
        return self.id

    @property
    def file_names(self) -> tuple[str, ...] | None:
        """How the files are called that it shows; empty while none is ready, None without files."""
        if self.presentation is not None:
            return tuple(file.name for file in self.presentation.files)
        if self.video is not None:
            path = self.video.url.partition("#")[0].partition("?")[0]
            return (unquote(path.rpartition("/")[2]),)
        return None

    @model_validator(mode="after")
    def _block_of_its_type_is_there(self) -> Self:
        block = _BLOCK_OF_TYPE.get(self.event_type)
        if block is not None and getattr(self, block) is None:
            code, message = "missing_block", "An event of type {event_type} needs {block}"
            raise PydanticCustomError(
                code, message, {"event_type": self.event_type.value, "block": block}
            )
        return self


class EventList(ToPlayer):
    """All active events of a group, in the order of `to_payload`; a JSON array on the wire."""

    events: list[EventItem]

    def to_payload(self) -> bytes:
        """Return the JSON array; `[]`, never an empty payload, when nothing is active."""
        return event_list_payload(self.events)


EVENT_LIST: Final = TypeAdapter(list[EventItem])
"""Reads and describes the JSON array of `infoscreen/events/{group_id}`."""


def event_list_payload(events: Sequence[EventItem]) -> bytes:
    """Return the JSON array for `events_topic`, in the order given."""
    return EVENT_LIST.dump_json(list(events))
