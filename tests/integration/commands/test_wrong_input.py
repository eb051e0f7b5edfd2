"""Wrong input gets one and the same sentence everywhere: from the service, which a dialog shows in
German or English, and on the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.commands.rollouts.order import RolloutOrder, request_of
from console.i18n import LANGUAGES, use_language
from console.words.errors import error_sentence
from infoscreen_core.cli.commands.commands import read_action
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientCommand, Rollout
from infoscreen_core.domain.commands.lifecycle import Action, Cause
from infoscreen_core.domain.commands.rollout import Waves, read_waves
from infoscreen_core.domain.commands.windows import read_window
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.commands import commands
from infoscreen_core.services.commands.rollouts import rollouts
from infoscreen_core.services.commands.rollouts.rollout_request import RolloutRequest, Target
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout
from infoscreen_core.services.screens.clients import parse_uuid
from infoscreen_core.services.screens.groups import get_group_by_text
from tests.support.cli import Run, program_on
from tests.support.commands.rollouts import add_fleet
from tests.support.events.planning import Sessions, add_group
from tests.support.people import ADMIN, add_client, uuid_of

ZONE = "Europe/Vienna"
WHY = ("--reason", "Bild steht")
START = ("rollout", "start", "--action", "reboot_host")


class World(NamedTuple):
    """What is there to be asked for."""

    session: Session
    sent: str
    """A command that the broker has."""
    blocked: str
    canceled: str
    """A roll-out."""


Ask = Callable[[World], object]


@dataclass(frozen=True)
class Wrong:
    """Something wrong: how it is asked for in either way, and how the answer begins."""

    words: tuple[str, ...]
    """Of the command line; names in braces are those of a `World`."""
    ask: Ask
    english: str
    german: str


def issue(uuid: str = uuid_of(1), reason: str | None = "Bild steht", seconds: int = 240) -> Ask:
    def ask(world: World) -> object:
        return commands.issue_command(
            world.session,
            uuid,
            Action.REBOOT_HOST,
            reason=reason,
            actor=ADMIN,
            now=utc_now(),
            expiry=timedelta(seconds=seconds),
        )

    return ask


def roll_out(*uuids: str, reason: str = "Bild steht", seconds: int = 240, **target: object) -> Ask:
    def ask(world: World) -> object:
        request = RolloutRequest(
            action=Action.REBOOT_HOST,
            reason=reason,
            target=Target(client_uuids=uuids, **target),  # type: ignore[arg-type]
            expiry=timedelta(seconds=seconds),
        )
        return start_rollout(world.session, request, actor=ADMIN, now=utc_now())

    return ask


def cancel(of: Callable[[World], str]) -> Ask:
    return lambda world: commands.cancel_command(
        world.session, of(world), actor=ADMIN, now=utc_now()
    )


WRONG = {
    "a player that is not there": Wrong(
        ("command", "issue", uuid_of(77), "reboot_host", *WHY),
        issue(uuid_of(77)),
        f"There is no screen with the UUID {uuid_of(77)}.",
        f"Einen Bildschirm mit der UUID {uuid_of(77)} gibt es nicht.",
    ),
    "a player whose name is no UUID": Wrong(
        ("command", "issue", "aula", "reboot_host", *WHY),
        lambda _: parse_uuid("aula"),
        "aula is not a UUID; it looks like ",
        "aula ist keine UUID; eine sieht aus wie ",
    ),
    "several players, of which one is not there": Wrong(
        (*START, *WHY, "--client", uuid_of(1), "--client", uuid_of(77)),
        roll_out(uuid_of(1), uuid_of(77)),
        f"There is no screen with the UUID {uuid_of(77)}.",
        f"Einen Bildschirm mit der UUID {uuid_of(77)} gibt es nicht.",
    ),
    "a group that is not there": Wrong(
        (*START, *WHY, "--group", "99"),
        lambda world: get_group_by_text(world.session, "99"),
        "There is no group called 99; ",
        "Eine Raumgruppe namens „99“ gibt es nicht; ",
    ),
    "an action that nobody knows": Wrong(
        ("command", "issue", uuid_of(1), "explode", *WHY),
        lambda _: read_action("explode"),
        "The action explode is unknown; use one of reboot_host, ",
        "Die Aktion explode ist unbekannt; ",
    ),
    "an action that nobody knows, for many": Wrong(
        ("rollout", "start", "--action", "Reboot", "--group", "Aula", *WHY),
        lambda _: read_action("Reboot"),
        "The action Reboot is unknown; use one of reboot_host, ",
        "Die Aktion Reboot ist unbekannt; ",
    ),
    "no reason for many": Wrong(
        (*START, "--group", "Aula"),
        roll_out(uuid_of(1), reason=""),
        "Say why, in a few words",
        "Bitte kurz sagen, warum",
    ),
    "a reason of blanks": Wrong(
        (*START, "--group", "Aula", "--reason", " \u00a0 "),
        roll_out(uuid_of(1), reason=" \u00a0 "),
        "Say why, in a few words",
        "Bitte kurz sagen, warum",
    ),
    "a reason that is a book": Wrong(
        ("command", "issue", uuid_of(1), "reboot_host", "--reason", "x" * 2001),
        issue(reason="x" * 2001),
        "The reason is too long or holds unprintable characters; use at most 2000",
        "Der Grund ist zu lang oder enthält nicht druckbare Zeichen; ",
    ),
    "an expiry too soon": Wrong(
        ("command", "issue", uuid_of(1), "reboot_host", *WHY, "--expiry", "179"),
        issue(seconds=179),
        "A command may expire after 180 to 360 seconds, not after 179.",
        "Ein Befehl darf nach 180 bis 360 Sekunden ablaufen, nicht nach 179.",
    ),
    "an expiry too late": Wrong(
        ("command", "issue", uuid_of(1), "reboot_host", *WHY, "--expiry", "361"),
        issue(seconds=361),
        "A command may expire after 180 to 360 seconds, not after 361.",
        "Ein Befehl darf nach 180 bis 360 Sekunden ablaufen, nicht nach 361.",
    ),
    "an expiry in the past": Wrong(
        ("command", "issue", uuid_of(1), "reboot_host", *WHY, "--expiry", "-240"),
        issue(seconds=-240),
        "A command may expire after 180 to 360 seconds, not after -240.",
        "Ein Befehl darf nach 180 bis 360 Sekunden ablaufen, nicht nach -240.",
    ),
    "an expiry too late, for many": Wrong(
        (*START, "--group", "Aula", *WHY, "--expiry", "361"),
        roll_out(uuid_of(1), seconds=361),
        "A command may expire after 180 to 360 seconds, not after 361.",
        "Ein Befehl darf nach 180 bis 360 Sekunden ablaufen, nicht nach 361.",
    ),
    "a cancellation after the sending": Wrong(
        ("command", "cancel", "{sent}"),
        cancel(lambda world: world.sent),
        "The command can no longer be cancelled: it is already published.",
        "Der Befehl lässt sich nicht mehr abbrechen: Er ist schon im Zustand „Gesendet“.",
    ),
    "a cancellation of what was never to be sent": Wrong(
        ("command", "cancel", "{blocked}"),
        cancel(lambda world: world.blocked),
        "The command can no longer be cancelled: it is already blocked_safety.",
        "Der Befehl lässt sich nicht mehr abbrechen: Er ist schon im Zustand „Gesperrt",
    ),
    "a cancellation of nothing": Wrong(
        ("command", "cancel", uuid_of(5)),
        cancel(lambda _: uuid_of(5)),
        f"There is no command with the id {uuid_of(5)}.",
        f"Einen Befehl mit der Kennung {uuid_of(5)} gibt es nicht.",
    ),
    "a roll-out without a target": Wrong(
        (*START, *WHY),
        roll_out(),
        "No screen is chosen, so there is nothing to roll out; ",
        "Kein Bildschirm ist gewählt, also gibt es nichts auszurollen; ",
    ),
    "a roll-out to a group without screens": Wrong(
        (*START, *WHY, "--group", "Leer"),
        roll_out(group_ids=(2,)),
        "No screen is chosen, so there is nothing to roll out; ",
        "Kein Bildschirm ist gewählt, also gibt es nichts auszurollen; ",
    ),
    "a roll-out to screens that nobody approved": Wrong(
        (*START, *WHY, "--client", uuid_of(9)),
        roll_out(uuid_of(9)),
        "None of the chosen screens (1) can take part",
        "Keiner der gewählten Bildschirme (1) kann teilnehmen: ",
    ),
    "a window that ends before it begins": Wrong(
        (*START, *WHY, "--group", "Aula", "--window", "05:00-02:00"),
        lambda _: read_window("05:00-02:00", ZONE),
        "The window ends at 02:00, before it begins at 05:00.",
        "Das Zeitfenster endet um 02:00, bevor es um 05:00 beginnt.",
    ),
    "a window of no day": Wrong(
        (*START, *WHY, "--group", "Aula", "--window", "22:00-25:00"),
        lambda _: read_window("22:00-25:00", ZONE),
        "A window lies between 00:00 and 24:00 of a day, not at 22:00–25:00.",
        "Ein Zeitfenster liegt zwischen 00:00 und 24:00 eines Tages, nicht bei 22:00–25:00.",
    ),
    "a window in a zone of nowhere": Wrong(
        (*START, *WHY, "--group", "Aula", "--window", "02:00-05:00", "--timezone", "Mars/Base"),
        lambda _: read_window("02:00-05:00", "Mars/Base"),
        "The time zone “Mars/Base” is unknown; ",
        "Die Zeitzone „Mars/Base“ ist unbekannt; ",
    ),
    "waves of nobody": Wrong(
        (*START, *WHY, "--group", "Aula", "--waves", "5,0"),
        lambda _: Waves(read_waves("5,0")),
        "The waves cannot be “5,0”; ",
        "Die Wellen können nicht „5,0“ sein; ",
    ),
    "a roll-out that has ended, resumed": Wrong(
        ("rollout", "resume", "{canceled}"),
        lambda world: rollouts.resume_rollout(
            world.session, world.canceled, actor=ADMIN, now=utc_now()
        ),
        "The roll-out has ended (canceled) and stays so; ",
        "Der Rollout ist zu Ende (Abgebrochen) und bleibt es; ",
    ),
}


@pytest.fixture
def world(sqlite_sessions: Sessions) -> World:
    """A screen in the Aula, one that nobody approved, and what was done already."""
    now = utc_now()
    with sqlite_sessions.begin() as session:
        aula, leer = add_group(session, "Aula"), add_group(session, "Leer")
        assert leer == aula + 1 == 2
        uuids = add_fleet(session, 2, now=now, group_id=aula)
        add_client(session, 9, is_approved=False)
        sent, *_others, blocked = [
            commands.issue_command(
                session, uuids[1], Action.RESTART_APP, reason=None, actor=ADMIN, now=now
            )
            if number
            else _sent(session, uuids[1])
            for number in range(4)
        ]
        request = RolloutRequest(
            action=Action.RESTART_APP, reason="x", target=Target(client_uuids=(uuids[0],))
        )
        canceled = start_rollout(session, request, actor=ADMIN, now=now).rollout_id
        rollouts.cancel_rollout(session, canceled, actor=ADMIN, now=now)
        ids = sent.command_id, blocked.command_id
    return World(sqlite_sessions(), *ids, canceled)


def _sent(session: Session, uuid: str) -> ClientCommand:
    now = utc_now()
    command = commands.issue_command(
        session, uuid, Action.RESTART_APP, reason="x", actor=ADMIN, now=now
    )
    for cause in (Cause.CLAIMED, Cause.PUBACK):
        assert commands.move(session, command, cause, now=now)
    return command


@pytest.fixture
def run(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    return program_on(sqlite_url, monkeypatch, capsys)


@pytest.mark.parametrize("name", WRONG)
def test_the_answer_is_one_sentence_by_every_way_and_in_both_languages(
    name: str, world: World, run: Run
) -> None:
    wrong, session = WRONG[name], world.session
    before = _stored(session)
    with pytest.raises(InfoscreenError) as refused:
        wrong.ask(world)
    session.rollback()
    told = {}
    for language in LANGUAGES:
        with use_language(language):
            told[language] = error_sentence(refused.value)
    assert told["de"].startswith(wrong.german)
    assert told["en"] != told["de"]
    assert str(refused.value).startswith(wrong.english)
    words = [word.format(**world._asdict()) for word in wrong.words]
    assert run(*words) == (2, "", f"{refused.value}\n")
    assert _stored(session) == before


def _stored(session: Session) -> tuple[int, ...]:
    kinds = (ClientCommand, Rollout)
    found = tuple(session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds)
    session.rollback()
    return found


def test_a_dialog_says_all_that_is_wrong_at_once() -> None:
    order = RolloutOrder(waves="5,0", window_from=time(5), window_to=time(2), at_once=0)
    with pytest.raises(InfoscreenError) as refused:
        request_of(order, Target(client_uuids=(uuid_of(1),)), ZONE)
    fields = [part.field for part in refused.value.parts]
    assert fields == ["reason", "waves", "at_once", "window"]
    with use_language("de"):
        told = error_sentence(refused.value)
    for name in ("no reason for many", "waves of nobody", "a window that ends before it begins"):
        assert WRONG[name].german in told
    assert "Die Zahl der Bildschirme zugleich" in told


def test_what_a_sentence_quotes_cannot_control_the_terminal(world: World, run: Run) -> None:
    assert world.sent
    code, _, err = run("command", "issue", uuid_of(1), "\x1b[2Jreboot")
    assert (code, err.startswith("The action \\x1b[2Jreboot is unknown; ")) == (2, True)
    code, _, err = run("command", "show", "\x1b[2J")
    assert (code, err) == (2, "There is no command with the id \\x1b[2j.\n")
