"""What `Range` headers mean, by RFC 9110."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.media.ranges import Span, UnsatisfiableError, read_ranges

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "spans"),
    [
        ("bytes=0-1", [(0, 1)]),
        ("bytes=0-0", [(0, 0)]),
        ("Bytes=0-499", [(0, 499)]),
        ("bytes=500-", [(500, 999)]),
        ("bytes=999-", [(999, 999)]),
        ("bytes=900-99999", [(900, 999)]),
        ("bytes=-1", [(999, 999)]),
        ("bytes=-500", [(500, 999)]),
        ("bytes=-99999", [(0, 999)]),
        ("bytes=000000000000000000000000001-2", [(1, 2)]),
        ("bytes=0-" + "9" * 5000, [(0, 999)]),
        ("bytes=0-0,-1", [(0, 0), (999, 999)]),
        ("bytes= 0-0 , 500-600 ", [(0, 0), (500, 600)]),
        ("bytes=,0-0,,", [(0, 0)]),
        ("bytes=500-600,0-0", [(500, 600), (0, 0)]),  # in the order that was asked for
        ("bytes=0-0,1000-", [(0, 0)]),  # one of them is there
    ],
)
def test_what_is_asked_for_is_sent(header: str, spans: list[tuple[int, int]]) -> None:
    found = read_ranges(header, SIZE)
    assert found is not None
    assert [(span.first, span.last) for span in found] == spans


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=a-b",
        "bytes=0x0-1",
        "bytes=1-0",
        "bytes=0-0,1-0",
        "bytes=1.0-2",
        "bytes=--1",
        "bytes=+1-2",
        "bytes=٣-٤",
        "items=0-1",
        "bytes=0-1;",
        "bytes=0-10,5-20",  # they overlap
        "bytes=" + ",".join(f"{n * 2}-{n * 2}" for n in range(17)),
    ],
)
def test_what_is_not_understood_or_too_much_gets_the_whole_file(header: str | None) -> None:
    assert read_ranges(header, SIZE) is None


@pytest.mark.parametrize(
    "header", ["bytes=1000-", "bytes=1000-1000", "bytes=-0", "bytes=5000-6000,-0"]
)
def test_what_lies_past_the_end_is_refused(header: str) -> None:
    with pytest.raises(UnsatisfiableError):
        read_ranges(header, SIZE)


def test_of_an_empty_file_there_is_no_range() -> None:
    for header in ("bytes=0-", "bytes=0-0", "bytes=-1"):
        with pytest.raises(UnsatisfiableError):
            read_ranges(header, 0)


@given(header=st.text(alphabet="0123456789-, =bytes", max_size=30), size=st.integers(0, 50))
def test_any_header_yields_spans_within_the_file_or_none(header: str, size: int) -> None:
    try:
        spans = read_ranges("bytes=" + header, size)
    except UnsatisfiableError:
        return
    for span in spans or []:
        assert 0 <= span.first <= span.last < size


@given(first=st.integers(0, 200), last=st.integers(0, 200), size=st.integers(1, 100))
def test_a_range_is_what_python_cuts_out(first: int, last: int, size: int) -> None:
    content = bytes(range(size))
    try:
        spans = read_ranges(f"bytes={first}-{last}", size)
    except UnsatisfiableError:
        assert first >= size
        return
    if spans is None:
        assert last < first
        return
    (span,) = spans
    assert content[span.first : span.first + span.length] == content[first : last + 1]
    assert span == Span(first, len(content[first : last + 1]))
