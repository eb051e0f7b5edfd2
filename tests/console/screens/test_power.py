"""A TV's power on a screen's page: what it should do, what it does, and the order that holds it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.i18n import use_language
from console.screens.presenters.power import (
    LENGTHS,
    desired_html,
    is_deviating,
    length_word,
    observed_html,
    order_consequence,
    power_line,
)
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup, GroupPower, PowerOverride, User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import ObservedPower
from infoscreen_core.domain.screens.power import DesiredPower, PowerReason
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens.power import set_override
from infoscreen_core.services.screens.views import Desired, ObservedTv, OrderView, TvView
from tests.support.console import Console, html_of
from tests.support.people import add_client, uuid_of

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ON = Desired(DesiredPower.ON, PowerReason.ACTIVE_EVENT, NOW - timedelta(minutes=5))
OFF = Desired(DesiredPower.OFF, PowerReason.NO_ACTIVE_EVENT, NOW - timedelta(hours=3))


def tv(state: str, *, since: timedelta | None = timedelta(minutes=3)) -> ObservedTv:
    at = None if since is None else NOW - since
    return ObservedTv(ObservedPower(state), at, at)


def held(state: str, reason: str = "Prüfung <2B>") -> Desired:
    order = OrderView(DesiredPower(state), reason, None, NOW + timedelta(hours=2))
    return Desired(
        order.desired_state, PowerReason.OPERATOR_OVERRIDE, NOW - timedelta(minutes=10), order
    )


def observed(found: ObservedTv, desired: Desired, *, is_online: bool = True) -> str:
    with use_language("de"):
        return observed_html(TvView(desired, found), VIENNA, is_online=is_online, now=NOW)


@pytest.mark.parametrize(
    ("found", "desired", "text"),
    [
        (tv("on"), ON, "an seit 3 min"),
        (tv("off", since=timedelta(hours=2)), OFF, "aus seit 08:30"),
        (tv("off"), ON, '<b class="is-warning">▲ soll an, ist aus seit 3 min</b>'),
        (
            tv("on", since=timedelta(hours=2)),
            OFF,
            '<b class="is-warning">▲ soll aus, ist an seit 08:30</b>',
        ),
        (tv("on"), held("off"), '<b class="is-warning">▲ soll aus, ist an seit 3 min</b>'),
        (tv("unknown"), ON, "unbekannt seit 3 min"),
        (tv("unknown", since=None), Desired(), "unbekannt"),
        (tv("off"), Desired(), "aus seit 3 min"),
    ],
)
def test_it_is_said_what_the_tv_does_and_marked_when_it_should_not(
    found: ObservedTv, desired: Desired, text: str
) -> None:
    assert observed(found, desired) == text


def test_of_a_silent_player_nothing_is_known_about_its_tv() -> None:
    assert observed(tv("on"), OFF, is_online=False) == "unbekannt · zuletzt an, 10:27"
    assert not is_deviating(TvView(OFF, tv("on")), is_online=False, now=NOW)


def test_a_tv_that_was_told_just_now_has_time_to_obey() -> None:
    fresh = Desired(DesiredPower.ON, PowerReason.ACTIVE_EVENT, NOW - timedelta(seconds=59))
    assert observed(tv("off"), fresh) == "aus seit 3 min"
    assert is_deviating(TvView(fresh, tv("off")), is_online=True, now=NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("desired", "text"),
    [
        (ON, "an, ein Termin läuft"),
        (OFF, "aus, kein Termin läuft"),
        (Desired(), "keine Vorgabe"),
        (held("on"), "an bis 12:30, von Kommandozeile: „Prüfung &lt;2B&gt;“"),
    ],
)
def test_it_is_said_what_the_tv_should_do_and_why(desired: Desired, text: str) -> None:
    with use_language("de"):
        assert desired_html(desired, VIENNA, now=NOW) == text


def test_only_what_deviates_or_is_held_stands_above_everything_else() -> None:
    def line(found: ObservedTv, desired: Desired) -> str:
        with use_language("de"):
            return power_line(TvView(desired, found), VIENNA, is_online=True, now=NOW)

    assert line(tv("on"), ON) == ""
    assert "Fernseher: soll an, ist aus seit 3 min" in line(tv("off"), ON)
    assert "Fernseher gehalten: aus bis 12:30" in line(tv("off"), held("off"))


def test_lengths_are_short_words() -> None:
    with use_language("de"):
        words = [length_word(length) for length in LENGTHS]
    assert words == ["30 min", "1 h", "2 h", "4 h", "12 h", "1 Tag", "7 Tage"]


def test_an_order_names_its_consequence() -> None:
    with use_language("de"):
        off = order_consequence(DesiredPower.OFF, NOW + timedelta(hours=2), VIENNA, now=NOW)
        on = order_consequence(DesiredPower.ON, NOW + timedelta(hours=2), VIENNA, now=NOW)
    assert "bleibt bis 12:30 aus" in off
    assert "Notfall" in off
    assert "bleibt bis 12:30 an" in on


@pytest.fixture
def foyer(console: Console) -> Console:
    """One screen whose TV is off though an event is on."""
    now = utc_now()
    with console.sessions.begin() as session:
        session.add(ClientGroup(id=1, name="Foyer", sort_order=1, created_at=now))
        session.flush()
        intent: dict[str, Any] = {
            "desired_state": DesiredPower.ON,
            "reason": PowerReason.ACTIVE_EVENT,
        }
        session.add(
            GroupPower(group_id=1, intent_id=uuid_of(7), since=now - timedelta(minutes=9), **intent)
        )
        client = add_client(session, 1, description="Aula links", group_id=1, last_alive=now)
        client.power_state, client.power_state_at = ObservedPower.OFF, now
        client.power_state_since = now - timedelta(minutes=3, seconds=5)
    return console


def orders(console: Console) -> list[tuple[DesiredPower, str, timedelta]]:
    with console.sessions() as session:
        rows = session.query(PowerOverride).all()
        return [(row.desired_state, row.reason, row.expires_at - row.set_at) for row in rows]


def test_an_admin_holds_a_tv_with_a_reason_and_lets_it_go(foyer: Console) -> None:
    foyer.sign_in_as(Role.ADMIN)
    app = foyer.open("client", uuid=uuid_of(1))
    assert "soll an, ist aus seit 3 min" in html_of(app)
    app.button(key="action-power-hold").click().run()
    assert "bleibt bis" in html_of(app)
    confirm = next(button for button in app.button if button.label == "Aus halten")
    confirm.click().run()
    assert "Bitte kurz sagen, warum" in html_of(app)
    assert orders(foyer) == []

    app.button_group(key="power-order-state").set_value(DesiredPower.ON).run()
    (reason,) = (field for field in app.text_input if field.label.startswith("Grund"))
    reason.input("Tag der offenen Tür")
    next(button for button in app.button if button.label == "An halten").click().run()
    assert not app.exception
    assert orders(foyer) == [(DesiredPower.ON, "Tag der offenen Tür", timedelta(hours=2))]
    app.button(key="action-power-release").click().run()
    assert not app.exception
    with foyer.sessions() as session:
        assert session.get_one(PowerOverride, uuid_of(1)).expires_at <= utc_now()


def test_who_ordered_it_and_why_is_said_on_the_page(foyer: Console) -> None:
    foyer.sign_in_as(Role.ADMIN)
    with foyer.sessions.begin() as session:
        author = session.query(User).one()
        admin = Actor(author.id, author.username, author.role, "here")
        hour = timedelta(hours=1)
        order: dict[str, Any] = {
            "reason": "Tag der offenen Tür",
            "lasting": hour,
            "actor": admin,
            "now": utc_now(),
        }
        set_override(session, uuid_of(1), DesiredPower.OFF, **order)
    assert "von admin: „Tag der offenen Tür“" in html_of(foyer.open("client", uuid=uuid_of(1)))


def test_who_may_not_hold_a_tv_sees_its_state_only(foyer: Console) -> None:
    foyer.sign_in_as(Role.EDITOR)
    app = foyer.open("client", uuid=uuid_of(1))
    assert "soll an, ist aus" in html_of(app)
    assert not [button for button in app.button if button.key == "action-power-hold"]
