import pytest

from infoscreen_core.domain.settings_keys import SETTING_KEYS, format_setting, parse_setting
from infoscreen_core.errors import InvalidInputError, NotFoundError


@pytest.mark.parametrize("key", SETTING_KEYS)
def test_every_default_survives_its_text_form(key: str) -> None:
    default = SETTING_KEYS[key].default
    assert parse_setting(key, format_setting(key, default)) == default


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("supplement_table_url", "ftp://x"),
        ("presentation_interval", "0"),
        ("presentation_interval", "ten"),
        ("video_volume", "1.1"),
        ("video_volume", "nan"),
        ("video_loop", "maybe"),
        ("default_timezone", "Europe/Atlantis"),
        ("default_timezone", ""),
        ("organization_name", "a\0b"),
        ("group_order", '["1"]'),
        ("group_order", "{"),
        ("ui_language", "fr"),
        ("refresh_seconds", "-1"),
    ],
)
def test_a_wrong_value_is_refused_with_key_value_and_remedy(key: str, text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_setting(key, text)
    assert caught.value.field == key
    assert SETTING_KEYS[key].remedy in str(caught.value)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(NotFoundError, match="no setting wallpaper"):
        parse_setting("wallpaper", "blue")
