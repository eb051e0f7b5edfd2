"""Conditional requests, by RFC 9110, section 13."""

from datetime import UTC, datetime

import pytest

from console.web.media.conditions import Verdict, judge

ETAG = '"aaaa"'
CHANGED = datetime(2026, 9, 7, 6, 30, 15, 900_000, tzinfo=UTC)
SAME, BEFORE, AFTER = (f"Mon, 07 Sep 2026 06:30:{second} GMT" for second in ("15", "14", "16"))


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({}, Verdict.SEND),
        ({"if-none-match": ETAG}, Verdict.NOT_MODIFIED),
        ({"if-none-match": f"W/{ETAG}"}, Verdict.NOT_MODIFIED),
        ({"if-none-match": f'"b", {ETAG} , "c"'}, Verdict.NOT_MODIFIED),
        ({"if-none-match": f'"b,{ETAG[1:-1]}"'}, Verdict.SEND),  # a comma within a tag
        ({"if-none-match": "*"}, Verdict.NOT_MODIFIED),
        ({"if-none-match": '"b"'}, Verdict.SEND),
        ({"if-none-match": "aaaa"}, Verdict.SEND),
        ({"if-none-match": '"b"', "if-modified-since": AFTER}, Verdict.SEND),  # the tag decides
        ({"if-modified-since": SAME}, Verdict.NOT_MODIFIED),
        ({"if-modified-since": AFTER}, Verdict.NOT_MODIFIED),
        ({"if-modified-since": BEFORE}, Verdict.SEND),
        ({"if-modified-since": "yesterday"}, Verdict.SEND),
        ({"if-modified-since": "Mon, 99 Sep 2026 06:30:15 GMT"}, Verdict.SEND),
        ({"if-match": ETAG}, Verdict.SEND),
        ({"if-match": "*"}, Verdict.SEND),
        ({"if-match": '"b"'}, Verdict.FAILED),
        ({"if-match": f"W/{ETAG}"}, Verdict.FAILED),  # it asks for the very same bytes
        ({"if-match": ETAG, "if-none-match": ETAG}, Verdict.NOT_MODIFIED),
        ({"if-match": '"b"', "if-none-match": ETAG}, Verdict.FAILED),
        ({"if-match": ETAG, "if-unmodified-since": BEFORE}, Verdict.SEND),
        ({"if-unmodified-since": BEFORE}, Verdict.FAILED),
        ({"if-unmodified-since": SAME}, Verdict.SEND),
        ({"if-unmodified-since": "never"}, Verdict.SEND),
        ({"if-range": ETAG}, Verdict.SEND),
        ({"if-range": f"W/{ETAG}"}, Verdict.SEND_WHOLE),
        ({"if-range": '"b"'}, Verdict.SEND_WHOLE),
        ({"if-range": SAME}, Verdict.SEND_WHOLE),
        ({"if-range": ETAG, "if-none-match": ETAG}, Verdict.NOT_MODIFIED),
    ],
)
def test_a_request_gets_what_its_conditions_say(headers: dict[str, str], verdict: Verdict) -> None:
    assert judge(headers, ETAG, CHANGED) is verdict
