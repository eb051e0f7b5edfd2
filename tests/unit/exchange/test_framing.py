"""Which websites let themselves be framed, by their headers."""

import pytest

from infoscreen_core.domain.exchange.framing import refuses_frames

ASKER = "https://infoscreen.schule.at"


@pytest.mark.parametrize(
    ("options", "policies", "expected"),
    [
        ("", [], False),
        ("DENY", [], True),
        ("sameorigin", [], True),
        ("SAMEORIGIN, SAMEORIGIN", [], True),
        ("ALLOW-FROM https://elsewhere.example", [], False),  # browsers ignore it
        ("", ["default-src 'self'"], False),
        ("", ["frame-ancestors 'none'"], True),
        ("", ["default-src *; frame-ancestors 'self'"], True),
        ("", ["frame-ancestors *"], False),
        ("DENY", ["frame-ancestors *"], False),  # the policy counts
        ("", ["frame-ancestors https:"], False),
        ("", ["frame-ancestors https://infoscreen.schule.at"], False),
        ("", ["frame-ancestors infoscreen.schule.at"], False),
        ("", ["frame-ancestors *.schule.at"], False),
        ("", ["frame-ancestors *.example"], True),
        ("", ["frame-ancestors https://infoscreen.schule.at:8443"], True),
        ("", ["frame-ancestors infoscreen.schule.at:*"], False),
        ("", ["frame-ancestors *", "frame-ancestors 'none'"], True),
        ("", ["frame-ancestors *, frame-ancestors 'none'"], True),
        ("", ["frame-ancestors"], True),
    ],
)
def test_headers_say_whether_we_may_frame(
    options: str, policies: list[str], expected: bool
) -> None:
    assert refuses_frames(options, policies, asker=ASKER) is expected


def test_an_unencrypted_page_is_not_an_encrypted_one() -> None:
    assert refuses_frames("", ["frame-ancestors https:"], asker="http://10.0.0.5:8501")
    assert not refuses_frames("", ["frame-ancestors http:"], asker="http://10.0.0.5:8501")
