"""What the console says of conversions, in both languages."""

from console.i18n import use_language
from console.media.presenters.conversions import (
    conversion_word,
    failure_text,
    progress_text,
    target_word,
    warning_texts,
)
from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.playable import Unplayable
from infoscreen_core.domain.media.types import ConversionStatus, Target
from infoscreen_core.domain.media.words import fonts_warning, unplayable_warning


def test_states_and_targets_have_words() -> None:
    with use_language("de"):
        assert len({conversion_word(one) for one in ConversionStatus}) == len(ConversionStatus)
        assert len({target_word(one) for one in Target}) == len(Target)
        assert progress_text(ConversionStatus.PROCESSING, 42) == "Wird umgewandelt: 42 %"
        assert progress_text(ConversionStatus.PROCESSING, None) == "Wird umgewandelt"
        assert progress_text(ConversionStatus.READY, 100) == "Bereit"


def test_failures_say_what_helps() -> None:
    with use_language("de"):
        texts = {failure_text(one) for one in Failure}
        assert len(texts) == len(Failure)
        assert failure_text("password").startswith("Die Datei ist mit einem Passwort geschützt.")
        assert failure_text("of a later version") == failure_text("unforeseen")


def test_warnings_are_translated_with_what_they_list() -> None:
    kept = [fonts_warning(["Comic Sans MS"]), unplayable_warning((Unplayable.CODEC,)), {}]
    with use_language("de"):
        fonts, video = warning_texts(kept)
    assert fonts.endswith("es kann daher anders aussehen: Comic Sans MS.")
    assert "Der Grund: das Videoformat (Codec)." in video
    with use_language("en"):
        assert "its codec" in warning_texts(kept)[1]
    assert warning_texts(None) == []
