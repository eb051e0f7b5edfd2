"""How conversions stand, and why they fail, in sentences for people."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.playable import Unplayable
from infoscreen_core.domain.media.types import ConversionStatus, Target
from infoscreen_core.domain.text.wording import Sentence

FONTS_MISSING: Final = "fonts_missing"
UNPLAYABLE: Final = "unplayable"
_NAMED_FONTS: Final = 5

CONVERSION_WORDS: Final[Mapping[ConversionStatus, Sentence]] = {
    ConversionStatus.PENDING: Sentence("Waits for conversion"),
    ConversionStatus.PROCESSING: Sentence("Is being converted"),
    ConversionStatus.READY: Sentence("Ready"),
    ConversionStatus.FAILED: Sentence("Could not be converted"),
}
TARGET_WORDS: Final[Mapping[Target, Sentence]] = {
    Target.PDF: Sentence("PDF for the screens"),
    Target.THUMBNAIL: Sentence("Small picture"),
    Target.FACTS: Sentence("Details of the file"),
    Target.MP4: Sentence("Video for all screens"),
}
FAILURE_SENTENCES: Final[Mapping[Failure, Sentence]] = {
    Failure.BROKEN: Sentence(
        "The file is damaged, or not what its content says. Open it on your computer, save it "
        "again and upload it anew."
    ),
    Failure.PASSWORD: Sentence(
        "The file is protected with a password. Save it without one and upload it anew."
    ),
    Failure.NO_PAGES: Sentence("The document has no pages that could be shown."),
    Failure.NO_PICTURE: Sentence("The file has sound, but no picture that a screen could show."),
    Failure.TOO_LARGE: Sentence(
        "The file is too large to be worked on: too many pixels, pages or bytes. Make it smaller "
        "and upload it anew."
    ),
    Failure.TOO_LONG: Sentence(
        "The video is longer than is allowed. Shorten it, or ask whoever looks after this server "
        "to raise VIDEO_MAX_MINUTES."
    ),
    Failure.LOST: Sentence("The file's content is missing on the server. Upload it anew."),
    Failure.NO_PDF: Sentence(
        "It is made of the document's PDF, which could not be made. It is tried again with that."
    ),
    Failure.TIMEOUT: Sentence(
        "The conversion took longer than is allowed. A simpler document may help; or ask whoever "
        "looks after this server to raise CONVERSION_TIMEOUT_SECONDS."
    ),
    Failure.CRASHED: Sentence(
        "The program that converts broke off. Try again, or save the file in another format and "
        "upload that."
    ),
    Failure.INTERRUPTED: Sentence("The conversion was cut off several times. Try again."),
    Failure.NO_ROOM: Sentence(
        "The server's disk is full; the conversion goes on by itself once there is room."
    ),
    Failure.SERVICE_AWAY: Sentence(
        "The conversion service does not answer; the conversion goes on by itself once it does."
    ),
    Failure.SERVICE_REFUSED: Sentence(
        "The conversion service could not convert the file. Save it in another format, for example "
        "as PDF, and upload that."
    ),
    Failure.UNFORESEEN: Sentence(
        "Something went wrong in the program itself; the log of the converter says more."
    ),
}
OBSTACLE_WORDS: Final[Mapping[Unplayable, Sentence]] = {
    Unplayable.CONTAINER: Sentence("its file format"),
    Unplayable.CODEC: Sentence("its codec"),
    Unplayable.PROFILE: Sentence("the way in which its picture is encoded"),
    Unplayable.SIZE: Sentence("more than 1920 x 1080 pixels"),
    Unplayable.FRAME_RATE: Sentence("more than 60 pictures a second"),
    Unplayable.SOUND: Sentence("the format of its sound"),
}


def failure_sentence(failure: str | None) -> Sentence:
    """Return why a conversion failed; one that an older or newer version wrote is unforeseen."""
    known = failure if failure in set(Failure) else Failure.UNFORESEEN
    return FAILURE_SENTENCES[Failure(known)]


def fonts_warning(fonts: list[str]) -> dict[str, Any]:
    """Return what is kept of fonts that a document asks for and the converter does not have."""
    return {"kind": FONTS_MISSING, "fonts": fonts}


def unplayable_warning(obstacles: tuple[Unplayable, ...]) -> dict[str, Any]:
    """Return what is kept of a video that not every player can show."""
    return {"kind": UNPLAYABLE, "obstacles": [one.value for one in obstacles]}


def warning_sentence(
    warning: Mapping[str, Any], word: Callable[[Sentence], str] = str
) -> Sentence | None:
    """Return a kept warning as a sentence; None for one that this version does not know.

    `word` puts what the sentence lists into the reader's language.
    """
    if warning.get("kind") == FONTS_MISSING:
        return _fonts_sentence(warning["fonts"])
    if warning.get("kind") == UNPLAYABLE:
        reasons = [word(OBSTACLE_WORDS[Unplayable(one)]) for one in warning["obstacles"]]
        return Sentence(
            "Not every screen can play this video; Raspberry Pi players can't. The reason: "
            "{reasons}. Have it converted, and all can.",
            reasons=", ".join(reasons),
        )
    return None


def _fonts_sentence(fonts: list[str]) -> Sentence:
    named = ", ".join(fonts[:_NAMED_FONTS])
    if len(fonts) > _NAMED_FONTS:
        return Sentence(
            "The server lacks fonts of this document, so it may look different: {fonts} and "
            "{more} more.",
            fonts=named,
            more=len(fonts) - _NAMED_FONTS,
        )
    return Sentence(
        "The server lacks fonts of this document, so it may look different: {fonts}.", fonts=named
    )
