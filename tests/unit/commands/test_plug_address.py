"""Where a plug is reached, as people write it."""

import pytest

from infoscreen_core.domain.commands.plug_address import PlugAddress, read_plug_address
from infoscreen_core.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "host", "port", "shown"),
    [
        ("192.168.10.21", "192.168.10.21", 80, "192.168.10.21"),
        (" Plug-Aula.schule.lan:8080 ", "plug-aula.schule.lan", 8080, "plug-aula.schule.lan:8080"),
        ("http://10.0.0.1/", "10.0.0.1", 80, "10.0.0.1"),
        ("plug.", "plug", 80, "plug"),
        ("[FD00::5]:81", "fd00::5", 81, "[fd00::5]:81"),
        ("fd00::5", "fd00::5", 80, "[fd00::5]"),
        ("größe.lan", "xn--grsse-kua.lan", 80, "xn--grsse-kua.lan"),
    ],
)
def test_an_address_is_read(text: str, host: str, port: int, shown: str) -> None:
    address = read_plug_address(text)
    assert address == PlugAddress(host, port)
    assert str(address) == shown
    assert read_plug_address(str(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "a b", "x..y", "h/rpc", "h?x=1", "h#x", "http://", "ftp://h", "h:0", "h:99999"),
        *("h:eins", "[::1", "a:b:c", "fe80::1%eth0", "h\\x", "a\nb", "x" * 254, f"{'x' * 64}.lan"),
    ],
)
def test_what_is_none_gets_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is no address of a plug") as caught:
        read_plug_address(text)
    assert caught.value.field == "address"


def test_a_login_and_encryption_have_sentences_of_their_own() -> None:
    with pytest.raises(InvalidInputError, match="Leave user name and password out") as caught:
        read_plug_address("http://admin:s3cret@10.0.0.1")
    assert "s3cret" not in str(caught.value)
    with pytest.raises(InvalidInputError, match="leave https:// out"):
        read_plug_address("https://10.0.0.1")
