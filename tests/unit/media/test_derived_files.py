"""What is made of contents, in the store."""

from pathlib import Path

import pytest

from infoscreen_core.domain.media.types import Target
from infoscreen_core.files.store import MediaStore

CONTENT = "a" * 64


def part(store: MediaStore, text: str) -> Path:
    store.work.mkdir(parents=True, exist_ok=True)
    path = store.work / "part"
    path.write_text(text)
    return path


@pytest.mark.parametrize("has_links", [True, False])
def test_the_first_that_is_made_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_links: bool
) -> None:
    store = MediaStore(tmp_path)
    if not has_links:  # as on some network shares
        monkeypatch.setattr(Path, "hardlink_to", _refuse)
    first = store.keep_derived(part(store, "first"), CONTENT, Target.PDF)
    again = store.keep_derived(part(store, "second"), CONTENT, Target.PDF)
    assert first == again == store.derived_path(CONTENT, Target.PDF)
    assert first.read_text() == "first"
    assert [*store.work.iterdir()] == []


def _refuse(*_: object) -> None:
    raise PermissionError
