"""Every service that changes something for somebody leaves an entry in the audit trail.

The services' sources are followed from function to function: whatever takes an `actor` and the time
must come to `audit.record`, unless it only reads or is a part of something that does.
"""

import re
from functools import cache
from typing import Final

import pytest
from sqlalchemy import inspect, select

from console.audit.presenters.actions import ACTION_WORDS
from console.audit.presenters.fields import FIELD_WORDS
from console.audit.presenters.things import ENTITY_WORDS
from infoscreen_core.db.models import (
    AcademicPeriod,
    AuditEntry,
    ClientCommand,
    ClientGroup,
    Event,
    EventMedia,
    MaintenancePlan,
    MediaFolder,
    PowerOverride,
    Rollout,
    SavedView,
    SchoolHoliday,
    User,
)
from infoscreen_core.services import audit
from tests.support.audits.audit import Sessions
from tests.support.audits.sources import Name, Sources, parameters_of, words_of
from tests.support.people import ADMIN, NOW

RECORD: Final = ("infoscreen_core.services.audit", "record")
_SERVICES: Final = "infoscreen_core.services"
_READS: Final = {
    f"{_SERVICES}.events.event_deletions:find_last_deletion",
    f"{_SERVICES}.exchange.calendar_subscriptions:get_subscription",
    f"{_SERVICES}.exchange.calendar_subscriptions:list_subscriptions",
    f"{_SERVICES}.finding.search:find",
    f"{_SERVICES}.people.sessions:list_sessions",
    f"{_SERVICES}.people.user_list:figures",
    f"{_SERVICES}.people.users:deletion_effects",
    f"{_SERVICES}.monitoring.screen.explain:explain_screen",
    f"{_SERVICES}.playing.explain:explain",
}
_PARTS: Final = {
    f"{_SERVICES}.events.event_deletions:remember_events",
    f"{_SERVICES}.events.event_deletions:remember_following",
    f"{_SERVICES}.events.event_deletions:remember_occurrence",
}
"""They keep what is being deleted: another step writes the entry."""
_TECHNICAL: Final = {
    "indexed_until",
    "search_name",
    "search_text",
    "link_term",
    "boot_id",
    "held_by",
    "look_at",
}


@cache
def sources() -> Sources:
    return Sources(_SERVICES)


def acting() -> list[Name]:
    return [name for name, node in sources().public() if {"actor", "now"} <= parameters_of(node)]


def test_whoever_acts_leaves_an_entry() -> None:
    found = {":".join(name) for name in acting() if not sources().comes_to(name, RECORD)}
    assert found - _READS - _PARTS == set()


def test_what_is_left_out_is_there_and_leaves_none() -> None:
    without = {":".join(one) for one in acting() if not sources().comes_to(one, RECORD)}
    assert (_READS | _PARTS) - without == set()


def test_many_services_were_looked_at() -> None:
    assert len(acting()) > 100
    assert sources().comes_to((f"{_SERVICES}.screens.groups", "rename_group"), RECORD)
    assert not sources().comes_to((f"{_SERVICES}.screens.groups", "get_group"), RECORD)


def test_every_action_has_a_word() -> None:
    kinds = {action.partition(".")[0] for action in ACTION_WORDS}
    pattern = re.compile(rf"({'|'.join(kinds)})\.[a-z_]+")
    actions = {word for word in words_of(_SERVICES) if pattern.fullmatch(word)}
    assert len(actions) > 80
    assert actions - ACTION_WORDS.keys() == set()


def test_every_kind_of_thing_has_a_word() -> None:
    entities = {word for word in words_of(_SERVICES) if word in ENTITY_WORDS}
    assert entities >= {"event", "group", "user", "client", "setting", "period", "plug"}


@pytest.mark.parametrize(
    "model",
    [
        AcademicPeriod,
        ClientCommand,
        ClientGroup,
        Event,
        EventMedia,
        MaintenancePlan,
        MediaFolder,
        PowerOverride,
        Rollout,
        SavedView,
        SchoolHoliday,
        User,
    ],
)
def test_every_audited_field_has_a_word(model: type) -> None:
    columns: set[str] = set(inspect(model).column_attrs.keys())
    names = columns - audit._SECRET_COLUMNS  # noqa: SLF001
    assert names - FIELD_WORDS.keys() - _TECHNICAL - _TIMES_OF_COMMANDS == set()


_TIMES_OF_COMMANDS: Final = {
    "acked_at",
    "awaiting_reconnect_at",
    "canceled_at",
    "claimed_at",
    "claimed_by",
    "completed_at",
    "execution_started_at",
    "failed_at",
    "issued_at",
    "published_at",
    "recovered_at",
}
"""Empty when a command is issued, which is when its entry is written."""


def test_secrets_are_left_out_at_any_depth(sqlite_sessions: Sessions) -> None:
    values = {
        "password": "x",
        "token_hash": "x",
        "access_encrypted": "x",
        "secret": "x",
        "must_change_password": True,
        "name": "ok",
        "plug": {"api_token": "x", "kind": "ok"},
        "list": [{"password_hash": "x"}],
    }
    with sqlite_sessions.begin() as session:
        audit.record(
            session, "user.created", "user", 1, actor=ADMIN, now=NOW, before=values, after=values
        )
    with sqlite_sessions() as session:
        entry = session.scalars(select(AuditEntry)).one()
    kept = {"must_change_password": True, "name": "ok", "plug": {"kind": "ok"}, "list": [{}]}
    assert (entry.before, entry.after) == (kept, kept)
