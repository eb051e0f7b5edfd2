from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.events.presenters.verdict import (
    end_label,
    longer_end,
    longer_label,
    move_label,
    raise_label,
    verdict_text,
    with_verdict,
)
from console.i18n import use_language
from infoscreen_core.services.events.event_contents import Emptiness, Empty
from infoscreen_core.services.events.event_endings import Ending
from infoscreen_core.services.events.event_verdicts import GroupVerdict, Meetings, Rival, Verdict
from tests.support.events.planning import lesson

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
WELCOME = Rival(
    event_id=7,
    title="Willkommen",
    priority=0,
    is_series=True,
    version=1,
    start=datetime(2026, 11, 29, 23, tzinfo=UTC),
    end=datetime(2026, 11, 30, 23, tzinfo=UTC),
    own_start=datetime(2026, 11, 30, 7, tzinfo=UTC),
    times=5,
)
NOTHING = Meetings()
DAYS = tuple(date(2026, 11, 30) + timedelta(days=7 * week) for week in range(6))


def group(unseen: Meetings = NOTHING, cut: Meetings = NOTHING, number: int = 1) -> GroupVerdict:
    return GroupVerdict(number, 61, unseen, cut, NOTHING)


def text(verdict: Verdict, language: str = "de") -> str:
    with use_language(language):
        return verdict_text(verdict, {1: "Aula", 2: "Foyer"}, VIENNA, now=NOW)


def test_it_says_how_often_when_not_and_why() -> None:
    verdict = Verdict(0, (group(Meetings(DAYS, (WELCOME,))),))
    assert text(verdict) == (
        "Läuft an 55 von 61 Terminen; nicht am Mo 30.11., Mo 07.12., Mo 14.12. und 3 weiteren, "
        "weil „Willkommen“ mit gleicher Priorität früher beginnt."
    )
    assert text(replace(verdict, until=datetime(2027, 1, 21, tzinfo=UTC)), "en").endswith(
        "begins earlier. Looked at until Thu 21 Jan 2027."
    )


def test_a_good_verdict_is_short_and_the_same_for_all_groups() -> None:
    assert text(Verdict(0, (group(), group(number=2)))) == "Läuft an allen 61 Terminen."


def test_it_says_what_else_keeps_an_event_from_being_seen() -> None:
    bare = replace(group(number=2), has_screens=False)
    verdict = Verdict(0, (group(), bare), empties=(Empty(Emptiness.NO_TEXT),))
    assert not verdict.is_clear
    assert text(verdict) == (
        "Aula: Läuft an allen 61 Terminen. Foyer: Läuft an allen 61 Terminen. "
        "Foyer: In der Raumgruppe ist kein Bildschirm in Betrieb. "
        "Doch es gibt nichts zu zeigen: Es fehlt der Text."
    )
    failed = Verdict(0, (group(),), empties=(Empty(Emptiness.CONVERSION_FAILED, "rede.pptx"),))
    assert "Doch rede.pptx konnte für die Bildschirme nicht umgewandelt werden" in text(failed)


def test_groups_are_named_where_they_differ() -> None:
    hidden = group(Meetings(DAYS[:1], (replace(WELCOME, priority=100),)), number=2)
    assert text(Verdict(0, (group(), hidden))) == (
        "Aula: Läuft an allen 61 Terminen. Foyer: Läuft an 60 von 61 Terminen; nicht am Mo 30.11., "
        "weil der Notfall „Willkommen“ allein auf den Bildschirmen ist."
    )


def test_the_background_is_there_to_be_interrupted() -> None:
    cut = Verdict(-10, (group(cut=Meetings(DAYS, (WELCOME,))),))
    assert cut.is_clear
    assert "tritt zurück, solange anderes läuft" in text(cut)
    assert not replace(cut, priority=0).is_clear


def test_after_saving_only_a_bad_verdict_is_told() -> None:
    with use_language("de"):
        good, bad = Verdict(0, (group(),)), Verdict(0, is_off=True)
        saved = "„Chor“ ist für Aula geplant."
        assert with_verdict(saved, good, {}, VIENNA, now=NOW) == saved
        assert with_verdict(saved, bad, {}, VIENNA, now=NOW) == (
            f"{saved} Läuft nicht: Der Termin ist ausgeschaltet."
        )


def test_the_buttons_say_what_they_do() -> None:
    with use_language("de"):
        assert raise_label(10) == "Priorität auf „hoch“ setzen"
        assert move_label(lesson(1), timedelta(minutes=50)) == "Auf 08:50–09:40 verschieben"
        draft = lesson(1)
        ends = [longer_end(draft, timedelta(seconds=seconds)) for seconds in (600, 601, 86400)]
        assert [longer_label(draft, end) for end in ends] == [
            "Bis 09:00 dauern lassen",
            "Bis 09:01 dauern lassen",
            "Bis Di 08.09., 08:50, dauern lassen",
        ]
        labels = {ending: end_label(WELCOME, ending, VIENNA, now=NOW) for ending in Ending}
    assert labels == {
        Ending.SKIP: "„Willkommen“ am Mo 30.11. ausfallen lassen",
        Ending.STOP: "„Willkommen“ ab Mo 30.11. beenden",
        Ending.SHORTEN: "„Willkommen“ am Mo 30.11. um 08:00 enden lassen",
        Ending.DELETE: "„Willkommen“ am Mo 30.11. löschen",
    }
