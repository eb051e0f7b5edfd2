"""Which machines calendars are read from, and what an address of a calendar is."""

from ipaddress import ip_address

import pytest

from infoscreen_core.domain.exchange.addresses import AllowedHosts, is_public, is_usual_port
from infoscreen_core.domain.exchange.calendar_address import read_address
from infoscreen_core.errors import InvalidInputError

CLOSED = [
    "0.0.0.0",  # noqa: S104 - not bound to
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.254",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.1.2.3",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # 127.0.0.1 in the oldest notation
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::c0a8:101",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2002:c0a8:101::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fdff:ffff::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
OPEN = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.32.0.1",
    "193.99.144.80",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:82b::200e",
]


@pytest.mark.parametrize("address", CLOSED)
def test_addresses_of_networks_inside_are_closed(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OPEN)
def test_addresses_of_the_internet_are_open(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("port", "is_usual"),
    [(80, True), (443, True), (8443, True), (65535, True), (22, False), (25, False), (1023, False)],
)
def test_ports_of_other_services_are_closed(port: int, is_usual: bool) -> None:
    assert is_usual_port(port) is is_usual


def test_hosts_and_networks_of_the_house_can_be_named() -> None:
    allowed = AllowedHosts.read(
        "cal.schule.example, *.intern.example 10.1.0.0/16 fd12::/64,192.168.7.8"
    )
    assert allowed.has_name("CAL.schule.example.")
    assert allowed.has_name("x.y.intern.example")
    assert not allowed.has_name("intern.example")
    assert not allowed.has_name("evilintern.example")
    assert not allowed.has_name("cal.schule.example.evil.example")
    for inside in ("10.1.2.3", "fd12::5", "192.168.7.8", "::ffff:10.1.2.3"):
        assert allowed.has_address(ip_address(inside)), inside
    for outside in ("10.2.0.1", "fd13::5", "192.168.7.9"):
        assert not allowed.has_address(ip_address(outside)), outside
    assert AllowedHosts.read(" ") == AllowedHosts()


@pytest.mark.parametrize("text", ["10.0.0.0/99", "a..b", "https://x.example", "*", "x/y", "*.*"])
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="neither a host"):
        AllowedHosts.read(text)


@pytest.mark.parametrize(
    ("typed", "whole", "shown"),
    [
        (" https://cal.example.org/a/basic.ics ", "https://cal.example.org/a/basic.ics", "….ics"),
        ("webcal://Cal.Example.org/x", "https://cal.example.org/x", "…"),
        ("http://cal.example.org:8080", "http://cal.example.org:8080/", "…"),
        ("https://cal.example.org:443/?a=ü%20b", None, "…%20b"),
        ("https://bücher.example/kalender", "https://xn--bcher-kva.example/kalender", "…nder"),
        ("https://[2606:4700::1]:8443/c.ics", "https://[2606:4700::1]:8443/c.ics", "…"),
        (
            "https://cal.example.org//evil.example/x",
            "https://cal.example.org/evil.example/x",
            "…le/x",
        ),
        ("https://cal.example.org/a#anchor", "https://cal.example.org/a", "…"),
    ],
)
def test_an_address_is_brought_to_one_form(typed: str, whole: str | None, shown: str) -> None:
    address = read_address(typed)
    assert whole is None or str(address) == whole
    assert address.shown.startswith(f"{address.host}/")
    assert address.shown.endswith(shown)
    assert str(read_address(str(address))) == str(address)


def test_a_secret_in_the_path_or_query_is_not_shown() -> None:
    address = read_address(
        "https://cal.example.org/private-0123456789abcdef/basic.ics?key=s3cret99"
    )
    assert address.shown == "cal.example.org/…et99"
    assert address.is_encrypted
    assert not read_address("http://cal.example.org/").is_encrypted


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "school.ics",
        "ftp://cal.example.org/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "gopher://127.0.0.1:6379/_x",
        "https://",
        "https:///x",
        "https://cal.example.org:0/",
        "https://cal.example.org:99999/",
        "https://cal.example.org:port/",
        "https://[::1",
        "https://cal.example.org/a b",
        "https://cal.example.org\\@evil.example/",
        "https://cal.example.org/\nHost: evil",
        "https://a..b/",
        "https://" + "a" * 70 + ".example/",
        "https://fe80::1%25eth0/",
        "https://cal.example.org/" + "a" * 2000,
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_address(typed)
    assert caught.value.field == "address"
    assert len(typed) < 12 or typed not in str(caught.value)


def test_user_and_password_have_fields_of_their_own() -> None:
    for typed in ("https://me:s3cret@cal.example.org/", "https://me@cal.example.org/"):
        with pytest.raises(InvalidInputError, match="there are fields for them") as caught:
            read_address(typed)
        assert "s3cret" not in str(caught.value)
