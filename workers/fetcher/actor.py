"""In whose name the fetcher changes what is stored."""

from typing import Final

from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import Actor

FETCHER: Final = Actor(user_id=None, name="fetcher", role=Role.SUPERADMIN, source="fetcher")
