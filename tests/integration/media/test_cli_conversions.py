"""`infoscreen media retry` and `media mp4`."""

import json

import pytest

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.services.media import conversion_claims as claims
from infoscreen_core.services.media.conversion_claims import Failed
from tests.support.cli import Run, program_on
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions
from tests.support.media.conversions import ALL, add_waiting, rows_of


@pytest.fixture
def run(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    return program_on(sqlite_url, monkeypatch, capsys, "media")


def test_what_failed_is_tried_again(run: Run, sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        media_id = add_waiting(session, "a.pptx", MediaType.PPTX, now=NOW)
        claimed = claims.claim_next(session, "one", ALL, now=NOW)
        assert claimed is not None
        claims.fail(session, claimed, Failed(Failure.BROKEN, "no"), now=NOW)
    code, out, _ = run("retry", "a.pptx", "--json")
    assert (code, json.loads(out)) == (
        0,
        {"id": media_id, "name": "a.pptx", "targets": ["pdf", "facts", "thumbnail"]},
    )
    code, _, err = run("retry", str(media_id))
    assert (code, "Nothing of “a.pptx” has failed" in err) == (2, True)


def test_a_video_is_made_for_all_screens(run: Run, sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        media_id = add_waiting(session, "a.webm", MediaType.WEBM, now=NOW)
        add_waiting(session, "b.pdf", MediaType.PDF, now=NOW)
    code, out, _ = run("mp4", "a.webm", "--json")
    assert (code, json.loads(out)["targets"]) == (0, ["mp4"])
    with sqlite_sessions() as session:
        assert Target.MP4 in rows_of(session, media_id)
    code, _, err = run("mp4", "b.pdf")
    assert code == 2
    assert "Only a video can be converted" in err
