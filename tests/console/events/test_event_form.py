from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session, sessionmaker

from console.events.presenters.consequences import (
    Affected,
    delete_consequence,
    delete_label,
    moved_sentence,
    save_label,
    saved_toast,
)
from console.events.presenters.details import event_facts
from console.events.presenters.form import (
    FormInput,
    blank_input,
    draft_of,
    input_of,
    moved,
    shifted_end,
    shown_fields,
)
from console.events.presenters.recurrence import Repeat
from console.i18n import use_language
from infoscreen_core.domain.events.event import EventType, Scope
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_exceptions import get_occurrence
from infoscreen_core.services.events.views import event_view
from infoscreen_core.services.system_settings import read_all
from tests.support.events.planning import add_group, lesson, local, plan, utc

VIENNA = ZoneInfo("Europe/Vienna")
START, END = local("2026-11-24T08:00"), local("2026-11-24T08:50")


@pytest.fixture
def settings(sqlite_sessions: sessionmaker[Session]) -> Mapping[str, Any]:
    with sqlite_sessions() as session:
        return read_all(session)


@pytest.fixture
def blank(settings: Mapping[str, Any]) -> FormInput:
    return blank_input(START, END, settings, group_ids=(1,))


def test_a_blank_form_takes_times_and_defaults(
    settings: Mapping[str, Any], blank: FormInput
) -> None:
    assert (blank.start_date, blank.start_time, blank.end_time) == (
        date(2026, 11, 24),
        time(8),
        time(8, 50),
    )
    assert (blank.timezone, blank.volume, blank.repeat) == ("Europe/Vienna", 80, Repeat.NEVER)
    days = blank_input(
        local("2026-11-24T00:00"), local("2026-11-26T00:00"), settings, is_all_day=True
    )
    assert (days.start_date, days.end_date) == (date(2026, 11, 24), date(2026, 11, 25))


def test_a_form_becomes_a_draft(blank: FormInput) -> None:
    typed = replace(
        blank, title="Chor", event_type=EventType.MESSAGE, message_text="Festsaal", volume=35
    )
    draft = draft_of(replace(typed, repeat=Repeat.DAILY))
    assert (draft.title, draft.start, draft.end) == ("Chor", START, END)
    assert (draft.group_ids, draft.recurrence_rule, draft.volume) == ((1,), "FREQ=DAILY", 0.35)
    assert draft.website_url is None


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"is_all_day": True, "start": local("2026-09-07T00:00"), "end": local("2026-09-09T00:00")},
        {"recurrence_rule": "FREQ=WEEKLY;BYDAY=MO,WE", "skip_holidays": True},
        {"recurrence_rule": "FREQ=YEARLY;BYMONTH=5;BYDAY=2SU"},
        {
            "event_type": EventType.VIDEO,
            "website_url": "https://a.example/f.mp4",
            "volume": 0.35,
            "muted": True,
        },
        {
            "priority": 100,
            "description": "zwei\nZeilen",
            "location": "Aula, 1. Stock",
            "is_active": False,
            "timezone": "Europe/London",
        },
    ],
)
def test_an_unchanged_form_leaves_the_event_as_it_is(
    sqlite_sessions: sessionmaker[Session], changed: dict[str, Any]
) -> None:
    with sqlite_sessions.begin() as session:
        base = EventDraft.of(plan(session, add_group(session), **changed))
    again = draft_of(input_of(base), base)
    if base.is_all_day:  # the last day may be written as its end or as its last minute
        again = replace(again, end=base.end)
    assert again == base


def test_whole_days_end_with_their_last_day(blank: FormInput) -> None:
    typed = replace(
        blank, is_all_day=True, start_time=None, end_time=None, end_date=date(2026, 11, 25)
    )
    draft = draft_of(typed)
    assert (draft.start, draft.end) == (local("2026-11-24T00:00"), local("2026-11-25T23:59"))


@pytest.mark.parametrize(
    ("emptied", "field"),
    [
        ({"start_date": None}, "start"),
        ({"start_time": None}, "start"),
        ({"end_date": None}, "end"),
        ({"end_time": None}, "end"),
        ({"repeat": Repeat.RULE, "rule_text": " "}, "recurrence_rule"),
    ],
)
def test_what_is_missing_is_refused_on_its_field(
    blank: FormInput, emptied: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        draft_of(replace(blank, **emptied))
    assert refused.value.field == field


def test_the_end_follows_the_start(blank: FormInput) -> None:
    later = replace(blank, start_date=date(2026, 11, 25), start_time=time(23, 30))
    moved = shifted_end(later, START)
    assert (moved.end_date, moved.end_time) == (date(2026, 11, 26), time(0, 20))
    emptied = replace(blank, start_date=None)
    assert shifted_end(emptied, START) == emptied


def test_only_the_inputs_of_the_type_are_shown(blank: FormInput) -> None:
    def shown(kind: EventType, *media: int) -> frozenset[str]:
        return shown_fields(replace(blank, event_type=kind, event_media_ids=media))

    assert shown(EventType.WEBSITE) == {"website_url"}
    assert shown(EventType.MESSAGE) == {"message_text", "message_severity"}
    assert shown(EventType.WEBUNTIS) == shown(EventType.OTHER) == frozenset()
    assert {"event_media_id", "website_url", "volume"} <= shown(EventType.VIDEO)
    assert {"event_media_id", "website_url"} <= shown(EventType.PRESENTATION)
    assert "website_url" not in shown(EventType.PRESENTATION, 4)


@pytest.mark.parametrize(
    ("file", "places", "order"),
    [
        (3, -1, (1, 3, 2)),
        (1, 1, (2, 1, 3)),
        (1, -1, (1, 2, 3)),
        (3, 1, (1, 2, 3)),
        (4, 1, (1, 2, 3)),
    ],
)
def test_a_file_moves_one_place(file: int, places: int, order: tuple[int, ...]) -> None:
    assert moved((1, 2, 3), file, places) == order


def test_buttons_name_what_they_act_on() -> None:
    with use_language("de"):
        assert save_label(None) == "Termin anlegen"
        assert save_label(None, is_emergency=True) == "Notfall einplanen"
        assert save_label(Scope.EVENT) == "Änderungen speichern"
        assert save_label(Scope.OCCURRENCE) == "Diesen Termin ändern"
        assert delete_label(Scope.EVENT) == "Termin löschen"
        assert delete_label(Scope.SERIES) == "Ganze Serie löschen"


def test_deleting_names_its_consequence() -> None:
    held = Affected("Mathe 3B", "Aula", utc("2026-11-24T07:00"), utc("2026-11-24T08:40"))
    now = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    with use_language("de"):
        running = delete_consequence(held, Scope.OCCURRENCE, VIENNA, now=now)
        assert "nur" in running
        assert "Mathe 3B" in running
        assert "noch bis 09:40" in running
        assert "ganze Serie" in delete_consequence(held, Scope.SERIES, VIENNA, now=now)
        assert "davor" in delete_consequence(held, Scope.FOLLOWING, VIENNA, now=now)
        later = delete_consequence(held, Scope.EVENT, VIENNA, now=utc("2026-11-23T07:00"))
        assert later == "Löscht „Mathe 3B“ (morgen 08:00–09:40) aus dem Plan von Aula."


def test_a_move_is_told_from_where_to_where() -> None:
    with use_language("de"):
        text = moved_sentence(
            "Chor",
            (START, END),
            (local("2026-11-25T23:00"), local("2026-11-26T00:30")),
            is_all_day=False,
        )
        days = moved_sentence("Chor", (START, END), (START, END), is_all_day=True)
    assert text == "„Chor“ von Di 24.11. 08:00–08:50 auf Mi 25.11. 23:00–Do 26.11. 00:30"
    assert days == "„Chor“ von Di 24.11. auf Di 24.11."


def test_the_result_names_the_event_and_its_groups() -> None:
    draft = lesson(1, group_ids=(1, 2), title=" Chor ")
    with use_language("de"):
        assert saved_toast(draft, is_new=True, group_names={1: "Aula", 2: "Foyer"}) == (
            "„Chor“ ist für Aula, Foyer geplant."
        )
        assert saved_toast(draft, is_new=False, group_names={}) == "„Chor“ wurde geändert."


def test_readers_see_what_the_plan_says(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session, "Aula <1>")
        event = plan(
            session,
            group,
            recurrence_rule="FREQ=WEEKLY",
            priority=10,
            description="A\n<b>",
            location="Stock <1>",
        )
        occurrence = get_occurrence(event, event.start)
        with use_language("de"):
            facts = dict(
                event_facts(
                    event_view(event),
                    occurrence,
                    {group: "Aula <1>"},
                    VIENNA,
                    now=utc("2026-11-24T07:00"),
                )
            )
    assert facts["Wiederholung"] == "jeden Mo um 08:00"
    assert facts["Raumgruppe"] == "Aula &lt;1&gt;"
    assert facts["Ort"] == "Stock &lt;1&gt;"
    assert facts["Beschreibung"] == "A<br>&lt;b&gt;"
    assert facts["Priorität"] == "hoch"
    assert "Adresse" not in facts
