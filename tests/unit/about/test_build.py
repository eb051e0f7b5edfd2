"""What a build is called."""

from pathlib import Path

import pytest

from console.about.build import build_name

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / ".git" / "refs" / "heads").mkdir(parents=True)
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return tmp_path


def test_it_is_called_as_somebody_said(checkout: Path) -> None:
    assert build_name("v0.2.0-3", checkout) == "v0.2.0-3"


def test_else_it_is_the_commit_that_is_checked_out(checkout: Path) -> None:
    (checkout / ".git" / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")
    assert build_name("", checkout) == COMMIT[:10]


def test_it_is_found_among_packed_names_and_when_nobody_is_on_a_branch(checkout: Path) -> None:
    (checkout / ".git" / "packed-refs").write_text(f"# pack-refs\n{COMMIT} refs/heads/main\n")
    assert build_name("", checkout) == COMMIT[:10]
    (checkout / ".git" / "HEAD").write_text(COMMIT)
    assert build_name("", checkout) == COMMIT[:10]


def test_without_a_checkout_it_has_no_name(tmp_path: Path, checkout: Path) -> None:
    assert build_name("", checkout) == ""
    assert build_name("", tmp_path / "elsewhere") == ""
