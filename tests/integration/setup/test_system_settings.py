"""The installation's settings, typed."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import SystemSetting
from infoscreen_core.domain.setup.settings_keys import SETTING_KEYS
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services import system_settings
from tests.support.people import ADMIN, EDITOR, NOW, actions_of

DEFAULTS = {key: setting.default for key, setting in SETTING_KEYS.items()}
"""Which these are is told by `tests/unit/setup/test_settings_keys.py`."""


def test_without_rows_every_setting_has_its_default(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        assert system_settings.read_all(session) == DEFAULTS


def test_values_come_back_as_they_went_in(sessions: sessionmaker[Session]) -> None:
    values = {
        "video_volume": 0.25,
        "video_muted": True,
        "organization_name": "HTL Größe 🎓",
        "presentation_interval": "15",
        "ui_language": "en",
    }
    with sessions.begin() as session:
        result = system_settings.set_settings(session, values, actor=ADMIN, now=NOW)
        assert result == {**DEFAULTS, **values, "presentation_interval": 15}
        assert system_settings.get_setting(session, "video_volume") == 0.25
        assert len(actions_of(session)) == 5


def test_an_unchanged_value_leaves_no_trace(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        for _ in range(2):
            assert (
                system_settings.set_setting(
                    session, "video_loop", value=False, actor=ADMIN, now=NOW
                )
                is False
            )
        assert actions_of(session) == ["setting.changed"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("video_volume", 1.5),
        ("video_volume", "nan"),
        ("default_timezone", "Europe/Wien"),
        ("default_timezone", ""),
        ("default_timezone", "../../etc/passwd"),
        ("refresh_seconds", -1),
        ("supplement_table_url", "javascript:alert(1)"),
        ("video_muted", "maybe"),
        ("group_order", [1, 2]),
        ("bell_times", "08:50–08:00"),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_written(
    sqlite_sessions: sessionmaker[Session], key: str, value: object
) -> None:
    with sqlite_sessions.begin() as session:
        with pytest.raises(InvalidInputError) as caught:
            system_settings.set_settings(
                session, {"video_loop": False, key: value}, actor=ADMIN, now=NOW
            )
        assert caught.value.field == key
        assert system_settings.read_all(session) == DEFAULTS


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_unasked(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        system_settings.set_setting(session, "presentation_interval", 20, actor=ADMIN, now=NOW)
        values = {"video_loop": False, "presentation_interval": 30}
        with pytest.raises(ConflictError) as caught:
            system_settings.set_settings(session, values, expected=DEFAULTS, actor=ADMIN, now=NOW)
        assert (caught.value.field, caught.value.params["value"]) == ("presentation_interval", "20")
        assert system_settings.read_all(session) == {**DEFAULTS, "presentation_interval": 20}


def test_two_who_want_the_same_do_not_collide(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        for _ in range(2):
            system_settings.set_settings(
                session, {"video_volume": 0.5}, expected=DEFAULTS, actor=ADMIN, now=NOW
            )
        assert actions_of(session) == ["setting.changed"]


def test_unknown_keys_are_refused(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        with pytest.raises(NotFoundError):
            system_settings.set_setting(session, "colour", "red", actor=ADMIN, now=NOW)
        with pytest.raises(NotFoundError):
            system_settings.get_setting(session, "colour")


def test_editors_read_but_do_not_change(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session, pytest.raises(NotAllowedError):
        system_settings.set_setting(session, "video_loop", value=False, actor=EDITOR, now=NOW)


def test_a_row_spoilt_by_hand_reads_as_the_default(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        session.add(SystemSetting(key="video_volume", value="loud", updated_at=NOW))
        session.add(SystemSetting(key="bell_times", value="Pause", updated_at=NOW))
        session.flush()
        assert system_settings.get_setting(session, "video_volume") == 0.8
        assert system_settings.get_setting(session, "bell_times") == ""
