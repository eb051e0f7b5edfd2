"""The kept pictures on a screen's page: of which day each one is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from console.i18n import use_language
from console.screens.presenters.pictures import thumbnail
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.services.screens.views import PictureView
from tests.support.people import uuid_of

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 8, 40, 5, tzinfo=UTC)


def test_a_kept_picture_tells_its_day_and_time_without_a_pointer_over_it() -> None:
    item = PictureView(uuid_of(1), 7, TUESDAY, PictureType.EVENT_START, "7.jpg", "0" * 32)
    with use_language("de"):
        german = thumbnail(item, VIENNA, now=NOW)
    with use_language("en"):
        english = thumbnail(item, VIENNA, now=NOW)
    assert ">Di 24.11. 09:40</time>" in german
    assert 'title="Di 24.11. 09:40:05 · ' in german
    assert ">Tue 24 Nov 09:40</time>" in english
