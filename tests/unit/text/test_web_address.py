import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.text.web_address import clean_url
from infoscreen_core.errors import InvalidInputError


@pytest.mark.parametrize(
    "url",
    [
        "http://a",
        "https://www.example.org/page?x=1#y",
        "https://schule.example:8443/",
        "http://[2001:db8::1]/x",
        "HTTPS://EXAMPLE.ORG/",
        "https://exämple.at/straße",
    ],
)
def test_web_addresses_are_accepted(url: str) -> None:
    assert clean_url(f" {url} ", field="website_url") == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.org/",
        "https://",
        "https:///x",
        "http://:80/",
        "http://a:0/",
        "http://a:99999/",
        "http://a:b/",
        "http://[::1",
        "http://a b/",
        "http://a/\n",
        "http://a/\x00b",
        "http://good.example\\@evil.example/",
        "//example.org/x",
        "https://a/" + "x" * 1991,
    ],
)
def test_anything_else_is_refused_with_a_remedy(url: str) -> None:
    padded = url if url.strip() == url else f"{url}x"
    with pytest.raises(InvalidInputError) as caught:
        clean_url(padded, field="website_url")
    assert caught.value.field == "website_url"


@given(st.text(max_size=60))
def test_any_text_is_accepted_as_http_or_refused(text: str) -> None:
    try:
        url = clean_url(text, field="website_url")
    except InvalidInputError as error:
        assert str(error).isprintable()  # noqa: PT017 - both ways out are right
    else:
        assert url.lower().startswith(("http://", "https://"))
