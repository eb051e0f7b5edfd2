"""Broken messages by the thousand: the listener refuses each with a reason, and only those."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, ClientLog, DeadLetter
from infoscreen_core.domain.screens.player import ProcessStatus
from tests.support.clocks.moved_clock import clock_of
from tests.support.listener.listening import ListenerProcess, speaking
from tests.support.listener.telemetry import dashboard, health, stamp
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto

BROKEN = 10_000
GOOD_EVERY = 20
LEAVES = (
    "discovery",
    "heartbeat",
    "health",
    "logs/error",
    "logs/warn",
    "logs/info",
    "dashboard",
    "screenshot",
    "commands/ack",
    "command/ack",
    "service_failed",
    "power/state",
)

Broken = tuple[bytes, set[str]]
"""A payload, and the reasons with which it may be refused."""


def valid(leaf: str, uuid: str) -> dict[str, object]:
    """The smallest message that the contract accepts on a topic."""
    ack: dict[str, object] = {
        "command_id": str(uuid4()),
        "status": "accepted",
        "error_code": None,
        "error_message": None,
    }
    now = stamp(utc_now())
    messages: dict[str, dict[str, object]] = {
        "discovery": {"uuid": uuid},
        "heartbeat": {"process_pid": 1},
        "health": health(),
        "dashboard": dashboard(uuid, b"x"),
        "screenshot": {"screenshot": "eA=="},
        "commands/ack": ack,
        "command/ack": ack,
        "service_failed": {"event": "service_failed", "unit": "u", "failed_at": now},
        "power/state": {"state": "on", "reported_at": now},
    }
    return messages.get(leaf, {"message": "hello"})


def not_utf8(chance: random.Random, leaf: str, uuid: str) -> Broken:
    data = bytearray(json.dumps(valid(leaf, uuid)).encode())
    data.insert(chance.randrange(2, len(data)), chance.choice([0xFF, 0xFE, 0xC0, 0x80]))
    return bytes(data), {"not_utf8"}


def random_bytes(chance: random.Random, _leaf: str, _uuid: str) -> Broken:
    return b"\xff" + chance.randbytes(chance.randrange(1, 400)), {"not_utf8"}


def not_json(chance: random.Random, leaf: str, uuid: str) -> Broken:
    text = json.dumps(valid(leaf, uuid))
    cut = text[: chance.randrange(1, len(text) - 1)]
    return chance.choice([cut, text + "}", "NaN", "{'a': 1}", "hello", " ", "[1,]"]).encode(), {
        "not_json"
    }


def not_object(chance: random.Random, _leaf: str, _uuid: str) -> Broken:
    return chance.choice([b"[]", b"1", b"null", b'"text"', b"true", b"[{}]", b"1e400"]), {
        "not_object",
        "out_of_range",
    }


def wrong_types(chance: random.Random, leaf: str, uuid: str) -> Broken:
    value = valid(leaf, uuid)
    wrong: list[object] = [[], {}, 3.5, [[]], {"a": 1}, True]
    required = {"heartbeat": "process_pid", "health": "actual_state"}.get(leaf) or next(iter(value))
    choices = [
        item for item in wrong if not (leaf in {"health", "dashboard"} and isinstance(item, dict))
    ]
    value[required] = chance.choice(choices)
    return json.dumps(value).encode(), {"schema"}


def too_deep(chance: random.Random, leaf: str, uuid: str) -> Broken:
    depth = chance.choice([40, 900, 1_100, 60_000])
    if leaf.startswith("logs/") and depth == 40:
        nested = b'{"message":"x","context":{"a":' + b"[" * depth + b"]" * depth + b"}}"
        return nested, {"too_deep"}
    nested = b'{"a":' * 60_000 + b"1" + b"}" * 60_000
    return nested, {"too_deep"} if uuid else set()


def odd_characters(chance: random.Random, leaf: str, uuid: str) -> Broken:
    text = json.dumps(valid(leaf, uuid))
    escape, reason = chance.choice([("\\u0000", "nul_character"), ("\\ud800", "lone_surrogate")])
    return text.replace("{", '{"odd":"' + escape + '",', 1).encode(), {reason}


def odd_times(chance: random.Random, leaf: str, uuid: str) -> Broken:
    moment = chance.choice(
        [
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59+14:00",
            "1969-12-31T23:59:59Z",
            "2026-02-30T00:00:00Z",
        ]
    )
    field = {"service_failed": "failed_at", "power/state": "reported_at"}.get(leaf, "timestamp")
    if leaf in {"discovery", "dashboard", "commands/ack", "command/ack"}:
        return wrong_types(chance, leaf, uuid)
    return json.dumps(valid(leaf, uuid) | {field: moment}).encode(), {"schema"}


def huge_numbers(chance: random.Random, leaf: str, uuid: str) -> Broken:
    digits = "9" * chance.choice([5_000, 20_000])
    if leaf == "heartbeat" and chance.random() < 0.5:
        return json.dumps({"process_pid": 2**40}).encode(), {"out_of_range"}
    return json.dumps(valid(leaf, uuid)).replace("{", '{"n":-' + digits + ",", 1).encode(), {
        "out_of_range"
    }


def another_player(_chance: random.Random, leaf: str, uuid: str) -> Broken:
    if leaf == "discovery":
        return b'{"uuid":"not-a-uuid"}', {"schema"}
    return json.dumps(valid(leaf, uuid) | {"client_uuid": str(uuid4())}).encode(), {
        "contradicting_uuid"
    }


SPOILERS: tuple[Callable[[random.Random, str, str], Broken], ...] = (
    not_utf8,
    random_bytes,
    not_json,
    not_object,
    wrong_types,
    too_deep,
    odd_characters,
    odd_times,
    huge_numbers,
    another_player,
)


def topic_of(leaf: str, uuid: str) -> str:
    return "infoscreen/discovery" if leaf == "discovery" else f"infoscreen/{uuid}/{leaf}"


def break_something(chance: random.Random, known: str) -> tuple[str, bytes, set[str]]:
    leaf = chance.choice(LEAVES)
    roll = chance.random()
    if leaf != "discovery" and roll < 0.07:
        payload = json.dumps(
            valid(leaf, unknown := str(UUID(int=chance.getrandbits(128))))
        ).encode()
        return topic_of(leaf, unknown), payload, {"unknown_client"}
    if leaf != "discovery" and roll < 0.1:
        name = chance.choice(
            ["x", known.upper(), known[:-1], "\N{GRINNING FACE}", "a" * 2_000, "null"]
        )
        return topic_of(leaf, name), json.dumps(valid(leaf, known)).encode(), {"bad_uuid"}
    payload, reasons = chance.choice(SPOILERS)(chance, leaf, known)
    return topic_of(leaf, known), payload, reasons


@pytest.fixture
def listener(mosquitto: Mosquitto, database_url: str, tmp_path: Path) -> Iterator[ListenerProcess]:
    process = ListenerProcess(
        mosquitto, database_url, tmp_path / "listener", f"fuzz-{uuid4().hex[:8]}"
    )
    with clock_of(database_url):
        process.start()
        yield process
        process.close()


def test_ten_thousand_broken_messages_are_refused_with_reasons_and_the_good_ones_applied(
    mosquitto: Mosquitto, listener: ListenerProcess
) -> None:
    chance = random.Random(20_261_123)
    known = str(uuid4())
    listener.add_client(known)
    pid = listener.process.pid if listener.process else 0
    expected: Counter[frozenset[str]] = Counter()
    with speaking(mosquitto) as speaker:
        for number in range(BROKEN - 2):
            topic, payload, reasons = break_something(chance, known)
            expected[frozenset(reasons)] += 1
            speaker.say(topic, payload)
            if number % GOOD_EVERY == 0:
                speaker.say(f"infoscreen/{known}/logs/error", good_line(number))
        for leaf in ("logs/error", "dashboard"):
            speaker.say(
                f"infoscreen/{known}/{leaf}", b'{"message":"' + b"x" * 9 * 1024 * 1024 + b'"}'
            )
            expected[frozenset({"too_large"})] += 1
        speaker.say(f"infoscreen/{known}/health", json.dumps(health("starting")).encode())
        speaker.wait_for_confirmations()
    wait_until(lambda: count_letters(listener) >= BROKEN, seconds=60, what="every letter stored")
    wait_until(
        lambda: status_of(listener, known) is ProcessStatus.STARTING, what="the last good message"
    )

    assert listener.is_running()
    assert listener.process
    assert listener.process.pid == pid
    assert_refused_as_expected(listener, expected)
    assert_good_lines_applied(listener)


def good_line(number: int) -> bytes:
    # Ancient and future clocks are believed to be broken, their lines are not.
    years = [0, 0, 0, -50, 100][number // GOOD_EVERY % 5]
    moment = utc_now() + timedelta(days=365 * years)
    return json.dumps({"message": f"good {number}", "timestamp": stamp(moment)}).encode()


def count_letters(listener: ListenerProcess) -> int:
    with listener.sessions() as session:
        return session.scalar(select(func.count()).select_from(DeadLetter)) or 0


def status_of(listener: ListenerProcess, uuid: str) -> ProcessStatus | None:
    with listener.sessions() as session:
        return session.get_one(Client, uuid).process_status


def assert_refused_as_expected(
    listener: ListenerProcess, expected: Counter[frozenset[str]]
) -> None:
    with listener.sessions() as session:
        reasons = Counter(session.scalars(select(DeadLetter.reason)))
        longest = session.scalar(select(func.max(func.length(DeadLetter.payload))))
        largest = session.scalar(select(func.max(DeadLetter.payload_size)))
        without_detail = session.scalar(select(func.count()).where(DeadLetter.detail == ""))
    certain = {next(iter(words)): count for words, count in expected.items() if len(words) == 1}
    uncertain = sum((count for words, count in expected.items() if len(words) > 1), 0)
    surplus = {word: reasons[word] - certain.get(word, 0) for word in reasons | certain}
    assert sum(reasons.values()) == BROKEN
    assert {word for word, more in surplus.items() if more} <= {"not_object", "out_of_range"}, (
        surplus
    )
    assert sum(surplus.values()) == uncertain
    assert (longest, without_detail) == (4096, 0)
    assert largest is not None
    assert largest > 9 * 1024 * 1024


def assert_good_lines_applied(listener: ListenerProcess) -> None:
    with listener.sessions() as session:
        logs = list(session.scalars(select(ClientLog)))
        clients = session.scalar(select(func.count()).select_from(Client))
    assert {log.message for log in logs} == {f"good {n}" for n in range(0, BROKEN - 2, GOOD_EVERY)}
    assert len(logs) == len({log.message for log in logs})
    assert Counter(log.is_clock_skewed for log in logs)[True] == len(logs) * 2 // 5
    assert clients == 1
