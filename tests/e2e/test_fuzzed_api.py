"""The API keeps to its own description, whatever it is sent; ten minutes: `tests/trials`."""

from pathlib import Path

import pytest

from tests.support.http.api_fuzzing import fuzz, target

pytestmark = [pytest.mark.slow, pytest.mark.server, pytest.mark.timeout(600)]
_SECONDS = 60


def test_nothing_breaks_and_every_answer_is_as_described(tmp_path: Path) -> None:
    with target(tmp_path) as where:
        done = fuzz(where, seconds=_SECONDS)
    assert done.code == 0, done.output
