"""What is encrypted can be read with the key, an older one included, and with no other."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.encryption import (
    KEY_FILE,
    Cipher,
    UnreadableSecretError,
    load_cipher,
)
from infoscreen_core.settings import Settings, SettingsError, load_settings

ONE, OTHER = "a" * 40, "b" * 40


def settings(directory: Path, key: str | None = None, previous: str | None = None) -> Settings:
    return Settings(
        infoscreen_data_dir=directory,
        secret_key=SecretStr(key) if key else None,
        secret_key_previous=SecretStr(previous) if previous else None,
        _env_file=None,
    )


def test_only_the_right_key_reads_what_was_encrypted() -> None:
    stored = Cipher(ONE).encrypt("https://cal.example.org/s3cret")
    assert "s3cret" not in stored
    assert Cipher(ONE).decrypt(stored) == "https://cal.example.org/s3cret"
    for text in (stored, stored[:-4] + "AAAA", "", "kein Geheimnis", "ü" * 50):
        with pytest.raises(UnreadableSecretError, match="enter the address anew"):
            Cipher(OTHER).decrypt(text)


def test_the_previous_key_still_reads_and_the_new_one_takes_over() -> None:
    stored = Cipher(ONE).encrypt("x")
    rotated = Cipher(OTHER, ONE)
    assert rotated.decrypt(stored) == "x"
    assert not rotated.is_current(stored)
    assert rotated.is_current(rotated.encrypt("x"))
    assert Cipher(OTHER).decrypt(rotated.encrypt("x")) == "x"


def test_without_a_key_one_is_made_for_the_owners_eyes_only(tmp_path: Path) -> None:
    stored = load_cipher(settings(tmp_path / "var")).encrypt("x")
    path = tmp_path / "var" / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_cipher(settings(tmp_path / "var")).decrypt(stored) == "x"
    assert [one.name for one in path.parent.iterdir()] == [KEY_FILE]
    # A key that is set later reads what the file's key encrypted.
    assert load_cipher(settings(tmp_path / "var", ONE)).decrypt(stored) == "x"


def test_programs_that_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: load_cipher(settings(tmp_path)), range(16)))
    stored = made[0].encrypt("x")
    assert {one.decrypt(stored) for one in made} == {"x"}


def test_a_key_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / KEY_FILE
    path.write_bytes(b"")
    with pytest.raises(InvalidInputError, match="is empty"):
        load_cipher(settings(tmp_path))
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInputError, match="cannot be used"):
        load_cipher(settings(tmp_path))
    path.unlink()
    path.mkdir()
    with pytest.raises(InvalidInputError, match="Is a directory"):
        load_cipher(settings(tmp_path))
    assert load_cipher(settings(tmp_path, ONE)).decrypt(Cipher(ONE).encrypt("x")) == "x"


def test_a_short_key_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "zu-kurz-geheim")
    with pytest.raises(SettingsError, match=r"^SECRET_KEY: .*32") as caught:
        load_settings()
    assert "geheim" not in str(caught.value)
