"""What the player says in a rhythm: health, heartbeats, pictures."""

from itertools import pairwise
from typing import Final

from infoscreen_core.contracts import (
    Dashboard,
    Health,
    Heartbeat,
    Screenshot,
    TopicKind,
    WireModel,
)
from workers.conformance.case import Case, failed
from workers.conformance.cases.faults import list_faults, refuse_faults, with_left_out
from workers.conformance.stage import Stage
from workers.conformance.texts import Text

_HEARTBEAT_LONGEST: Final = 80.0
"""About 65 s, and the network's moods."""
_HEARTBEAT_SHORTEST: Final = 30.0
_HEARTBEATS_TOO_MANY: Final = 4
_HEALTH_LONGEST: Final = 10.0
"""5 s, and one report of QoS 0 that was lost."""
_HEALTH_SHORTEST: Final = 2.0
_HEALTH_GAPS: Final = 6
_PICTURE_SECONDS: Final = 130.0
_HEALTH_FIELDS: Final = (
    "timestamp",
    "expected_state",
    "actual_state.status",
    "actual_state.pid",
    "health_metrics",
    "broker_connection",
    "boot_id",
    "uptime_seconds",
)
"""What people miss on a screen's page, where a player does not send it."""

_NO_HEARTBEAT: Final = Text(
    "No heartbeat came within {seconds} s. One is due about every 65 s; after 170 s without any "
    "sign the screen counts as offline.",
    "Innerhalb von {seconds} s kam kein Heartbeat. Er ist etwa alle 65 s fällig; nach 170 s ohne "
    "Lebenszeichen gilt der Bildschirm als offline.",
)
_MANY_HEARTBEATS: Final = Text(
    "{count} heartbeats came, no two of them more than {seconds} s apart. One about every 65 s is "
    "enough; a thousand players that do this are a storm.",
    "Es kamen {count} Heartbeats, keine zwei davon mehr als {seconds} s auseinander. Etwa alle "
    "65 s genügt; tausend solche Player sind ein Sturm.",
)
_NO_HEALTH: Final = Text(
    "{seconds} s passed without a health report. One is due every 5 s.",
    "{seconds} s lang kam kein Zustandsbericht. Er ist alle 5 s fällig.",
)
_MANY_HEALTH: Final = Text(
    "Health reports came every {seconds} s on average. One every 5 s is due.",
    "Zustandsberichte kamen im Mittel alle {seconds} s. Fällig ist einer alle 5 s.",
)
_NO_PICTURE: Final = Text(
    "No picture came within {seconds} s. The player has to send one about once a minute on "
    "…/dashboard.",
    "Innerhalb von {seconds} s kam kein Bild. Der Player muss etwa einmal in der Minute eines über "
    "…/dashboard senden.",
)


def heartbeat(stage: Stage) -> Text:
    """Wait for heartbeats while nothing happens."""
    begun, since = stage.line.moment(), stage.mark
    refuse_faults(stage, TopicKind.HEARTBEAT)

    def moments() -> list[float]:
        return [begun, *(one.moment for one, _ in stage.line.journal.heard(Heartbeat, since))]

    def gaps() -> list[float]:
        return [later - one for one, later in pairwise(moments())]

    def is_decided() -> bool:
        is_late = stage.line.moment() - moments()[-1] > _HEARTBEAT_LONGEST
        is_steady = any(gap >= _HEARTBEAT_SHORTEST for gap in gaps()[1:])
        return is_late or is_steady or len(gaps()) > _HEARTBEATS_TOO_MANY

    stage.line.wait(is_decided, 2 * _HEARTBEAT_LONGEST + 1)
    refuse_faults(stage, TopicKind.HEARTBEAT)
    if stage.line.moment() - moments()[-1] > _HEARTBEAT_LONGEST:
        raise failed(_NO_HEARTBEAT, seconds=int(_HEARTBEAT_LONGEST))
    if all(gap < _HEARTBEAT_SHORTEST for gap in gaps()[1:]):
        raise failed(_MANY_HEARTBEATS, count=len(gaps()), seconds=int(_HEARTBEAT_SHORTEST))
    text = Text("{gap:.0f} s between two of them.", "{gap:.0f} s zwischen zweien.")
    return with_left_out(
        text.fill(gap=gaps()[-1]), _said(stage, Heartbeat), "timestamp", "process_status"
    )


def health(stage: Stage) -> Text:
    """Wait for some health reports in a row."""
    begun, since = stage.line.moment(), stage.mark

    def moments() -> list[float]:
        return [one.moment for one, _ in stage.line.journal.heard(Health, since)]

    def is_decided() -> bool:
        last = moments()[-1] if moments() else begun
        is_late = stage.line.moment() - last > _HEALTH_LONGEST
        return is_late or len(moments()) > _HEALTH_GAPS

    stage.line.wait(is_decided, (_HEALTH_GAPS + 1) * _HEALTH_LONGEST)
    refuse_faults(stage, TopicKind.HEALTH)
    if len(moments()) <= _HEALTH_GAPS:
        raise failed(_NO_HEALTH, seconds=int(_HEALTH_LONGEST))
    mean = (moments()[-1] - moments()[0]) / (len(moments()) - 1)
    if mean < _HEALTH_SHORTEST:
        raise failed(_MANY_HEALTH, seconds=round(mean, 1))
    text = Text("Every {mean:.1f} s on average.", "Im Mittel alle {mean:.1f} s.").fill(mean=mean)
    return with_left_out(text, _said(stage, Health), *_HEALTH_FIELDS)


def dashboard(stage: Stage) -> Text:
    """Wait for a picture."""
    since = stage.mark

    def pictures() -> list[WireModel]:
        journal = stage.line.journal
        return [
            *(one for _, one in journal.heard(Dashboard, since)),
            *(one for _, one in journal.heard(Screenshot, since)),
        ]

    def is_decided() -> bool:
        return bool(pictures()) or bool(
            list_faults(stage, TopicKind.DASHBOARD, TopicKind.SCREENSHOT)
        )

    stage.line.wait(is_decided, _PICTURE_SECONDS)
    refuse_faults(stage, TopicKind.DASHBOARD, TopicKind.SCREENSHOT)
    if not pictures():
        raise failed(_NO_PICTURE, seconds=int(_PICTURE_SECONDS))
    return Text("A picture came, in order.", "Es kam ein Bild, in Ordnung.")


def _said(stage: Stage, kind: type[WireModel]) -> list[WireModel]:
    return [message for _, message in stage.line.journal.heard(kind)]


_CALM: Final = Text("Nothing.", "Nichts.")

CASES: Final = (
    Case(
        name="health",
        title=Text("Health, every 5 s", "Zustand, alle 5 s"),
        why=Text(
            "Health tells whether the picture runs; over its rhythm the server notices within "
            "seconds that a player is back.",
            "Der Zustand sagt, ob die Anzeige läuft; an seinem Takt merkt der Server binnen "
            "Sekunden, dass ein Player zurück ist.",
        ),
        sends=_CALM,
        expects=Text(
            "Seven reports in a row, valid, not retained, never more than 10 s apart.",
            "Sieben Berichte hintereinander, gültig, nicht aufbewahrt, nie mehr als 10 s "
            "auseinander.",
        ),
        check=health,
        watches=frozenset({TopicKind.HEALTH}),
    ),
    Case(
        name="heartbeat",
        title=Text("The heartbeat, every 65 s", "Heartbeat, alle 65 s"),
        why=Text(
            "A screen counts as offline after 170 s without a sign of life; two heartbeats may be "
            "lost until then.",
            "Nach 170 s ohne Lebenszeichen gilt ein Bildschirm als offline; bis dahin dürfen zwei "
            "Heartbeats verloren gehen.",
        ),
        sends=_CALM,
        expects=Text(
            "Two heartbeats, valid, not retained, 30 to 80 s apart.",
            "Zwei Heartbeats, gültig, nicht aufbewahrt, 30 bis 80 s auseinander.",
        ),
        check=heartbeat,
        watches=frozenset({TopicKind.HEARTBEAT}),
    ),
    Case(
        name="dashboard",
        title=Text("A picture, about every minute", "Ein Bild, etwa jede Minute"),
        why=Text(
            "The picture is how people see from their desk what hangs in the hall.",
            "Am Bild sieht man vom Schreibtisch aus, was in der Aula hängt.",
        ),
        sends=_CALM,
        expects=Text(
            "One picture within 130 s, valid, JPEG or PNG in base64, not retained.",
            "Ein Bild innerhalb von 130 s, gültig, JPEG oder PNG in Base64, nicht aufbewahrt.",
        ),
        check=dashboard,
        watches=frozenset({TopicKind.DASHBOARD}),
    ),
)
