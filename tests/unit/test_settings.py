from datetime import timedelta
from pathlib import Path

import pytest

from infoscreen_core.domain.commands.recovery_facts import Limits
from infoscreen_core.settings import SettingsError, load_settings


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("MQTT_BROKER_PORT", "abc", "integer"),
        ("MQTT_BROKER_PORT", "70000", "65535"),
        ("ENV", "staging", "'development' or 'production'"),
        ("DB_CONN", "postgresql://x", "sqlite:///"),
        ("DB_CONN", "mysql+pymysql://u:s3cret@h:abc/x", "mysql+pymysql://USER"),
        ("MQTT_TLS_ENABLED", "perhaps", "boolean"),
        ("POLL_INTERVAL_SECONDS", "0", "1"),
        ("CRASH_RECOVERY_ENABLED", "sometimes", "boolean"),
        ("CRASH_RECOVERY_GRACE_SECONDS", "0", "1"),
        ("CRASH_RECOVERY_LOCKOUT_MINUTES", "1441", "1440"),
        ("CRASH_RECOVERY_COMMAND_EXPIRY_SECONDS", "30", "180"),
        ("CRASH_RECOVERY_COMMAND_EXPIRY_SECONDS", "361", "360"),
        ("CRASH_RECOVERY_AT_ONCE", "none", "integer"),
        ("CRASH_RECOVERY_POWER_CYCLE", "perhaps", "boolean"),
        ("LOG_LEVEL", "loud", "'debug'"),
    ],
)
def test_a_wrong_value_is_refused_with_the_variables_name_and_a_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(name)
    assert remedy in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_data_directory_that_is_a_file_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("INFOSCREEN_DATA_DIR", str(file))
    with pytest.raises(SettingsError, match="name a directory"):
        load_settings()


def test_every_wrong_value_gets_its_own_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_BROKER_PORT", "abc")
    monkeypatch.setenv("ENV", "staging")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert len(str(caught.value).splitlines()) == 2


def test_client_certificate_and_key_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_TLS_CERTFILE", "client.crt")
    with pytest.raises(SettingsError, match="MQTT_TLS_KEYFILE"):
        load_settings()


def test_the_database_is_one_url_or_its_parts_or_a_file_of_our_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_settings().database_url == f"sqlite:///{tmp_path}/var/infoscreen.db"
    monkeypatch.setenv("DB_USER", "info")
    monkeypatch.setenv("DB_PASSWORD", "p@ss/word")
    monkeypatch.setenv("DB_HOST", "db.test")
    assert (
        load_settings().database_url
        == "mysql+pymysql://info:p%40ss%2Fword@db.test:3306/infoscreen?charset=utf8mb4"
    )
    monkeypatch.setenv("DB_CONN", "sqlite:///other.db")
    assert load_settings().database_url == "sqlite:///other.db"


def test_the_grace_period_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().heartbeat_grace == timedelta(seconds=180)
    monkeypatch.setenv("ENV", "Production")
    assert load_settings().heartbeat_grace == timedelta(seconds=170)


def test_both_names_of_the_brokers_user_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().mqtt_login is None
    monkeypatch.setenv("MQTT_USERNAME", "old")
    monkeypatch.setenv("MQTT_PASSWORD", "geheim")
    assert load_settings().mqtt_login == ("old", "geheim")
    monkeypatch.setenv("MQTT_USER", "new")
    assert load_settings().mqtt_login == ("new", "geheim")
    assert "geheim" not in repr(load_settings())


def test_crash_recovery_is_off_and_keeps_to_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load_settings().crash_recovery_enabled
    assert load_settings().recovery_limits == Limits()
    for name, value in (("GRACE_SECONDS", "90"), ("LOCKOUT_MINUTES", "5"), ("AT_ONCE", "3")):
        monkeypatch.setenv(f"CRASH_RECOVERY_{name}", value)
    monkeypatch.setenv("CRASH_RECOVERY_POWER_CYCLE", "true")
    assert load_settings().recovery_limits == Limits(
        grace=timedelta(seconds=90), lockout=timedelta(minutes=5), at_once=3, may_cut_power=True
    )
