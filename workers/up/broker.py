"""Which broker `infoscreen up` uses: the configured one, mosquitto, or the embedded one."""

import hashlib
import os
import secrets
import shutil
from base64 import b64encode
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson

from infoscreen_core.errors import InvalidInputError
from infoscreen_core.settings import Settings

SERVER_ACCOUNT = "infoscreen-server"
AUTOSAVE_SECONDS = 30
"""How often mosquitto writes its state to disk: what its own sudden death may cost at most."""

_SALT_BYTES = 12
_ITERATIONS = 101  # mosquitto's own: the password is made up, and long
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
            "mosquitto was not found; install the package mosquitto.", field="broker"
        )
    if wanted is not None:
        return wanted
    if is_configured:
        return BrokerKind.EXTERNAL
    return BrokerKind.MOSQUITTO if find_mosquitto() else BrokerKind.EMBEDDED


def find_mosquitto() -> str | None:
    """Return the path of mosquitto, None where there is none.

    Debian keeps servers outside an ordinary user's PATH, so the usual places are searched as well.
    """
    path = f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM_DIRECTORIES}"
    return shutil.which("mosquitto", path=path)


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
    server = find_mosquitto()
    if server is None:
        raise InvalidInputError("mosquitto was not found.", field="broker")
    passwords, acl, configuration = (
        directory / name for name in ("passwords", "acl", "mosquitto.conf")
    )
    write_private(passwords, _password_line(login).encode())
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


def _password_line(login: tuple[str, str]) -> str:
    """Return a line of mosquitto's password file: PBKDF2 with SHA-512.

    Its own tool is not used: on a full /tmp it leaves an empty file behind, and says that all went
    well.
    """
    user, password = login
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    parts = (b64encode(part).decode() for part in (salt, digest))
    return f"{user}:$7${_ITERATIONS}${'$'.join(parts)}\n"


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
