"""How files are looked at in tests: written, sniffed, and what is told of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infoscreen_core.domain.media.limits import DEFAULT_LIMITS, FileLimits
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.files.sniffing import Sniffed, sniff

Look = Callable[..., Sniffed]
Refusal = Callable[..., str]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Sniff some bytes under a name."""

    def sniffed(data: bytes, name: str = "datei", limits: FileLimits = DEFAULT_LIMITS) -> Sniffed:
        path = tmp_path / "part"
        path.write_bytes(data)
        return sniff(path, name, limits)

    return sniffed


@pytest.fixture
def refusal(look: Look) -> Refusal:
    """Sniff some bytes that are refused; return the sentence, which says the file's name."""

    def refused(data: bytes, name: str = "datei", limits: FileLimits = DEFAULT_LIMITS) -> str:
        with pytest.raises(InvalidInputError) as caught:
            look(data, name, limits)
        assert caught.value.field == "file"
        assert f"“{name}”" in str(caught.value)
        return str(caught.value)

    return refused
