"""What the player says of itself, and whether each word is in order."""

from typing import Final

from infoscreen_core.contracts import Discovery, DiscoveryAck, ServiceFailed, TopicKind
from infoscreen_core.contracts import topics as wire
from workers.conformance.case import Case, Interruption, failed, untested
from workers.conformance.cases.faults import refuse_faults, with_left_out
from workers.conformance.journal import Entry
from workers.conformance.stage import Stage
from workers.conformance.texts import Text

_WORD_SECONDS: Final = 20.0
"""By then a player that lives has said something: health is due every 5 s."""
_ANSWER_WAIT: Final = 35.0
_STRAYS: Final = 2
"""One may cross the answer on their way; from here on it is a habit."""
_OTHERS: Final = (
    TopicKind.LOG,
    TopicKind.COMMAND_ACK,
    TopicKind.POWER_STATE,
    TopicKind.SERVICE_FAILED,
)

_DISCOVERY_FIELDS: Final = (
    "hostname",
    "model",
    "software_version",
    "capabilities.recovery_class",
    "boot_id",
)

_CONTRADICTION: Final = Text(
    "A payload on {topic} names another player: {detail} It has to carry the UUID of the topic, or "
    "none.",
    "Eine Nachricht auf {topic} nennt einen anderen Player („{detail}“). Sie muss die UUID des "
    "Topics tragen, oder keine.",
)
_NO_MESSAGE: Final = Text(
    "The player said nothing at all. Is it switched on, and does it use the UUID {uuid} in its "
    "topics, in lower case?",
    "Der Player sagte gar nichts. Ist er eingeschaltet, und verwendet er die UUID {uuid} in seinen "
    "Topics, klein geschrieben?",
)
_NOT_CANONICAL: Final = Text(
    "The discovery names the player as {uuid}; the contract wants the UUID in lower case.",
    "Die Discovery nennt den Player {uuid}; der Vertrag verlangt die UUID in Kleinbuchstaben.",
)
_NO_DISCOVERY: Final = Text(
    "No discovery came, since nothing made the player connect anew. Add --allow-reboot or "
    "--broker-restart, or start the player by hand during the run.",
    "Es kam keine Discovery, weil sich der Player nicht neu verbinden musste. --allow-reboot oder "
    "--broker-restart angeben, oder den Player während des Laufs von Hand neu starten.",
)
_CAME_BACK_SILENT: Final = Text(
    "The player came back from its reboot without a discovery. It has to send one after each "
    "connect, until it is answered.",
    "Der Player kam ohne Discovery vom Neustart zurück. Er muss nach jeder Verbindung eine senden, "
    "bis er Antwort hat.",
)
_NOT_ANSWERED: Final = Text(
    "The player goes on asking, and the server's answer was not seen: is the listener at work, and "
    "may this account read …/discovery_ack?",
    "Der Player fragt weiter, und die Antwort des Servers war nicht zu sehen: Läuft der Listener, "
    "und darf dieses Konto …/discovery_ack lesen?",
)
_ENDLESS: Final = Text(
    "{count} more discoveries came after the server's answer. It is to be repeated only until "
    "…/discovery_ack has come; the player has to subscribe to that before it asks.",
    "Nach der Antwort des Servers kamen noch {count}. Wiederholt wird nur, bis …/discovery_ack da "
    "ist; der Player muss das Topic abonnieren, bevor er fragt.",
)
_NONE_FAILED: Final = Text(
    "The player has reported no failed unit, so there is nothing to clear. Let a unit fail "
    "(`systemctl`), and run this case again.",
    "Der Player hat keine ausgefallene Unit gemeldet, also gibt es nichts zu löschen. Lassen Sie "
    "eine Unit ausfallen (`systemctl`), und wiederholen Sie den Fall.",
)
_NOT_KEPT: Final = Text(
    "The report of a failed unit was not retained. It has to be: the server may be away when a "
    "unit fails.",
    "Die Meldung einer ausgefallenen Unit war nicht aufbewahrt (retained). Das muss sie sein: Der "
    "Server kann gerade weg sein, wenn eine Unit ausfällt.",
)
_CAME_BACK: Final = Text(
    "Cleared by the server, the report of the failed unit was there again. The player has to "
    "publish it once for each failure, not again and again.",
    "Vom Server gelöscht, war die Meldung der ausgefallenen Unit wieder da. Der Player muss sie je "
    "Ausfall einmal senden, nicht immer wieder.",
)


def identity(stage: Stage) -> Text:
    """Look at whom the messages of this run name."""
    entries = _heard_at_all(stage)
    for entry in entries:
        if entry.is_contradicting:
            raise failed(_CONTRADICTION, topic=entry.topic, detail=entry.fault)
    for entry, _ in stage.line.journal.heard(Discovery):
        if stage.uuid.encode() not in entry.payload:
            raise failed(_NOT_CANONICAL, uuid=stage.uuid.upper())
    return Text(
        "{count} messages, none of which names another player.",
        "{count} Nachrichten, von denen keine einen anderen Player nennt.",
    ).fill(count=len(entries))


def messages(stage: Stage) -> Text:
    """Look at the messages of this run that no other case is about."""
    entries = _heard_at_all(stage)
    refuse_faults(stage, *_OTHERS)
    return Text("{count} messages, all in order.", "{count} Nachrichten, alle in Ordnung.").fill(
        count=sum(entry.kind in _OTHERS for entry in entries)
    )


def discovery(stage: Stage) -> Text:
    """Look at the discoveries of this run, and wait whether there are more."""
    refuse_faults(stage, TopicKind.DISCOVERY)
    found = list(stage.line.journal.heard(Discovery))
    if not found and stage.reboot is not None:
        raise failed(_CAME_BACK_SILENT)
    if not found:
        raise untested(_NO_DISCOVERY)
    last = found[-1][0].moment
    left = last + _ANSWER_WAIT - stage.line.moment()
    if stage.line.wait(lambda: _later(stage, last) >= _STRAYS, max(left, 0.0)):
        if not any(stage.line.journal.heard(DiscoveryAck)):
            raise untested(_NOT_ANSWERED)
        raise failed(_ENDLESS, count=_later(stage, last))
    text = Text("{count} in this run, then no more.", "{count} in diesem Lauf, dann keine mehr.")
    return with_left_out(text.fill(count=len(found)), [one for _, one in found], *_DISCOVERY_FIELDS)


def service_failed(stage: Stage) -> Text:
    """Clear the report of a failed unit, as an operator who has seen to it does."""
    topic = wire.service_failed_topic(stage.uuid)
    if not stage.line.read_retained(topic):
        if any(stage.line.journal.heard(ServiceFailed)):
            raise failed(_NOT_KEPT)
        raise untested(_NONE_FAILED)
    refuse_faults(stage, TopicKind.SERVICE_FAILED)
    since = stage.mark
    stage.line.publish(topic, b"", is_retained=True)
    came = stage.line.wait(
        lambda: any(stage.line.journal.heard(ServiceFailed, since)), stage.pace.silence
    )
    if came or stage.line.read_retained(topic):
        raise failed(_CAME_BACK)
    return Text("It stayed cleared.", "Sie blieb gelöscht.")


def _heard_at_all(stage: Stage) -> list[Entry]:
    stage.line.wait(stage.own_words, _WORD_SECONDS)
    if not stage.own_words():
        raise untested(_NO_MESSAGE, uuid=stage.uuid)
    return stage.own_words()


def _later(stage: Stage, moment: float) -> int:
    found = stage.line.journal.heard(Discovery)
    return sum(entry.moment > moment for entry, _ in found)


CASES: Final = (
    Case(
        name="discovery",
        title=Text("Discovery", "Discovery"),
        why=Text(
            "With it the server knows that a player is there and tells it its group; one that "
            "never stops is noise, one that gives up stays unknown.",
            "Daran erkennt der Server, dass ein Player da ist, und nennt ihm seine Gruppe; eine, "
            "die nie aufhört, ist Lärm, und wer aufgibt, bleibt unbekannt.",
        ),
        sends=Text(
            "Nothing: it looks at what came after the reboot or the broker's restart of this run.",
            "Nichts: Betrachtet wird, was nach dem Neustart des Geräts oder des Brokers kam.",
        ),
        expects=Text(
            "A discovery after each connect, valid, with QoS 1, not retained, and none once it was "
            "answered.",
            "Eine Discovery nach jeder Verbindung, gültig, mit QoS 1, nicht aufbewahrt, und keine "
            "mehr nach der Antwort.",
        ),
        check=discovery,
    ),
    Case(
        name="messages",
        title=Text("All else that was said", "Was sonst gesagt wurde"),
        why=Text(
            "What breaks the contract is kept as a dead letter and changes nothing: a log line, a "
            "step or a report on the TV that nobody sees.",
            "Was den Vertrag verletzt, wird beiseitegelegt und ändert nichts: eine Protokollzeile, "
            "ein Schritt oder ein Bericht über den Fernseher, den niemand sieht.",
        ),
        sends=Text(
            "Nothing: it looks at all messages of this run.",
            "Nichts: Betrachtet werden alle Nachrichten dieses Laufs.",
        ),
        expects=Text(
            "Log lines, acknowledgements, power states and failed units are valid, come with QoS 1 "
            "(mere information with 0), and only the last are retained.",
            "Protokollzeilen, Bestätigungen, Zustände des Fernsehers und ausgefallene Units sind "
            "gültig, kommen mit QoS 1 (bloße Information mit 0), und nur die letzten sind "
            "aufbewahrt.",
        ),
        check=messages,
    ),
    Case(
        name="identity",
        title=Text("One and the same player", "Ein und derselbe Player"),
        why=Text(
            "The topic says who speaks. A payload that says otherwise is refused, lest one "
            "screen's trouble be another's.",
            "Wer spricht, sagt das Topic. Eine Nachricht, die anderes sagt, wird abgelehnt, damit "
            "nicht ein Bildschirm für den anderen krank ist.",
        ),
        sends=Text(
            "Nothing: it looks at all messages of this run.",
            "Nichts: Betrachtet werden alle Nachrichten dieses Laufs.",
        ),
        expects=Text(
            "uuid, client_uuid and message.client_id equal the topic's, or are absent; the "
            "discovery has the UUID in lower case.",
            "uuid, client_uuid und message.client_id gleichen dem Topic oder fehlen; die Discovery "
            "nennt die UUID in Kleinbuchstaben.",
        ),
        check=identity,
    ),
)

FAILURE_CASES: Final = (
    Case(
        name="service-failed",
        title=Text("A failed unit, cleared", "Eine ausgefallene Unit, gelöscht"),
        why=Text(
            "The report is retained until somebody has seen to it; one that comes back by itself "
            "cannot be acknowledged.",
            "Die Meldung bleibt, bis sich jemand gekümmert hat; eine, die von selbst wiederkommt, "
            "lässt sich nicht quittieren.",
        ),
        sends=Text(
            "The empty retained message on …/service_failed, if a report is there.",
            "Die leere aufbewahrte Nachricht auf …/service_failed, falls eine Meldung da ist.",
        ),
        expects=Text(
            "A valid, retained report before, nothing after.",
            "Davor eine gültige, aufbewahrte Meldung, danach nichts.",
        ),
        check=service_failed,
        interruption=Interruption.CLEARS,
        interrupts=Text(
            "if the player has reported a failed unit, that report is cleared at the broker; the "
            "server's record of it stays",
            "hat der Player eine ausgefallene Unit gemeldet, wird diese Meldung beim Broker "
            "gelöscht; was der Server davon weiß, bleibt",
        ),
    ),
)
