"""A lab in which files are converted for real."""

from pathlib import Path

import pytest

from infoscreen_core.files.store import MediaStore
from tests.support.media.lab import Lab
from workers.converter.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """The strongest sandbox of this machine."""
    return Sandbox.find(tmp_path_factory.mktemp("sandbox"))


@pytest.fixture
def lab(tmp_path: Path, sandbox: Sandbox) -> Lab:
    return Lab(MediaStore(tmp_path / "media"), sandbox)
