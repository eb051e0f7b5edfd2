"""What is asked for when a file is stored."""

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.domain.media.types import TARGETS, MediaType, Target
from infoscreen_core.services.media import conversions
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions
from tests.support.media.files import add_file


@pytest.mark.parametrize("kind", list(MediaType))
def test_each_target_is_asked_for_once_and_for_the_present_content_only(
    shared: Sessions, kind: MediaType
) -> None:
    with shared.begin() as session:
        media = session.get_one(EventMedia, add_file(session, f"a.{kind}", kind, now=NOW))
        for checksum in ("c" * 64, "c" * 64, "d" * 64):
            media.checksum_sha256 = checksum
            conversions.request(session, media, now=NOW)
            session.flush()
        rows = session.execute(
            select(Conversion.target_format, Conversion.file_hash).where(
                Conversion.media_id == media.id
            )
        ).all()
        expected = [(target, "d" * 64) for target in TARGETS[kind]]
        assert sorted((Target(target), content) for target, content in rows) == sorted(expected)
