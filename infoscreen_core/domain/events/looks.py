"""The words for how a message looks; the wire has its own, see `event.Severity`."""

from typing import Final

from infoscreen_core.domain.events.event import Severity
from infoscreen_core.domain.text.choices import no_choice

LOOKS: Final[dict[str, Severity]] = {
    "notice": Severity.INFO,
    "warning": Severity.WARNING,
    "alarm": Severity.EMERGENCY,
}


def read_look(word: str) -> Severity:
    """Return the look that a word of ours, or of the wire, means; raise `InvalidInputError`."""
    known = LOOKS | {member.value: member for member in Severity}
    if word.lower() not in known:
        raise no_choice(word, LOOKS, field="message_severity", name="look")
    return known[word.lower()]


def look_word(look: Severity) -> str:
    """Return our word for a look."""
    return next(word for word, member in LOOKS.items() if member is look)
