from zoneinfo import ZoneInfo

import pytest

from console.events.presenters.consequences import emergency_consequence
from console.i18n import use_language
from console.words.recurrence import rule_sentence
from infoscreen_core.domain.recurrence.expansion import read_rule
from tests.support.events.planning import local

VIENNA = ZoneInfo("Europe/Vienna")
START = local("2026-09-07T08:00")
"""A Monday."""

READINGS = [
    ("FREQ=DAILY", "täglich um 08:00", "every day at 08:00"),
    ("FREQ=DAILY;INTERVAL=3", "alle 3 Tage um 08:00", "every 3 days at 08:00"),
    ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "jeden Mo–Fr um 08:00", "every Mon–Fri at 08:00"),
    ("FREQ=DAILY;BYMONTHDAY=1,15", "am 1. und 15. jedes Monats um 08:00", None),
    (
        "FREQ=DAILY;BYMONTH=7,8",
        "täglich im Juli und August um 08:00",
        "every day in July and August at 08:00",
    ),
    ("FREQ=WEEKLY", "jeden Mo um 08:00", "every Mon at 08:00"),
    (
        "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260702",
        "jeden Mo, Mi um 08:00 bis 2.7.",
        "every Mon, Wed at 08:00 until 2 Jul",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20270702T215959Z",
        "alle 2 Wochen am Di, Do um 08:00 bis 2.7.2027",
        "every 2 weeks on Tue, Thu at 08:00 until 2 Jul 2027",
    ),
    ("FREQ=WEEKLY;COUNT=10", "jeden Mo um 08:00, 10-mal", "every Mon at 08:00, 10 times"),
    ("FREQ=WEEKLY;COUNT=1", "jeden Mo um 08:00, 1-mal", "every Mon at 08:00, 1 time"),
    ("FREQ=MONTHLY", "am 7. jedes Monats um 08:00", "on the 7th of every month at 08:00"),
    (
        "FREQ=MONTHLY;BYMONTHDAY=15,-1",
        "am 15. und letzten Tag jedes Monats um 08:00",
        "on the 15th and last day of every month at 08:00",
    ),
    ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO", "alle 2 Monate am 1. Mo um 08:00", None),
    (
        "FREQ=MONTHLY;BYDAY=-1FR",
        "am letzten Fr jedes Monats um 08:00",
        "on the last Fri of every month at 08:00",
    ),
    ("FREQ=MONTHLY;BYDAY=-2FR", "am vorletzten Fr jedes Monats um 08:00", None),
    ("FREQ=MONTHLY;BYDAY=-3FR", None, "on the 3rd to last Fri of every month at 08:00"),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "am letzten der Tage Mo–Fr jedes Monats um 08:00",
        "on the last of the days Mon–Fri of every month at 08:00",
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1,-1",
        "am 1. Mo und letzten Mo jedes Monats um 08:00",
        "on the 1st Mon and last Mon of every month at 08:00",
    ),
    ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "jeden Fr, der auf den 13. fällt, um 08:00", None),
    ("FREQ=MONTHLY;INTERVAL=3;BYDAY=TU", "alle 3 Monate jeden Di um 08:00", None),
    ("FREQ=YEARLY", "jedes Jahr am 7. September um 08:00", "every year on 7th September at 08:00"),
    (
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=12;BYMONTHDAY=24",
        "alle 2 Jahre am 24. Dezember um 08:00",
        None,
    ),
    (
        "FREQ=YEARLY;BYMONTH=5;BYDAY=2SU",
        "jedes Jahr am 2. So im Mai um 08:00",
        "every year on the 2nd Sun in May at 08:00",
    ),
    ("FREQ=YEARLY;BYDAY=20MO", "jedes Jahr am 20. Mo des Jahres um 08:00", None),
    ("FREQ=YEARLY;BYMONTH=5;BYDAY=MO", "jeden Mo im Mai um 08:00", "every Mon in May at 08:00"),
    ("FREQ=YEARLY;INTERVAL=2;BYDAY=MO", "alle 2 Jahre jeden Mo um 08:00", None),
]


@pytest.mark.parametrize(("rule", "german", "english"), READINGS)
def test_a_rule_reads_as_people_say_it(rule: str, german: str | None, english: str | None) -> None:
    for language, expected in (("de", german), ("en", english)):
        with use_language(language):
            sentence = rule_sentence(read_rule(rule), START, VIENNA)
        assert sentence == expected or expected is None
        assert "{" not in sentence


def test_whole_days_have_no_time_and_holidays_are_named() -> None:
    with use_language("de"):
        rule = read_rule("FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260702")
        sentence = rule_sentence(rule, START, VIENNA, is_all_day=True, skips_holidays=True)
    assert sentence == "jeden Mo, Mi bis 2.7., außer in den Ferien"


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("groups", "words"),
    [(0, "die Bildschirme nur"), (1, "von 1 Raumgruppe nur"), (7, "von 7 Raumgruppen nur")],
)
def test_planning_an_emergency_names_its_consequence(groups: int, words: str) -> None:
    assert words in emergency_consequence(groups)
