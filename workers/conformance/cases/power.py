"""The TV's power: the group's intent, the player's own, which wins, and what changes nothing."""

from datetime import timedelta
from typing import Final

from infoscreen_core.contracts import PowerIntent, PowerState
from infoscreen_core.contracts import topics as wire
from infoscreen_core.contracts.topics import TEST_GROUPS
from infoscreen_core.domain.screens.player import ObservedPower
from infoscreen_core.domain.screens.power import DesiredPower
from workers.conformance.case import Case, Interruption, failed, untested
from workers.conformance.journal import Entry
from workers.conformance.stage import REASON, RunGroups, Stage, make_intent
from workers.conformance.texts import Text

_SWITCH_SECONDS: Final = 30.0
"""A TV may take a while until it tells by CEC what it does."""
_SCHEDULER_SECONDS: Final = 10.0
_REPEATS: Final = 3
_GROUP = TEST_GROUPS[0]
_OFF, _ON = ObservedPower.OFF, ObservedPower.ON

_NO_REPORT: Final = Text(
    "The player sends nothing on …/power/state; with it this can be tested.",
    "Der Player sendet nichts über …/power/state; damit lässt sich das prüfen.",
)
_NOT_OBEYED: Final = Text(
    "The group's intent says {wanted}; the player did not report that within {seconds} s (it says: "
    "{state}). It has to read infoscreen/groups/{group}/power/intent of its group and report on "
    "…/power/state. Where the broker has access rules, its account must be allowed to read that.",
    "Die Gruppe verlangt {wanted}; der Player meldete das nicht innerhalb von {seconds} s (er "
    "meldet: {state}). Er muss infoscreen/groups/{group}/power/intent seiner Gruppe lesen und über "
    "…/power/state berichten. Hat der Broker Zugriffsregeln, muss sein Konto das lesen dürfen.",
)
_OWN_IGNORED: Final = Text(
    "The player's own intent says on, the group's off, and the TV stayed {state}. The own one, on "
    "infoscreen/…/power/intent, has to win while it is there and has not expired.",
    "Der eigene Auftrag verlangt Ein, die Gruppe Aus, und der Fernseher blieb {state}. Der eigene, "
    "auf infoscreen/…/power/intent, muss gelten, solange er da und nicht abgelaufen ist.",
)
_OWN_KEPT: Final = Text(
    "The player's own intent was cleared (empty payload), and the TV stayed {state} although the "
    "group says off. Once it is cleared, the group's has to hold again.",
    "Der eigene Auftrag wurde gelöscht (leere Nachricht), und der Fernseher blieb {state}, obwohl "
    "die Gruppe Aus verlangt. Danach muss wieder der Auftrag der Gruppe gelten.",
)
_EXPIRED_OBEYED: Final = Text(
    "An intent that had expired two minutes ago switched the TV off. The player has to compare "
    "expires_at with its clock before it obeys.",
    "Ein seit zwei Minuten abgelaufener Auftrag schaltete den Fernseher aus. Der Player muss "
    "expires_at mit seiner Uhr vergleichen, bevor er gehorcht.",
)
_REPEAT_OBEYED: Final = Text(
    "The same intent_id with later times switched the TV to {state}. It is a heartbeat: the player "
    "has to set the state that it names, never toggle.",
    "Dieselbe intent_id mit späteren Zeiten schaltete den Fernseher auf {state}. Das ist nur ein "
    "Lebenszeichen: Der Player muss den genannten Zustand setzen, nie umschalten.",
)
_ORDERED: Final = Text(
    "Somebody holds this TV on or off. End that order first (`infoscreen power clear UUID`).",
    "Dieser Fernseher wird gerade gehalten. Beenden Sie das zuerst (`infoscreen power clear "
    "UUID`).",
)
_NO_SCHEDULER: Final = Text(
    "The server's scheduler did not publish the order; see `infoscreen status`.",
    "Der Scheduler des Servers hat die Anordnung nicht veröffentlicht; siehe `infoscreen status`.",
)


def by_group(stage: Stage) -> Text:
    """Let the group switch the TV off and on."""
    with stage.test_groups() as groups:
        _obey_group(stage, groups, DesiredPower.OFF, _OFF)
        _obey_group(stage, groups, DesiredPower.ON, _ON)
    return Text("The TV went off and on.", "Der Fernseher ging aus und ein.")


def override(stage: Stage) -> Text:
    """Let an operator hold the TV on while its group says off."""
    _refuse_order(stage)
    with stage.test_groups() as groups:
        _obey_group(stage, groups, DesiredPower.OFF, _OFF)
        try:
            _order(stage)
        finally:
            stage.office.end_order()
        if not _is_reported(stage, _OFF):
            raise failed(_OWN_KEPT, state=_state(stage))
    return Text(
        "The operator's order won, and the group's intent held again after it.",
        "Die Anordnung galt, und danach wieder der Auftrag der Gruppe.",
    )


def expired(stage: Stage) -> Text:
    """Send the player an intent of its own that has expired."""
    _refuse_order(stage)
    with stage.test_groups() as groups:
        _obey_group(stage, groups, DesiredPower.OFF, _OFF)
        _obey_group(stage, groups, DesiredPower.ON, _ON)
        since = stage.mark
        # Not retained: the scheduler clears whatever it did not publish there.
        topic = wire.client_power_intent_topic(stage.uuid)
        stage.line.publish(topic, _expired_intent(stage).to_payload())
        if stage.line.wait(lambda: _has_reported(stage, _OFF, since), stage.pace.silence):
            raise failed(_EXPIRED_OBEYED)
    return Text("The TV stayed on.", "Der Fernseher blieb ein.")


def repeated(stage: Stage) -> Text:
    """Renew an intent under the same id, as the server does all day."""
    with stage.test_groups() as groups:
        intent = _obey_group(stage, groups, DesiredPower.OFF, _OFF)
        since = stage.mark
        for _ in range(_REPEATS):
            again = make_intent(stage, DesiredPower.OFF, group=_GROUP, intent_id=intent.intent_id)
            groups.intend(_GROUP, again)
            if stage.line.wait(lambda: _has_reported(stage, _ON, since), stage.pace.settle):
                raise failed(_REPEAT_OBEYED, state=_state(stage))
    return Text("The TV stayed off.", "Der Fernseher blieb aus.")


def _obey_group(
    stage: Stage, groups: RunGroups, desired: DesiredPower, state: ObservedPower
) -> PowerIntent:
    intent = make_intent(stage, desired, group=_GROUP)
    groups.intend(_GROUP, intent)
    groups.join(_GROUP)
    if not _is_reported(stage, state):
        if not any(stage.line.journal.heard(PowerState)):
            raise untested(_NO_REPORT)
        raise failed(
            _NOT_OBEYED,
            wanted=desired.value,
            state=_state(stage),
            seconds=int(_SWITCH_SECONDS),
            group=_GROUP,
        )
    return intent


def _order(stage: Stage) -> None:
    since = stage.mark
    stage.office.order_tv(DesiredPower.ON, REASON.of(stage.language))
    if _is_reported(stage, _ON):
        return
    if not any(entry.message for entry in _own_intents(stage, since)):
        raise untested(_NO_SCHEDULER)
    raise failed(_OWN_IGNORED, state=_state(stage))


def _own_intents(stage: Stage, since: int) -> list[Entry]:
    topic = wire.client_power_intent_topic(stage.uuid)
    return [one for one in stage.line.journal.since(since) if one.topic == topic]


def _refuse_order(stage: Stage) -> None:
    if stage.office.has_order():
        raise untested(_ORDERED)


def _expired_intent(stage: Stage) -> PowerIntent:
    intent = make_intent(stage, DesiredPower.OFF, group=None)
    times = {"issued_at": intent.issued_at, "expires_at": intent.expires_at}
    ago = timedelta(minutes=2) + (intent.expires_at - intent.issued_at)
    return intent.model_copy(update={name: at - ago for name, at in times.items()})


def _is_reported(stage: Stage, state: ObservedPower) -> bool:
    """Wait until the player's newest word says so; it need not repeat what it said before."""
    return stage.line.wait(lambda: _newest(stage) is state, _SWITCH_SECONDS)


def _newest(stage: Stage) -> ObservedPower | None:
    states = [one.state for _, one in stage.line.journal.heard(PowerState)]
    return states[-1] if states else None


def _has_reported(stage: Stage, state: ObservedPower, since: int) -> bool:
    return any(one.state is state for _, one in stage.line.journal.heard(PowerState, since))


def _state(stage: Stage) -> str:
    newest = _newest(stage)
    return newest.value if newest else "–"


_TV_OFF: Final = Text(
    "the TV is switched off and on, several times, for some seconds",
    "der Fernseher wird mehrmals für einige Sekunden aus- und wieder eingeschaltet",
)

CASES: Final = (
    Case(
        name="power-group",
        title=Text("The group switches the TV", "Die Gruppe schaltet den Fernseher"),
        why=Text(
            "TVs that run all night cost money; TVs that stay dark show nothing.",
            "Fernseher, die die Nacht durchlaufen, kosten Geld; dunkle zeigen nichts.",
        ),
        sends=Text(
            "An intent off, then an intent on, to a test group.",
            "Ein Auftrag Aus, dann einer Ein, an eine Testgruppe.",
        ),
        expects=Text(
            "off, then on, on …/power/state within 30 s each.",
            "off, dann on über …/power/state, je innerhalb von 30 s.",
        ),
        check=by_group,
        interruption=Interruption.PICTURE,
        interrupts=_TV_OFF,
    ),
    Case(
        name="power-override",
        title=Text("An operator's order wins", "Ein gehaltener Fernseher bleibt, wie er ist"),
        why=Text(
            "Who holds a TV on for a parents' evening relies on it, whatever the group's plan "
            "says.",
            "Wer einen Fernseher für den Elternabend einschaltet, verlässt sich darauf, was immer "
            "der Plan der Gruppe sagt.",
        ),
        sends=Text(
            "off to a test group, then an operator's order on through the server, then its end.",
            "Aus an eine Testgruppe, dann eine Anordnung Ein über den Server, dann ihr Ende.",
        ),
        expects=Text(
            "off, on with the order, off after it.",
            "off, mit der Anordnung on, danach off.",
        ),
        check=override,
        interruption=Interruption.PICTURE,
        interrupts=_TV_OFF,
    ),
    Case(
        name="power-expired",
        title=Text("An intent that has expired", "Abgelaufener Auftrag"),
        why=Text(
            "A retained intent outlives a server that is gone; past expires_at nobody stands "
            "behind it.",
            "Ein aufbewahrter Auftrag überlebt einen Server, den es nicht mehr gibt; nach "
            "expires_at steht niemand mehr dahinter.",
        ),
        sends=Text(
            "on to a test group, then an intent off for the player that expired two minutes ago.",
            "Ein an eine Testgruppe, dann ein Auftrag Aus an den Player, vor zwei Minuten "
            "abgelaufen.",
        ),
        expects=Text("The TV stays on.", "Der Fernseher bleibt ein."),
        check=expired,
        interruption=Interruption.PICTURE,
        interrupts=_TV_OFF,
    ),
    Case(
        name="power-repeat",
        title=Text("The same intent again", "Derselbe Auftrag noch einmal"),
        why=Text(
            "The server renews each intent every half minute. A TV that is toggled by that would "
            "blink all day.",
            "Der Server erneuert jeden Auftrag alle halben Minuten. Ein Fernseher, den das "
            "umschaltet, blinkte den ganzen Tag.",
        ),
        sends=Text(
            "off to a test group, then three times the same intent_id with later times.",
            "Aus an eine Testgruppe, dann dreimal dieselbe intent_id mit späteren Zeiten.",
        ),
        expects=Text("The TV stays off.", "Der Fernseher bleibt aus."),
        check=repeated,
        interruption=Interruption.PICTURE,
        interrupts=_TV_OFF,
    ),
)
