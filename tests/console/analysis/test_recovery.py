"""Which screen takes longest to come back, in a sentence."""

from datetime import timedelta

import pytest

from console.analysis.presenters.recovery import recovery_sentence, slowest
from infoscreen_core.domain.monitoring.availability import Figures
from infoscreen_core.services.monitoring.analysis import ScreenFigures

DAY = timedelta(days=1)
SCREENS = [
    ScreenFigures("a", "Aula", None, Figures(up=DAY, down=9 * DAY, outage_count=9)),
    ScreenFigures("b", "Labor", None, Figures(up=DAY, down=4 * DAY, outage_count=1)),
]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (20, "Labor kommt am langsamsten zurück: im Mittel nach 4 Tagen (1 Ausfall)."),
        (
            2,
            (
                "Von den 2 Bildschirmen, die am längsten ausgefallen waren, kommt Labor am "
                "langsamsten zurück: im Mittel nach 4 Tagen (1 Ausfall)."
            ),
        ),
    ],
)
def test_it_says_among_how_many_when_there_may_be_others(most: int, expected: str) -> None:
    assert recovery_sentence(slowest(SCREENS), among=len(SCREENS), most=most) == expected


def test_without_an_outage_there_is_none() -> None:
    assert recovery_sentence([], among=0, most=20) == "Kein Bildschirm war ausgefallen."
