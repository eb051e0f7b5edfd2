"""The program `infoscreen`, run in this process."""

import sys
from collections.abc import Callable

import pytest

from infoscreen_core.cli.main import main

Run = Callable[..., tuple[int, str, str]]
"""Takes the words behind `infoscreen`; returns exit code, output, errors."""


def program_on(
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *first: str,
) -> Run:
    """Return `infoscreen` on this database; `first` are words that each call begins with."""
    monkeypatch.setenv("DB_CONN", database_url)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["infoscreen", *first, *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run
