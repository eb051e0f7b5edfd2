"""`infoscreen why --client`: why a screen has its status, since when, and what speaks for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from infoscreen_core.cli.context import cli_read_session, emit
from infoscreen_core.cli.moments import read_instant
from infoscreen_core.cli.sentences import print_lines, text_of
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.monitoring.screen.explain import explain_screen

if TYPE_CHECKING:
    from infoscreen_core.domain.monitoring.evidence import Evidence
    from infoscreen_core.services.monitoring.screen.explain import ScreenExplanation


def answer(client_uuid: str, *, at: str | None, as_json: bool) -> None:
    """Print the answer for now, or for the instant that `at` names."""
    with cli_read_session() as (session, _settings):
        zone = load_zone(system_settings.get_setting(session, "default_timezone"))
        instant = None if at is None else read_instant(at, zone, field="at")
        found = explain_screen(session, client_uuid, actor=CLI, now=utc_now(), at=instant)
    if as_json:
        emit(_row(found, zone), as_json=True)
    else:
        print_lines(_sentences(found), zone)


def _sentences(found: "ScreenExplanation") -> Iterator[Sentence]:
    yield found.sentence
    yield from (one.sentence for one in found.evidence)
    if found.advice is not None:
        yield Sentence("What to do: {advice}.", advice=found.advice)


def _row(found: "ScreenExplanation", zone: ZoneInfo) -> dict[str, Any]:
    return {
        "client_uuid": found.client_uuid,
        "client": found.name,
        "at": found.at,
        "status": found.status,
        "reason": found.reason,
        "since": found.since,
        "until": found.until,
        "is_blind": found.is_blind,
        "text": text_of(found.sentence, zone),
        "evidence": [_evidence(one, zone) for one in found.evidence],
        "advice": None if found.advice is None else text_of(found.advice, zone),
    }


def _evidence(one: "Evidence", zone: ZoneInfo) -> dict[str, Any]:
    return {
        "code": one.code,
        "text": text_of(one.sentence, zone),
        "at": one.at,
        "refers_to": one.refers_to,
    }
