"""Change what is known of a file, in one go: its name, folder, last day and academic period."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.media import library
from infoscreen_core.services.media.views import MediaView

_TAGS: Final = ("expires_on", "academic_period_id")


def change(
    session: Session, media_id: int, given: Mapping[str, Any], *, actor: Actor, now: datetime
) -> MediaView:
    """Change the given ones of `name`, `folder_id`, `expires_on` and `academic_period_id`.

    What is so already is written nowhere. Raises as `library.rename`, `move` and `tag` do.
    """
    actor.require(Role.EDITOR)
    media = library.get(session, media_id)
    folder = given.get("folder_id", media.folder_id)
    if folder != media.folder_id:
        library.move(session, [media_id], folder, actor=actor, now=now)
    name = given.get("name", media.name)
    if name != media.name:
        library.rename(session, media_id, name, actor=actor, now=now)
    tags = {one: given.get(one, getattr(media, one)) for one in _TAGS}
    if tags != {one: getattr(media, one) for one in tags}:
        library.tag(session, media_id, **tags, actor=actor, now=now)
    return library.get(session, media_id)
