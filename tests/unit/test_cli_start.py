"""What the command line loads before it does anything, and what it offers to a shell."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infoscreen_core.cli.nouns import nouns

PROGRAM = Path(sys.executable).with_name("infoscreen")
SLOW = (
    "icalendar",
    "infoscreen_core.db.models",
    "plotly",
    "pydantic_settings",
    "sqlalchemy",
    "streamlit",
    "uvicorn",
    "workers.runtime",
)
LIGHT = (
    ["--help"],
    ["--version"],
    ["evnt"],
    ["event", "--help"],
    ["event", "create", "--no-such-option"],
    ["schemas", "export", "--help"],
    ["status", "--help"],
    ["console", "--help"],
    ["rrule", "FREQ=DAILY;COUNT=2", "--start", "2027-01-04T08:00Z"],
)
LOOK = f"""
import json, sys
from infoscreen_core.cli.main import main
for words in {LIGHT!r}:
    sys.argv = ["infoscreen", *words]
    try:
        main()
    except SystemExit:
        pass
    loaded = [name for name in {SLOW!r} if name in sys.modules]
    print("LOADED", *words[:2], loaded)
"""


def completed(**environment: str) -> list[str]:
    """Return what the program answers to a shell that asks for completions."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_help_version_mistakes_and_what_needs_no_database_load_nothing_slow() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    seen = [line for line in done.stdout.splitlines() if line.startswith("LOADED")]
    assert len(seen) == len(LIGHT)
    assert [line for line in seen if not line.endswith("[]")] == []


@pytest.mark.parametrize(("word", "is_usual"), [("client", False), ("simulate", True)])
def test_garbage_is_looked_for_as_usual_only_in_what_goes_on_for_days(
    word: str, *, is_usual: bool
) -> None:
    look = f"""
import gc, sys
usual = gc.get_threshold()
from infoscreen_core.cli.main import main
sys.argv = ["infoscreen", {word!r}, "--help"]
try:
    main()
except SystemExit:
    print("USUAL", gc.get_threshold() == usual)
"""
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.endswith(f"USUAL {is_usual}\n")


def test_what_runs_a_service_loads_it(tmp_path: Path) -> None:
    words = ["schemas", "export", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *words], capture_output=True, text=True, check=True
    )
    assert "dashboard" in done.stdout


def test_help_has_its_sections_and_a_sentence_for_each_word() -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), "--help"], capture_output=True, text=True, check=True
    )
    for section in ("Planning:", "Screens:", "Installation:", "Programs:"):
        assert section in done.stdout
    for name in nouns():
        assert re.search(rf"^  {name} +\S+", done.stdout, re.MULTILINE), name


def test_the_first_word_is_completed_with_other_packages_words() -> None:
    found = completed(
        _INFOSCREEN_COMPLETE="complete_bash", COMP_WORDS="infoscreen\nco", COMP_CWORD="1"
    )
    assert found == ["command", "conformance", "console", "converter"]


def test_the_second_word_is_completed_with_what_it_does() -> None:
    found = completed(
        _INFOSCREEN_COMPLETE="complete_fish",
        _TYPER_COMPLETE_ARGS="infoscreen period a",
        _TYPER_COMPLETE_FISH_ACTION="get-args",
    )
    assert [line.split("\t")[0] for line in found] == ["activate", "archive"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_a_script_of_its_own(shell: str) -> None:
    script = "\n".join(completed(_INFOSCREEN_COMPLETE=f"source_{shell}"))
    assert f"complete_{shell}" in script
