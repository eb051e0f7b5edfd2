"""Any bytes become a kind or a sentence: no other error, and soon."""

import random
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.files.kinds import apart
from infoscreen_core.files.sniffing import sniff
from tests.support.media.compound import powerpoint, word
from tests.support.media.samples import animation, sample

pytestmark = pytest.mark.slow

_SECONDS = 10
_MADE = {kind: sample(kind) for kind in set(MediaType) - {MediaType.PPT, MediaType.DOC}}
_SEEDS = [*_MADE.values(), word(), powerpoint(has_macros=True), animation(MediaType.GIF)]
_STARTS = sorted({seed[:16] for seed in _SEEDS} | {seed[:8] for seed in _SEEDS})


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "part"


@pytest.fixture(autouse=True)
def _without_a_process_for_each_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "ask_pdf", lambda _path: apart.PdfVerdict.READABLE)


def _check(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    begun = time.monotonic()
    with suppress(InvalidInputError):
        assert sniff(path, "datei").media_type in MediaType
    assert time.monotonic() - begun < _SECONDS


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=2000))
def test_any_bytes(part: Path, data: bytes) -> None:
    _check(part, data)


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(_STARTS), st.binary(max_size=600))
def test_any_bytes_behind_a_known_beginning(part: Path, start: bytes, data: bytes) -> None:
    _check(part, start + data)


@pytest.mark.parametrize("number", range(len(_SEEDS)))
def test_files_with_bytes_changed_removed_and_repeated(part: Path, number: int) -> None:
    draw = random.Random(number)
    for _ in range(300):
        _check(part, _mutated(_SEEDS[number], draw))


def _mutated(data: bytes, draw: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.choice((1, 2, 8))):
        at = draw.randrange(len(changed) + 1)
        length = draw.choice((1, 1, 2, 4, 8, 100))
        match draw.randrange(4):
            case 0:
                changed[at : at + length] = draw.randbytes(length)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length]
            case _:
                changed[at : at + length] = draw.choice((b"\0", b"\xff")) * length
    return bytes(changed) or b"\0"
