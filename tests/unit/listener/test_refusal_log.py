from structlog.testing import capture_logs

from infoscreen_core.services.screens.dead_letters import Letter
from tests.support.listener.telemetry import at
from workers.listener.letters import RefusalLog


def letter(client: str, reason: str, seconds: float) -> Letter:
    return Letter("infoscreen/x/health", b"?", at(seconds), client, reason, "It is not JSON.")


def test_a_refusal_is_logged_once_per_player_and_reason_per_minute_and_always_counted() -> None:
    refusals = RefusalLog()
    with capture_logs() as logs:
        refusals.note(
            [letter("a", "not_json", 0), letter("a", "not_json", 59), letter("a", "schema", 1)]
        )
        refusals.note(
            [letter("b", "not_json", 2), letter("a", "not_json", 60), letter("a", "not_json", 61)]
        )
    assert [(entry["client_uuid"], entry["reason"]) for entry in logs] == [
        ("a", "not_json"),
        ("a", "schema"),
        ("b", "not_json"),
        ("a", "not_json"),
    ]
    assert refusals.counts == {"not_json": 5, "schema": 1}


def test_invented_senders_do_not_fill_the_memory() -> None:
    refusals = RefusalLog()
    with capture_logs():
        refusals.note(letter(str(number), "not_json", 0) for number in range(25_000))
    assert refusals.counts["not_json"] == 25_000
    assert len(refusals._logged) <= 10_000  # noqa: SLF001 - the bound is the point
