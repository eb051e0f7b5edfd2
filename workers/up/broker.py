"""Which broker `infoscreen up` uses: the configured one, mosquitto, or the embedded one."""

import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson

from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.settings import Settings

SERVER_ACCOUNT = "infoscreen-server"
AUTOSAVE_SECONDS = 30
"""How often mosquitto writes its state to disk: what its own sudden death may cost at most."""

_MAX_PACKET_BYTES = 16 * 1024 * 1024
_SYSTEM_DIRECTORIES = (
    "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/sbin:/opt/homebrew/bin"
)

_MOSQUITTO_CONFIGURATION = """\
# Written by `infoscreen up` at every start; changes made here are lost.
listener {port} 127.0.0.1
allow_anonymous false
password_file {passwords}
acl_file {acl}
{user_line}persistence true
persistence_location {directory}/
autosave_interval {autosave}
persistent_client_expiration 14d
max_queued_messages 100000
max_inflight_messages 100
max_packet_size {max_packet}
set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
log_type notice
log_timestamp_format %Y-%m-%dT%H:%M:%S
"""

# One account for the server's workers and, on this machine, for the demo fleet and for an
# operator's tools.
_MOSQUITTO_ACL = """\
user {account}
topic readwrite #
topic read $SYS/#
"""


class BrokerKind(StrEnum):
    """Where the broker comes from."""

    EXTERNAL = "external"
    MOSQUITTO = "mosquitto"
    EMBEDDED = "embedded"


@dataclass(frozen=True)
class Broker:
    """The broker in use; `program` is mosquitto's path where it is ours to run."""

    kind: BrokerKind
    host: str
    port: int
    login: tuple[str, str] | None
    program: str | None = None

    def describe(self) -> str:
        """Return one line for the operator."""
        address = f"{self.host}:{self.port}"
        return {
            BrokerKind.EXTERNAL: f"the configured broker at {address}",
            BrokerKind.MOSQUITTO: f"mosquitto ({self.program}) on {address}",
            BrokerKind.EMBEDDED: f"embedded broker on {address}",
        }[self.kind]


def choose_kind(settings: Settings, wanted: BrokerKind | None) -> BrokerKind:
    """Return which broker to use: the one wanted, else configured, else mosquitto, else embedded.

    Raises `InvalidInputError` when the wanted one cannot be had.
    """
    is_configured = "mqtt_broker_host" in settings.model_fields_set
    if wanted is BrokerKind.EXTERNAL and not is_configured:
        raise InvalidInputError(
            "No external broker is configured; set MQTT_BROKER_HOST.", field="broker"
        )
    if wanted is BrokerKind.MOSQUITTO and not find_mosquitto():
        raise InvalidInputError(
            "mosquitto and mosquitto_passwd were not found; install the package mosquitto.",
            field="broker",
        )
    if wanted is not None:
        return wanted
    if is_configured:
        return BrokerKind.EXTERNAL
    return BrokerKind.MOSQUITTO if find_mosquitto() else BrokerKind.EMBEDDED


def find_mosquitto() -> tuple[str, str] | None:
    """Return the paths of mosquitto and its password tool, None unless both are there.

    Debian keeps servers outside an ordinary user's PATH, so the usual places are searched as well.
    """
    path = f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM_DIRECTORIES}"
    server, tool = shutil.which("mosquitto", path=path), shutil.which("mosquitto_passwd", path=path)
    return (server, tool) if server and tool else None


def keep_login(settings: Settings) -> tuple[str, str]:
    """Return the account of our own broker: the configured one, else one made up once and kept."""
    if settings.mqtt_login and settings.mqtt_login[1]:
        return _checked_login(settings.mqtt_login)
    path = settings.data_dir / "broker" / "account.json"
    if path.exists():
        kept = orjson.loads(path.read_bytes())
        return kept["user"], kept["password"]
    login = (SERVER_ACCOUNT, secrets.token_urlsafe(24))
    write_private(path, orjson.dumps({"user": login[0], "password": login[1]}))
    return login


def _checked_login(login: tuple[str, str]) -> tuple[str, str]:
    if any(character in part for part in login for character in ":\r\n"):
        raise InvalidInputError(
            "MQTT_USER and MQTT_PASSWORD must not contain a colon or a line break, "
            "for mosquitto's sake.",
            field="mqtt_password",
        )
    return login


def mosquitto_command(directory: Path, port: int, login: tuple[str, str]) -> tuple[str, ...]:
    """Write mosquitto's configuration, password and ACL files; return the command that runs it."""
    programs = find_mosquitto()
    if programs is None:
        raise InvalidInputError("mosquitto and mosquitto_passwd were not found.", field="broker")
    server, password_tool = programs
    passwords, acl, configuration = (
        directory / name for name in ("passwords", "acl", "mosquitto.conf")
    )
    _write_passwords(passwords, login, password_tool)
    write_private(acl, _MOSQUITTO_ACL.format(account=login[0]).encode())
    text = _MOSQUITTO_CONFIGURATION.format(
        port=port,
        passwords=passwords,
        acl=acl,
        directory=directory,
        autosave=AUTOSAVE_SECONDS,
        max_packet=_MAX_PACKET_BYTES,
        # As root it would turn into an account that cannot read our data directory.
        user_line="user root\n" if os.geteuid() == 0 else "",
    )
    write_private(configuration, text.encode())
    return server, "-c", str(configuration)


def _write_passwords(path: Path, login: tuple[str, str], password_tool: str) -> None:
    # -U hashes the file in place: the password never stands on a command line that others can read.
    write_private(path, f"{login[0]}:{login[1]}\n".encode())
    command = [password_tool, "-U", str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - a fixed program
    if done.returncode:
        path.unlink(missing_ok=True)  # it may hold the password as it was written
        raise ConflictError(
            "{program} failed ({problem}); it needs room in /tmp and in {directory}.",
            program=password_tool,
            problem=done.stderr.strip() or f"exit code {done.returncode}",
            directory=path.parent,
        )


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only this user may read, and that a reader never sees half."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
