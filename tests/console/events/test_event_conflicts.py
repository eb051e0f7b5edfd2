from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from console.events.presenters.conflicts import conflict_sentences
from console.i18n import use_language
from infoscreen_core.services.events.event_conflicts import Conflict

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
MATHS = Conflict(
    event_id=7,
    group_id=1,
    title="Mathe 3B",
    priority=0,
    start=datetime(2026, 11, 30, 7, tzinfo=UTC),
    end=datetime(2026, 11, 30, 7, 50, tzinfo=UTC),
)


def sentences(
    *conflicts: Conflict,
    priority: int = 0,
    groups: dict[int, str] | None = None,
    language: str = "de",
) -> list[str]:
    with use_language(language):
        return conflict_sentences(conflicts, priority, groups or {}, VIENNA, now=NOW)


def test_the_other_event_is_named_with_its_time() -> None:
    assert sentences(MATHS) == ["Überschneidet sich mit „Mathe 3B“ am Mo 30.11. 08:00–08:50."]
    assert sentences(MATHS, language="en") == ["Overlaps “Mathe 3B” on Mon 30 Nov 08:00–08:50."]


def test_further_meetings_are_counted() -> None:
    assert sentences(replace(MATHS, times=13))[0].endswith("08:50 und noch 12-mal.")


def test_of_several_groups_the_one_meant_is_named() -> None:
    assert "„Mathe 3B (Aula)“" in sentences(MATHS, groups={1: "Aula", 2: "Foyer"})[0]


def test_a_higher_priority_goes_first_and_a_lower_one_is_no_matter() -> None:
    assert sentences(replace(MATHS, priority=10))[0].startswith("Tritt hinter „Mathe 3B“")
    assert sentences(MATHS, priority=10) == []


def test_whole_days_are_said_without_hours() -> None:
    day = replace(
        MATHS,
        start=datetime(2026, 11, 29, 23, tzinfo=UTC),
        end=datetime(2026, 11, 30, 23, tzinfo=UTC),
    )
    assert sentences(day) == ["Überschneidet sich mit „Mathe 3B“ am Mo 30.11."]
