"""Which machines may be spoken to as plugs: what is named, in whatever notation it hides."""

from ipaddress import ip_address

import pytest

from infoscreen_core.domain.commands.plug_address import PlugAddress, read_plug_address
from infoscreen_core.domain.commands.plugs import PlugKind, Problem
from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.fetching import guard
from infoscreen_core.fetching.plugs.conversation import PlugPolicy
from infoscreen_core.fetching.plugs.errors import PlugError
from infoscreen_core.fetching.plugs.guard import check_written, checked_numbers
from infoscreen_core.fetching.plugs.plug import PlugAccess, open_plug
from tests.support.commands.plugs import ShellyPlug, running

NETWORK = "192.168.10.0/24, fd00:10::/64"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What hosts are looked up as; those that are not in it are numbers."""
    known: dict[str, list[str]] = {}
    monkeypatch.setattr(guard, "numbers_of", lambda host, _port: known.get(host, [host]))
    return known


def numbers(host: str, allowed: str) -> list[str]:
    return checked_numbers(read_plug_address(host), AllowedHosts.read(allowed), seconds=20)


def problem(host: str, allowed: str) -> Problem:
    with pytest.raises(PlugError) as caught:
        numbers(host, allowed)
    assert caught.value.is_final or caught.value.problem is Problem.NOT_FOUND
    return caught.value.problem


@pytest.mark.parametrize(
    "host",
    [
        "192.168.10.1",
        "192.168.10.254",
        "[::ffff:192.168.10.7]",
        "[fd00:10::5]",
    ],
)
def test_what_lies_in_a_named_network_is_allowed(names: dict[str, list[str]], host: str) -> None:
    assert not names
    (number,) = numbers(host, NETWORK)
    assert ip_address(number) == ip_address(read_plug_address(host).host)


@pytest.mark.parametrize(
    "host",
    [
        "192.168.11.1",
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "8.8.8.8",
        "0.0.0.0",  # noqa: S104 - not bound to
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:192.168.11.1]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd00:11::5]",
        "[fe80::1]",
        "[::]",
        "224.0.0.1",
    ],
)
def test_all_else_is_refused(names: dict[str, list[str]], host: str) -> None:
    assert not names
    assert problem(host, NETWORK) is Problem.NOT_ALLOWED
    with pytest.raises(PlugError):
        check_written(read_plug_address(host), AllowedHosts.read(NETWORK))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "169.254.169.254", "[::1]", "[fe80::1]", "224.0.0.1", "[ff02::1]"]
)
def test_a_wide_network_does_not_open_this_machine_or_a_cloud(
    names: dict[str, list[str]], host: str
) -> None:
    assert not names
    assert problem(host, "0.0.0.0/0, ::/0") is Problem.NOT_ALLOWED
    assert numbers("10.1.2.3", "0.0.0.0/0") == ["10.1.2.3"]


def test_nothing_is_allowed_until_something_is_named(names: dict[str, list[str]]) -> None:
    names["plug.lan"] = ["192.168.10.7"]
    for host in ("192.168.10.7", "plug.lan"):
        with pytest.raises(PlugError, match="has to name their") as caught:
            checked_numbers(read_plug_address(host), AllowedHosts(), seconds=20)
        assert caught.value.problem is Problem.NOT_ALLOWED
        with pytest.raises(PlugError, match="has to name their"):
            check_written(read_plug_address(host), AllowedHosts())


def test_a_name_is_allowed_by_its_addresses_or_by_name(names: dict[str, list[str]]) -> None:
    names["plug.lan"] = ["192.168.10.7"]
    names["other.lan"] = ["192.168.11.7"]
    assert numbers("plug.lan", NETWORK) == ["192.168.10.7"]
    assert problem("other.lan", NETWORK) is Problem.NOT_ALLOWED
    assert numbers("other.lan", "other.lan") == ["192.168.11.7"]
    assert numbers("other.lan", "*.lan") == ["192.168.11.7"]
    check_written(read_plug_address("other.lan"), AllowedHosts.read("*.lan"))


@pytest.mark.parametrize(
    "number",
    ["127.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.1", "8.8.8.8", "2002:808:808::1"],
)
def test_a_named_host_that_means_another_machine_is_refused(
    names: dict[str, list[str]], number: str
) -> None:
    names["plug.lan"] = [number]
    assert problem("plug.lan", "plug.lan, *.lan") is Problem.NOT_ALLOWED
    names["plug.lan"] = ["192.168.10.7", number]  # one of two
    assert problem("plug.lan", f"plug.lan, {NETWORK}") is Problem.NOT_ALLOWED


def test_an_unknown_host_is_told(names: dict[str, list[str]]) -> None:
    names["plug.lan"] = []
    assert problem("plug.lan", "*.lan") is Problem.NOT_FOUND


def test_a_name_that_changes_its_meaning_meanwhile_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is looked up once; all requests go to what was checked then, whatever it means later."""
    asked: list[str] = []

    def numbers_of(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    monkeypatch.setattr(guard, "numbers_of", numbers_of)
    plug = ShellyPlug(password="geheim")
    with running(plug) as server:
        access = PlugAccess(
            PlugKind.SHELLY_GEN2, PlugAddress("plug.lan", server.port), 1, ("admin", "geheim")
        )
        open_plug(access, PlugPolicy(AllowedHosts.read("127.0.0.1/32"), 30)).power_cycle(10)
        assert [one.headers["host"] for one in server.requests] == [f"plug.lan:{server.port}"] * 4
    assert asked == ["plug.lan"]
    assert not plug.is_on
