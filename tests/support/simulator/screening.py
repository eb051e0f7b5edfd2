"""A simulated player and its files, without a network: what it asks for is answered by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from infoscreen_core.contracts import (
    Dashboard,
    Heartbeat,
    LogMessage,
    WireModel,
    decode,
    parse_topic,
)
from infoscreen_core.contracts.topics import ParsedTopic
from infoscreen_core.domain.screens.player import LogLevel, PictureType
from tests.support.screens.players import Stage, event
from tests.support.simulator.content import Colour, picture
from workers.simulator.agenda import Fetch, Publish
from workers.simulator.media.files import Failure, Outcome, Slides, WantedFile
from workers.simulator.pictures import draw_screen

EVENTS = "infoscreen/events/7"


def file_item(name: str, *, url: str | None = None) -> dict[str, Any]:
    """Return a file as a presentation lists it; its checksum is that of its name."""
    return {
        "url": url or f"http://server.example/{name}?signature=secret",
        "name": name,
        "checksum_sha256": sha256(name.encode()).hexdigest(),
        "size": 1000,
    }


def slides_event(number: int, *files: dict[str, Any], **values: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return event(
        number,
        event_type="presentation",
        message=None,
        presentation={
            "type": "slideshow",
            "files": list(files),
            "slide_interval": 10,
            "page_progress": True,
            "auto_progress": True,
            **values,
        },
    )


@dataclass(frozen=True)
class Sent:
    """What a player did in some time."""

    asked: list[WantedFile]
    """Files that it wanted fetched."""
    messages: list[tuple[ParsedTopic, WireModel]]

    def pictures(self, kind: PictureType | None = None) -> list[bytes]:
        return [
            message.content.screenshot.picture()
            for _, message in self.messages
            if isinstance(message, Dashboard)
            and message.content.screenshot
            and kind in {None, message.picture_type}
        ]

    def logs(self, level: LogLevel) -> list[LogMessage]:
        return [
            message
            for topic, message in self.messages
            if isinstance(message, LogMessage) and topic.log_level is level
        ]

    def named_events(self) -> list[int | None]:
        return [one.current_event_id for _, one in self.messages if isinstance(one, Heartbeat)]


class Screening:
    """A connected player in group 7."""

    def __init__(self, directory: Path) -> None:
        self.stage = Stage(directory)
        self.stage.connect(group_id=7)
        self.stage.take()
        self._directory = directory

    def publish(self, *events: dict[str, Any]) -> Sent:
        self.stage.tell(
            EVENTS, [{key: one[key] for key in one if one[key] is not None} for one in events]
        )
        return self.take()

    def deliver(
        self, file: WantedFile, colours: Sequence[Colour], *, seconds: float | None = None
    ) -> Sent:
        """Let a file arrive, with a page of each colour."""
        pages = []
        for number, colour in enumerate(colours):
            path = self._directory / f"{file.key}-{number}.jpg"
            path.write_bytes(picture(colour, kind="JPEG"))
            pages.append(path)
        self.stage.player.arrived(Outcome(file, Slides(tuple(pages), seconds)), self.stage.now)
        return self.take()

    def fail(self, file: WantedFile, failure: Failure) -> Sent:
        self.stage.player.arrived(Outcome(file, failure=failure, detail="so"), self.stage.now)
        return self.take()

    def put_on(self, one: dict[str, Any], *pages: Sequence[Colour]) -> None:
        """Publish one event, and let its files arrive, each with pages of these colours."""
        for file, colours in zip(self.publish(one).asked, pages, strict=True):
            self.deliver(file, colours)

    def wait(self, seconds: float) -> Sent:
        self.stage.wait(seconds)
        return self.take()

    def look(self) -> bytes:
        """Return a picture of what is on the screen now."""
        return draw_screen(self.stage.player.state, self.stage.now)

    def take(self) -> Sent:
        effects = self.stage.take()
        asked = [one.file for one in effects if isinstance(one, Fetch)]
        messages = []
        for one in effects:
            topic = parse_topic(one.topic) if isinstance(one, Publish) else None
            message = decode(topic, one.payload) if topic and isinstance(one, Publish) else None
            if topic and message:
                messages.append((topic, message))
        return Sent(asked, messages)
