"""`infoscreen broker`: a small MQTT broker in this process, for machines without mosquitto.

It is rumqttd, as iotcore ships it: MQTT 3.1.1, QoS 1, persistent sessions, retained messages, one
account. What it lacks is written in docs/operations.md: nothing of it survives its own end, one
wildcard subscription brings at most 100 retained messages, and every account may do everything.
"""

import ipaddress
import json
import logging
import signal
from pathlib import Path
from typing import Annotated

import typer
from iotcore.iotcore import IotCoreBroker

from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.log import configure_logging, get_logger
from infoscreen_core.settings import load_settings

log = get_logger()

MAX_PAYLOAD_BYTES = 16 * 1024 * 1024
"""Twice what the contract allows: it is the listener that refuses larger ones, with a reason."""

_SEGMENT_BYTES = 16 * 1024 * 1024
_SEGMENTS = 2
"""Each topic filter keeps at most two segments of messages for subscribers that are away."""

_CONFIGURATION = """\
id = 0

[router]
id = 0
max_connections = 10010
max_outgoing_packet_count = 200
max_segment_size = {segment_bytes}
max_segment_count = {segments}

[v4.1]
name = "loopback"
listen = {listen}
next_connection_delay_ms = 1

[v4.1.connections]
connection_timeout_ms = 60000
max_payload_size = {payload_bytes}
max_inflight_count = 100
dynamic_filters = true
"""


def command(
    port: Annotated[int, typer.Option(min=1, max=65535, help="TCP port to listen on.")] = 1883,
    host: Annotated[str, typer.Option(help="Loopback address to listen on.")] = "127.0.0.1",
) -> None:
    """Run the embedded MQTT broker on this machine until it is told to stop."""
    settings = load_settings()
    configure_logging(settings, program="broker")
    path = settings.data_dir / "broker" / f"embedded-{port}.toml"
    _write_private(path, configuration(host, port, login=settings.mqtt_login))
    _prepare_process()
    broker = IotCoreBroker(config_path=str(path))
    try:
        broker.check_ports()
    except OSError as error:
        raise ConflictError(
            "Port {port} is taken; choose another with --port.", port=port
        ) from error
    log.info("broker.listening", host=host, port=port, has_login=settings.mqtt_login is not None)
    broker.run_forever()


def configuration(host: str, port: int, *, login: tuple[str, str] | None) -> str:
    """Return rumqttd's configuration for loopback addresses; `login` is then required of all."""
    text = _CONFIGURATION.format(
        segment_bytes=_SEGMENT_BYTES,
        segments=_SEGMENTS,
        listen=json.dumps(f"{_bracketed(host)}:{port}"),
        payload_bytes=MAX_PAYLOAD_BYTES,
    )
    if login is not None:
        user, password = (json.dumps(part) for part in login)  # a JSON string is a TOML string
        text += f"\n[v4.1.connections.auth]\n{user} = {password}\n"
    return text


def _bracketed(host: str) -> str:
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise InvalidInputError(
            "The host {host} is no loopback address; the embedded broker serves this machine only.",
            field="host",
            host=host,
        )
    return f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - IP version 6


def _prepare_process() -> None:
    # The broker runs in native code, where Python never sees a signal: let both end the process at
    # once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # rumqttd reports each packet at level ERROR.
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
