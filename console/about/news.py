"""Whether somebody has seen what is new since the last update."""

from contextlib import suppress

from console.about.build import own_version
from console.runtime import Identity, change
from infoscreen_core.errors import BusyError, UnavailableError
from infoscreen_core.services.people import news


def has_news(identity: Identity) -> bool:
    """Whether the person has not yet looked at what this version brought."""
    return identity.notes_seen != own_version()


def note_seen(identity: Identity) -> None:
    """Note that the person looked; not worth a word when nothing can be stored."""
    if has_news(identity):
        with suppress(BusyError, UnavailableError):
            change(lambda session, actor, _now: news.note_seen(session, own_version(), actor=actor))
