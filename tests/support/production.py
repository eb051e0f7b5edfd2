"""The broker configuration that we ship, moved to a free port and a directory of the test's own."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from infoscreen_core.contracts import topics as wire
from tests.support.servers import Mosquitto, program

SHIPPED = Path(__file__).parents[2] / "mosquitto"
_EXAMPLE = "1b4e28ba-2fa1-4d11-883f-0016d3cca427"


def account_of(uuid: str) -> str:
    """Return the name of a player's account, as the contract has it."""
    return f"infoscreen-client-{uuid[:8]}"


@dataclass
class Production(Mosquitto):
    """mosquitto as shipped; each player has the account and the rules of the example in `acl`."""

    user: str = "infoscreen-server"
    players: tuple[str, ...] = (_EXAMPLE,)
    """UUIDs of players that have an account, all with the password of the server's."""
    more_rules: str = ""
    """Of further accounts, which are named in `more_accounts`."""
    more_accounts: tuple[str, ...] = ()
    log_types: tuple[str, ...] = field(default=("error", "warning", "notice", "information"))

    def write_configuration(self) -> Path:
        path = super().write_configuration()
        passwords = self.directory / "passwords"
        for account in (*map(account_of, self.players), *self.more_accounts):
            subprocess.run(
                [program("mosquitto_passwd"), "-b", str(passwords), account, self.password],
                check=True,
                capture_output=True,
            )
        acl = self.directory / "acl"
        acl.write_text(f"{_rules(self.players)}\n{self.more_rules}")
        moved = (
            (SHIPPED / "mosquitto.conf")
            .read_text()
            .replace("listener 1883", f"listener {self.port} 127.0.0.1")
            .replace("/etc/mosquitto/infoscreen.passwords", str(passwords))
            .replace("/etc/mosquitto/infoscreen.acl", str(acl))
            .replace("/var/lib/mosquitto/", f"{self.directory}/")
        )
        types = "".join(f"log_type {one}\n" for one in self.log_types)
        path.write_text(f"{moved}\nuser root\n{types}")
        return path

    @property
    def log(self) -> str:
        """What the broker has logged."""
        return (self.directory / "mosquitto.log").read_text(errors="replace")


def denied(log: str) -> list[str]:
    """Return the lines of a broker's log that refuse somebody something."""
    words = ("denied", "not authori", "bad user name")
    return [line for line in log.splitlines() if any(word in line.lower() for word in words)]


def _rules(players: tuple[str, ...]) -> str:
    server, _, example = (SHIPPED / "acl").read_text().partition("# user ")
    block = f"user {example}".replace("# topic", "topic")
    assert wire.command_topic(_EXAMPLE) in block
    return server + "".join(
        block.replace(account_of(_EXAMPLE), account_of(uuid)).replace(_EXAMPLE, uuid)
        for uuid in players
    )
