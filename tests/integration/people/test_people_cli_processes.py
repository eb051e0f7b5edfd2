"""The same commands as processes: exit codes, standard error, piped passwords."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.server

PROGRAM = Path(sys.executable).with_name("infoscreen")


@pytest.fixture
def environment(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "DB_CONN": sqlite_url, "INFOSCREEN_DATA_DIR": str(tmp_path / "var")}


def _run(
    environment: dict[str, str], *words: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *words],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_password_may_come_through_a_pipe(environment: dict[str, str]) -> None:
    result = _run(environment, "user", "create", "anna", "--json", stdin="vier rote Fahrräder\n")
    assert result.returncode == 0, result.stderr
    assert "password" not in json.loads(result.stdout)


def test_an_idle_pipe_does_not_hang_the_command(environment: dict[str, str]) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading), os.fdopen(writing, "w"):
        result = subprocess.run(
            [PROGRAM, "user", "create", "anna", "--json"],
            env=environment,
            stdin=reading,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert result.returncode == 0, result.stderr
    assert len(json.loads(result.stdout)["password"]) >= 16


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("client", "show", "abc"), "abc is not a UUID"),
        (
            ("client", "assign", "0b5f9a7e-3c1d-4e2a-9f60-1a2b3c4d5e6f", "--group", "Aula"),
            "no group called Aula",
        ),
        (("user", "create", "anna", "--password", "kurz"), "The password has 4 characters"),
        (("user", "create", "anna", "--role", "king"), "'king' is not one of"),
        (("group", "create", " "), "The group needs a name."),
        (("group", "fly"), "No such command"),
    ],
)
def test_bad_input_ends_with_exit_code_2_and_a_sentence(
    environment: dict[str, str], words: tuple[str, ...], sentence: str
) -> None:
    result = _run(environment, *words)
    assert result.returncode == 2
    assert result.stdout == ""
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_names_are_printed_as_utf8_whatever_the_locale_says(environment: dict[str, str]) -> None:
    old = {**environment, "PYTHONIOENCODING": "ascii"}
    assert _run(old, "group", "create", "Übungsküche").returncode == 0
    for words in (("group", "list"), ("group", "list", "--json")):
        result = _run(old, *words)
        assert "Übungsküche" in result.stdout, result.stderr


def test_a_full_disk_is_told_in_a_sentence(environment: dict[str, str]) -> None:
    assert _run(environment, "group", "create", "Aula").returncode == 0
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        result = subprocess.run(
            [PROGRAM, "group", "list"],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (result.returncode, result.stderr) == (
        3,
        "There is no room to write to: No space left on device.\n",
    )
