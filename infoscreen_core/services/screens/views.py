"""Screens and groups as readers see them."""

from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.domain.screens.player import ObservedPower, PictureType
from infoscreen_core.domain.screens.power import DesiredPower, PowerReason


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group and how much is in it."""

    id: int
    name: str
    description: str
    screen_count: int
    """Its screens in service."""
    event_count: int
    out_of_service_count: int = 0
    """Its other screens, which are in it all the same."""
    is_active: bool = True
    sort_order: int = 0
    """Its place in every list."""
    created_at: datetime | None = None

    @property
    def all_screens(self) -> int:
        """Screens that have to go elsewhere before the group goes."""
        return self.screen_count + self.out_of_service_count


@dataclass(frozen=True, slots=True)
class ScreenView:
    """What a player is called, and the group whose plan it shows."""

    uuid: str
    name: str
    group_id: int | None


@dataclass(frozen=True, slots=True)
class RejectionView:
    """That a player was turned away."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """A kept picture; the file is `<uuid>/<filename>` in the directory of pictures."""

    client_uuid: str
    id: int
    at: datetime
    """When it arrived: a player's own clock may be wrong."""
    type: PictureType
    filename: str
    md5: str
    taken_at: datetime | None = None
    """When it was taken, by our clock; None: the player did not say."""

    @property
    def as_of(self) -> datetime:
        """Of when it shows the screen: it may have been old when it arrived."""
        return self.taken_at or self.at


@dataclass(frozen=True, slots=True)
class OrderView:
    """An operator's order that holds a TV on or off."""

    desired_state: DesiredPower
    reason: str
    author: str | None
    """None: given on the command line."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Desired:
    """What a TV should do and since when; `state` is None while nobody tells it."""

    state: DesiredPower | None = None
    reason: PowerReason | None = None
    since: datetime | None = None
    override: OrderView | None = None
    """The operator's order, if the state comes from one."""


@dataclass(frozen=True, slots=True)
class ObservedTv:
    """What a player reports of its TV."""

    state: ObservedPower
    at: datetime | None
    """When it was reported last."""
    since: datetime | None
    """Since when the reports say the same."""


@dataclass(frozen=True, slots=True)
class TvView:
    """What a player's TV should do, and what it does."""

    desired: Desired
    observed: ObservedTv


@dataclass(frozen=True, slots=True)
class WebPlayerView:
    """A browser that is a screen."""

    uuid: str
    name: str
    group_id: int | None
    group_name: str | None
    created_at: datetime
    """Of its address."""
    created_by_name: str | None
    """None: made on the command line, or by somebody who is no longer there."""
    revoked_at: datetime | None
    """None: its address holds."""
    last_alive: datetime | None


@dataclass(frozen=True, slots=True)
class OpenWebPlayer:
    """A browser whose address holds."""

    uuid: str
    token_hash: str
    name: str
    group_id: int | None
