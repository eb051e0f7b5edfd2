"""A rig: a simulated player and the server's side, in time of our own."""

from pathlib import Path

import pytest

from tests.support.conformance.rig import Rig


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)
