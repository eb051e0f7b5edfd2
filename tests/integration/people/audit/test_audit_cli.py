"""`infoscreen audit`, run in this process."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from infoscreen_core.cli.people import audit
from infoscreen_core.db import append_only
from infoscreen_core.errors import InvalidInputError
from tests.support.audits.audit import Sessions, add_entries, tamper


@pytest.fixture
def trail(database_url: str, sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    """Twelve entries of one person, one of another."""
    monkeypatch.setenv("DB_CONN", database_url)
    with sessions.begin() as session:
        add_entries(session, 12)
        add_entries(session, 1, actor_name="eva", action="group.deleted", entity="group")
    return sessions


def run(*words: str) -> Result:
    return CliRunner().invoke(audit.app, list(words))


def answer(*words: str, code: int = 0) -> Any:  # noqa: ANN401 - any JSON
    result = run(*words, "--json")
    assert result.exit_code == code, (result.output, result.exception)
    return json.loads(result.stdout)


@pytest.mark.usefixtures("trail")
def test_entries_are_listed_with_the_pages_filters() -> None:
    assert len(answer("list")) == 13
    assert len(answer("list", "--limit", "5")) == 5
    (eva,) = answer("list", "--actor", "eva", "--entity", "group", "--id", "0", "--text", "physik")
    assert (eva["action"], eva["after"]["title"]) == ("group.deleted", "Physik")
    assert answer("list", "--from", "2026-11-24", "--to", "2026-11-25") == []
    assert len(answer("list", "--action", "event.updated", "--source", "10.0.0.1")) == 12
    assert "event.updated" in run("list").stdout
    with pytest.raises(InvalidInputError):
        raise run("list", "--from", "tomorrow").exception or AssertionError


@pytest.mark.usefixtures("trail")
def test_entries_become_a_file(tmp_path: Path) -> None:
    file = tmp_path / "audit.csv"
    told = answer("export", "--output", str(file), "--entity", "event")
    assert (told["entries"], told["bytes"]) == (12, file.stat().st_size)
    assert len(file.read_text(encoding="utf-8").splitlines()) == 13
    answer("export", "--output", str(file), "--format", "parquet")
    assert file.read_bytes().startswith(b"PAR1")


def test_the_trail_is_verified_and_the_first_wrong_entry_named(trail: Sessions) -> None:
    first = answer("verify")
    assert (first["is_whole"], first["entries"], first["sealed_now"]) == (True, 13, 13)
    assert answer("verify", "--head", first["head"])["sealed_now"] == 0
    tamper(trail, "UPDATE audit_log SET actor_name = 'x' WHERE id = 5")
    wrong = answer("verify", code=audit.EXIT_CHANGED)
    assert (wrong["is_whole"], wrong["entry"], wrong["fault"]) == (False, 5, "changed")
    assert wrong["problem"] == "Entry 5 was changed after it was sealed (seal 5)."
    assert wrong["problem"] in run("verify").stdout
    other = answer("verify", "--head", f"13:{'0' * 64}", code=1)
    assert other["faults"] == 2
    lost = answer("verify", "--head", f"99:{'0' * 64}", code=1)
    assert lost["faults"] == 2
    with pytest.raises(InvalidInputError, match="NUMBER:DIGEST"):
        raise run("verify", "--head", "13").exception or AssertionError


def test_protection_that_is_missing_is_told_and_made(trail: Sessions) -> None:
    with trail.begin() as session:
        append_only.unprotect(session.connection())
    assert not answer("verify")["is_protected"]
    assert answer("protect")["is_protected"]
    assert answer("verify")["is_protected"]
