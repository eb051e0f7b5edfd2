"""Messages of one shape are one family, and others are not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.monitoring.logs.families import LONGEST_SHAPE, family_of, shape_of
from infoscreen_core.domain.screens.player import LogLevel

WORDS = st.lists(
    st.sampled_from(["no signal on", "retry of", "bild für", "process", "ging verloren:"]),
    min_size=1,
    max_size=6,
)
VARYING = {
    "number": st.integers(-(10**9), 10**9).map(str),
    "decimal": st.decimals(-1000, 1000, places=2, allow_nan=False).map(str),
    "uuid": st.uuids().map(str),
    "hash": st.binary(min_size=8, max_size=20)
    .map(bytes.hex)
    .filter(lambda text: re.search(r"\d", text)),
    "time": st.datetimes().map(lambda at: at.isoformat()),
    "clock": st.times().map(lambda at: f"{at:%H:%M:%S}"),
    "address": st.ip_addresses(v=4).map(str),
    "path": st.lists(
        st.from_regex(r"[a-z0-9_.-]{1,8}", fullmatch=True), min_size=1, max_size=5
    ).map(lambda parts: "/" + "/".join(parts)),
    "quoted": st.text(
        st.characters(exclude_characters='"„“”\n\r\x1b', exclude_categories=("C", "Z")), max_size=20
    ).map(lambda text: f"“{text}”"),
}


@pytest.mark.parametrize(
    ("message", "shape"),
    [
        ("Player 7 restarted after 12 s", "Player # restarted after # s"),
        ("hdmi1: no signal for 3.5s (retry 4/10)", "hdmi#: no signal for #s (retry #/#)"),
        ("cannot open /var/lib/a b.png: ENOENT", "cannot open /… b.png: ENOENT"),
        (r"C:\Users\x\y.mp4 is missing", "/… is missing"),
        ("GET https://school.example/a?b=3 failed: 404", "GET ://… failed: #"),
        ("Event „Mathe 3B“ shown at 2026-11-23 08:00:00.123 +01:00", "Event “…” shown at #"),
        ("it's late, isn't it; 'abc def'", "it's late, isn't it; “…”"),
        ("\x1b[31mno signal\x1b[0m\n  at  once", "no signal at once"),
        ("00:1a:2b:3c:4d:5e got 10.0.0.3:1883 and 0xff", "# got # and #"),
        ("sizes 1, 2, 3", "sizes #"),
        ("", ""),
    ],
)
def test_what_varies_is_masked(message: str, shape: str) -> None:
    assert shape_of(message) == shape


@given(WORDS, st.sampled_from(sorted(VARYING)), st.data())
def test_messages_that_differ_in_what_varies_are_one_family(
    words: list[str], kind: str, data: st.DataObject
) -> None:
    one, other = (f" {data.draw(VARYING[kind])} ".join(["", *words, "x"]) for _ in range(2))
    assert family_of(LogLevel.WARN, one) == family_of(LogLevel.WARN, other)
    assert all(word in shape_of(one) for word in " ".join(words[:2]).split())


@given(WORDS, WORDS)
def test_messages_of_other_words_or_levels_are_other_families(
    words: list[str], others: list[str]
) -> None:
    one, other = " 7 ".join(words), " 7 ".join(others)
    is_same = family_of(LogLevel.WARN, one).id == family_of(LogLevel.WARN, other).id
    assert is_same == (one == other)
    assert family_of(LogLevel.WARN, one).id != family_of(LogLevel.ERROR, one).id


@given(st.text(max_size=900))
def test_any_text_has_a_short_shape_on_one_line(message: str) -> None:
    shape = shape_of(message)
    assert len(shape) <= LONGEST_SHAPE
    assert shape == " ".join(shape.split())
    assert not re.search(r"[0-9]", shape)
    assert 0 <= family_of(LogLevel.INFO, message).id < 2**53
