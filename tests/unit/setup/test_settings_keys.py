import pytest

from infoscreen_core.domain.setup.settings_keys import (
    NAME_LIMIT,
    SETTING_KEYS,
    format_setting,
    parse_setting,
    parse_settings,
)
from infoscreen_core.errors import InvalidFieldsError, InvalidInputError, NotFoundError


@pytest.mark.parametrize("key", SETTING_KEYS)
def test_every_default_survives_its_text_form(key: str) -> None:
    default = SETTING_KEYS[key].default
    assert parse_setting(key, format_setting(key, default)) == default


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("supplement_table_url", "ftp://x"),
        ("supplement_table_url", "http://"),
        ("supplement_table_url", "javascript:alert(1)"),
        ("supplement_table_enabled", ""),
        ("presentation_interval", "0"),
        ("presentation_interval", "3601"),
        ("presentation_interval", "ten"),
        ("presentation_interval", "9" * 5000),
        ("video_volume", "1.1"),
        ("video_volume", "nan"),
        ("video_loop", "maybe"),
        ("default_timezone", "Europe/Atlantis"),
        ("default_timezone", ""),
        ("default_timezone", "../UTC"),
        ("default_timezone", "right/Europe/Vienna"),
        ("organization_name", "a\0b"),
        ("organization_name", "a\ud800"),
        ("organization_name", "x" * 201),
        ("group_order", '["1"]'),
        ("group_order", "{"),
        ("group_order", "{}"),
        ("group_order", "[true]"),
        ("group_order", "[0]"),
        ("group_order", "[1, 2, 1]"),
        ("group_order", "[" * 15_000),
        ("group_order", "[" * 150_000),
        ("ui_language", "fr"),
        ("refresh_seconds", "-1"),
        ("refresh_seconds", "86401"),
    ],
)
def test_a_wrong_value_is_refused_with_key_value_and_remedy(key: str, text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_setting(key, text)
    assert caught.value.field == key
    assert caught.value.template == SETTING_KEYS[key].refusal
    assert str(caught.value).startswith(f"The setting {key} cannot be ")
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        (
            "supplement_table_url",
            " https://plan.example.org/today?a=1 ",
            "https://plan.example.org/today?a=1",
        ),
        ("supplement_table_url", " ", ""),
        ("supplement_table_enabled", "Ja", True),
        ("video_muted", " off ", False),
        ("presentation_interval", " 15 ", 15),
        ("video_volume", "1", 1.0),
        ("refresh_seconds", "86400", 86_400),
        ("default_timezone", "America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("organization_name", "  HTL\tWien\nWest ", "HTL Wien West"),
        ("organization_name", "x" * NAME_LIMIT, "x" * NAME_LIMIT),
        ("group_order", "[3, 1, 2]", [3, 1, 2]),
        ("ui_language", "en", "en"),
        ("bell_times", "8:50-9:40, 8:00-8:50", "08:00–08:50, 08:50–09:40"),
        ("bell_times", " ", ""),
    ],
)
def test_a_right_value_is_read_with_its_type(key: str, text: str, value: object) -> None:
    read = parse_setting(key, text)
    assert read == value
    assert type(read) is type(value)
    assert parse_setting(key, format_setting(key, read)) == value


def test_the_keys_and_defaults_are_the_agreed_ones() -> None:
    assert {key: known.default for key, known in SETTING_KEYS.items()} == {
        "supplement_table_url": "",
        "supplement_table_enabled": False,
        "presentation_interval": 10,
        "presentation_page_progress": True,
        "presentation_auto_progress": True,
        "video_autoplay": True,
        "video_loop": True,
        "video_volume": 0.8,
        "video_muted": False,
        "refresh_seconds": 0,
        "default_timezone": "Europe/Vienna",
        "organization_name": "",
        "bell_times": "",
        "group_order": [],
        "ui_language": "de",
        "incident_cpu_percent": 90,
        "incident_cpu_over_percent": 80,
        "incident_cpu_minutes": 10,
        "incident_temperature": 80,
        "incident_temperature_over": 72,
        "incident_temperature_minutes": 1,
        "incident_disk_mb": 1600,
        "incident_disk_over_mb": 2560,
        "incident_reconnects": 3,
        "incident_picture_minutes": 30,
        "incident_content_seconds": 60,
        "incident_outage_seconds": 15,
    }


def test_a_reader_that_knows_more_says_it_itself() -> None:
    with pytest.raises(InvalidInputError, match="“Pause” is no lesson") as caught:
        parse_setting("bell_times", "08:00–08:50, Pause")
    assert caught.value.field == "bell_times"


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(NotFoundError, match="no setting wallpaper"):
        parse_setting("wallpaper", "blue")
    with pytest.raises(NotFoundError, match="no setting wallpaper"):
        format_setting("wallpaper", "blue")


def test_all_refusals_are_found_at_once() -> None:
    values = {
        "video_volume": 2,
        "video_loop": True,
        "default_timezone": "Europe/Wien",
        "refresh_seconds": "",
    }
    with pytest.raises(InvalidFieldsError) as raised:
        parse_settings(values)
    keys = ["video_volume", "default_timezone", "refresh_seconds"]
    assert [error.field for error in raised.value.parts] == keys
    assert all(f"The setting {key} cannot be" in str(raised.value) for key in keys)
