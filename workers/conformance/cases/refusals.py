"""Commands that a player must not carry out: late, broken, meant for another, retained, alias."""

from typing import Final
from uuid import uuid4

from infoscreen_core.contracts import AckStatus
from infoscreen_core.contracts import topics as wire
from infoscreen_core.domain.commands.lifecycle import ACK_LIMIT, KNOWN_ERROR_CODES
from workers.conformance.case import Case, failed
from workers.conformance.stage import Stage
from workers.conformance.texts import Text

_ANSWER_SECONDS: Final = ACK_LIMIT.total_seconds()
_CALM_SECONDS: Final = 30.0
"""What a restart that should not have been may take, lest the next case be blamed for it."""
_ALIVE_SECONDS: Final = 80.0
"""By then a player that lives has sent at least a heartbeat."""
_STALE: Final = frozenset({"stale_command"})
_BROKEN: Final = frozenset({"invalid_schema", "missing_field"})

RAN: Final = Text(
    "The player carried the command out. It has to check it before it begins: {rule}.",
    "Der Player hat den Befehl ausgeführt. Er muss ihn vor dem Ausführen prüfen: {rule}.",
)
ACCEPTED: Final = Text(
    "The player acknowledged with “accepted”, so the server waits for an execution. It has to "
    "answer with “failed” and a code at once.",
    "Der Player hat mit „accepted“ bestätigt, der Server wartet also auf die Ausführung. Er muss "
    "sofort mit „failed“ und einem Code antworten.",
)
UNANSWERED: Final = Text(
    "There was no answer within {seconds} s; the server calls that a hanging command service. The "
    "player has to answer with “failed” and the code {codes}.",
    "Innerhalb von {seconds} s kam keine Antwort; für den Server hängt damit der Befehlsdienst. "
    "Der Player muss mit „failed“ und dem Code {codes} antworten.",
)
WRONG_CODE: Final = Text(
    "The player refused the command with the code {code}, which means something else, so people "
    "look for the wrong cause. It has to send {codes}.",
    "Der Player hat den Befehl mit dem Code {code} abgelehnt, der etwas anderes bedeutet; gesucht "
    "wird so die falsche Ursache. Er muss {codes} senden.",
)
INVALID_ACK: Final = Text(
    "The answer breaks the contract: {detail} What it has to be stands in the schema command_ack.",
    "Die Antwort verletzt den Vertrag: „{detail}“ Wie sie sein muss, steht im Schema command_ack.",
)
REFUSED: Final = Text(
    "Refused with {code}, not carried out.", "Mit {code} abgelehnt, nicht ausgeführt."
)
_DEAF: Final = Text(
    "A command that comes on {topic} alone was not answered. The player has to subscribe to both "
    "command topics; the second copy of a command changes nothing.",
    "Ein Befehl, der nur über {topic} kommt, blieb ohne Antwort. Der Player muss beide "
    "Befehls-Topics abonnieren; das zweite Exemplar eines Befehls ändert nichts.",
)
_ONLY_ALIAS: Final = Text(
    "Acknowledgements come on {topic} alone, which is transitional. The player has to send them on "
    "…/commands/ack; it may send both.",
    "Bestätigungen kommen nur über {topic}, das nur für den Übergang da ist. Der Player muss sie "
    "über …/commands/ack senden; beide sind erlaubt.",
)
_ANSWERED_FOR_ANOTHER: Final = Text(
    "The player answered a command that another one was sent, on the other's topic. It may "
    "subscribe to its own topics only.",
    "Der Player hat auf einen Befehl geantwortet, der über das Topic eines anderen an diesen ging. "
    "Er darf nur seine eigenen Topics abonnieren.",
)
_ANSWERED_OFTEN: Final = Text(
    "One retained command was answered {count} times. A retained message on a command topic is to "
    "be ignored, or answered once.",
    "Ein aufbewahrter Befehl (retained) wurde {count}-mal beantwortet. Eine aufbewahrte Nachricht "
    "auf einem Befehls-Topic ist zu ignorieren oder einmal zu beantworten.",
)
_FELL_SILENT: Final = Text(
    "After the empty message that clears the retained command, nothing came from the player within "
    "{seconds} s. It has to survive an empty payload.",
    "Nach der leeren Nachricht, die den aufbewahrten Befehl löscht, kam {seconds} s lang nichts "
    "mehr vom Player. Er muss eine leere Nachricht überstehen.",
)
_RULES: Final = {
    "expired": Text("expires_at has passed", "expires_at ist vorbei"),
    "unknown-action": Text("it knows no such action", "diese Aktion kennt er nicht"),
    "wrong-schema": Text("schema_version is not 1.0", "schema_version ist nicht 1.0"),
    "missing-field": Text("expires_at is missing", "expires_at fehlt"),
    "unknown-field": Text(
        "the schema declares no such field", "das Schema kennt dieses Feld nicht"
    ),
    "foreign": Text("client_uuid is not its own", "client_uuid ist nicht seine eigene"),
    "retained": Text("expires_at has passed", "expires_at ist vorbei"),
    "alias": Text("expires_at has passed", "expires_at ist vorbei"),
}


def expired(stage: Stage) -> Text:
    """Send a command whose time is over."""
    since = stage.mark
    command_id = stage.send_command("expired", **stage.stale_fields())
    return judge_refusal(stage, "expired", command_id, since, codes=_STALE)


def unknown_action(stage: Stage) -> Text:
    """Send an action that the contract does not know."""
    since = stage.mark
    command_id = stage.send_command("unknown-action", action="conformance_probe")
    return judge_refusal(stage, "unknown-action", command_id, since, codes=_BROKEN)


def wrong_schema(stage: Stage) -> Text:
    """Send a command of another version of the schema."""
    since = stage.mark
    command_id = stage.send_command("wrong-schema", schema_version="0.9")
    return judge_refusal(stage, "wrong-schema", command_id, since, codes=_BROKEN)


def missing_field(stage: Stage) -> Text:
    """Send a command that never expires, since it does not say when."""
    since = stage.mark
    command_id = stage.send_command("missing-field", expires_at=None)
    return judge_refusal(stage, "missing-field", command_id, since, codes=_BROKEN)


def unknown_field(stage: Stage) -> Text:
    """Send a command with a field that no version of the contract declares."""
    since = stage.mark
    command_id = stage.send_command("unknown-field", conformance_probe=True)
    return judge_refusal(stage, "unknown-field", command_id, since, codes=_BROKEN)


def foreign(stage: Stage) -> Text:
    """Name another player in a command; and send one to another player."""
    since, another = stage.mark, str(uuid4())
    ours = stage.send_command("foreign", client_uuid=another)
    theirs = stage.send_command("foreign", topic=wire.command_topic(another), client_uuid=another)
    stage.line.wait(lambda: stage.acks(theirs) or stage.has_run(ours, since), stage.pace.silence)
    if stage.acks(theirs):
        raise failed(_ANSWERED_FOR_ANOTHER)
    _refuse_execution(stage, "foreign", ours, since)
    return Text("Neither was carried out.", "Keiner der beiden wurde ausgeführt.")


def retained(stage: Stage) -> Text:
    """Retain a command that has expired, then clear it."""
    since, topic = stage.mark, wire.command_topic(stage.uuid)
    loan = stage.line.borrow(topic, owed=b"")
    command_id = stage.send_command(
        "retained", topic=topic, is_retained=True, **stage.stale_fields()
    )
    stage.line.wait(lambda: stage.acks(command_id), _ANSWER_SECONDS)
    stage.line.wait(lambda: stage.has_run(command_id, since), stage.pace.settle)
    cleared = stage.mark
    loan.give_back(b"")
    is_alive = stage.line.wait(lambda: stage.own_words(cleared), _ALIVE_SECONDS)
    _refuse_execution(stage, "retained", command_id, since)
    if not is_alive:
        raise failed(_FELL_SILENT, seconds=int(_ALIVE_SECONDS))
    return _judge_repeats(stage, command_id)


def alias(stage: Stage) -> Text:
    """Send a command, one that has expired, on the transitional topic alone."""
    since, topic = stage.mark, wire.command_alias_topic(stage.uuid)
    command_id = stage.send_command("alias", topic=topic, **stage.stale_fields())
    stage.line.wait(lambda: stage.acks(command_id), _ANSWER_SECONDS)
    if not stage.acks(command_id):
        raise failed(_DEAF, topic=topic)
    text = judge_refusal(stage, "alias", command_id, since, codes=_STALE)
    if all(ack.is_alias for ack in stage.acks(command_id)):
        raise failed(_ONLY_ALIAS, topic=wire.command_ack_alias_topic(stage.uuid))
    return text


def judge_refusal(
    stage: Stage, name: str, command_id: str, since: int, *, codes: frozenset[str]
) -> Text:
    """Wait for the answer to a command that must not run, and judge it."""
    expected = " / ".join(sorted(codes))
    stage.line.wait(lambda: stage.acks(command_id) or stage.bad_acks(since), _ANSWER_SECONDS)
    stage.line.wait(lambda: stage.has_run(command_id, since), stage.pace.settle)
    _refuse_execution(stage, name, command_id, since)
    for entry in stage.bad_acks(since):
        raise failed(INVALID_ACK, detail=entry.fault)
    answers = stage.acks(command_id)
    if not answers:
        raise failed(UNANSWERED, seconds=int(_ANSWER_SECONDS), codes=expected)
    code = answers[0].message.error_code or ""
    if code in KNOWN_ERROR_CODES - codes:
        raise failed(WRONG_CODE, code=code, codes=expected)
    return REFUSED.fill(code=code)


def _refuse_execution(stage: Stage, name: str, command_id: str, since: int) -> None:
    if stage.has_run(command_id, since):
        stage.calm_down(command_id, _CALM_SECONDS)
        raise failed(RAN, rule=_RULES[name])
    if any(ack.message.status is AckStatus.ACCEPTED for ack in stage.acks(command_id)):
        stage.calm_down(command_id, _CALM_SECONDS)
        raise failed(ACCEPTED)


def _judge_repeats(stage: Stage, command_id: str) -> Text:
    answers = stage.acks(command_id)
    for is_alias in (False, True):
        count = sum(ack.is_alias is is_alias for ack in answers)
        if count > 1:
            raise failed(_ANSWERED_OFTEN, count=count)
    if not answers:
        return Text("The retained command was ignored.", "Der aufbewahrte Befehl wurde ignoriert.")
    return Text("Answered once, not carried out.", "Einmal beantwortet, nicht ausgeführt.")


_BROKEN_WHY: Final = Text(
    "A command that is not what the contract describes was not made by this server, or its maker "
    "means something the player cannot know.",
    "Ein Befehl, der dem Vertrag nicht entspricht, stammt nicht von diesem Server, oder er meint "
    "etwas, das der Player nicht wissen kann.",
)
_BROKEN_EXPECTS: Final = Text(
    "“failed” with invalid_schema or missing_field within 20 s, and no restart.",
    "„failed“ mit invalid_schema oder missing_field innerhalb von 20 s, und kein Neustart.",
)

CASES: Final = (
    Case(
        name="expired",
        title=Text("A command that has expired", "Abgelaufener Befehl"),
        why=Text(
            "A command may reach the player late, after a night without network. Past expires_at "
            "nobody expects a restart any more.",
            "Ein Befehl kann spät ankommen, etwa nach einer Nacht ohne Netz. Nach expires_at "
            "rechnet niemand mehr mit einem Neustart.",
        ),
        sends=Text(
            "An app restart that expired ten minutes ago, on …/commands.",
            "Ein App-Neustart, der vor zehn Minuten ablief, über …/commands.",
        ),
        expects=Text(
            "“failed” with stale_command within 20 s, and no restart.",
            "„failed“ mit stale_command innerhalb von 20 s, und kein Neustart.",
        ),
        check=expired,
    ),
    Case(
        name="unknown-action",
        title=Text("An unknown action", "Unbekannte Aktion"),
        why=_BROKEN_WHY,
        sends=Text(
            "A command with the action conformance_probe.",
            "Ein Befehl mit der Aktion conformance_probe.",
        ),
        expects=_BROKEN_EXPECTS,
        check=unknown_action,
    ),
    Case(
        name="wrong-schema",
        title=Text("Another version of the schema", "Andere Version des Schemas"),
        why=_BROKEN_WHY,
        sends=Text(
            "An app restart with schema_version 0.9.",
            "Ein App-Neustart mit schema_version 0.9.",
        ),
        expects=_BROKEN_EXPECTS,
        check=wrong_schema,
    ),
    Case(
        name="missing-field",
        title=Text("A field is missing", "Fehlendes Feld"),
        why=Text(
            "A command without expires_at would never be too late.",
            "Ein Befehl ohne expires_at käme nie zu spät.",
        ),
        sends=Text("An app restart without expires_at.", "Ein App-Neustart ohne expires_at."),
        expects=_BROKEN_EXPECTS,
        check=missing_field,
    ),
    Case(
        name="unknown-field",
        title=Text("A field too many", "Unbekanntes Feld"),
        why=Text(
            "Players are upgraded first, so the server never sends a field that they do not know. "
            "What carries one is not from this server.",
            "Player werden zuerst aktualisiert, der Server sendet also nie ein Feld, das sie nicht "
            "kennen. Was eines enthält, stammt nicht von diesem Server.",
        ),
        sends=Text(
            "An app restart with the additional field conformance_probe.",
            "Ein App-Neustart mit dem zusätzlichen Feld conformance_probe.",
        ),
        expects=_BROKEN_EXPECTS,
        check=unknown_field,
    ),
    Case(
        name="foreign",
        title=Text("A command for another player", "Befehl für einen anderen Player"),
        why=Text(
            "The identity in the topic is the addressee. A client_uuid that contradicts it makes "
            "the message invalid, and what another is sent is nobody else's business.",
            "Wer gemeint ist, sagt das Topic. Eine client_uuid, die ihm widerspricht, macht die "
            "Nachricht ungültig; und was an einen anderen geht, geht sonst niemanden an.",
        ),
        sends=Text(
            "An app restart with another client_uuid on …/commands, and one to a player that does "
            "not exist, on that one's topic.",
            "Ein App-Neustart mit fremder client_uuid über …/commands, und einer an einen Player, "
            "den es nicht gibt, über dessen Topic.",
        ),
        expects=Text(
            "Silence or “failed” for the first, nothing for the second; no restart.",
            "Schweigen oder „failed“ auf den ersten, nichts auf den zweiten; kein Neustart.",
        ),
        check=foreign,
    ),
    Case(
        name="retained",
        title=Text("A retained command", "Aufbewahrter Befehl (retained)"),
        why=Text(
            "Commands are never retained. One that is would come again with every connect: a boot "
            "loop.",
            "Befehle werden nie aufbewahrt. Ein aufbewahrter käme mit jeder Verbindung wieder: "
            "eine Neustart-Schleife.",
        ),
        sends=Text(
            "An app restart that has expired, retained on …/commands; then the empty message that "
            "clears it.",
            "Ein abgelaufener App-Neustart, aufbewahrt auf …/commands; dann die leere Nachricht, "
            "die ihn löscht.",
        ),
        expects=Text(
            "No restart, at most one answer on each topic, and a player that goes on reporting.",
            "Kein Neustart, höchstens eine Antwort je Topic, und ein Player, der weiter berichtet.",
        ),
        check=retained,
    ),
    Case(
        name="alias",
        title=Text(
            "Both command topics, both for answers", "Beide Befehls-Topics, beide für Antworten"
        ),
        why=Text(
            "While players change over, each command comes on …/commands and on …/command. One "
            "that reads the second alone must answer too, and on …/commands/ack.",
            "In der Übergangszeit kommt jeder Befehl über …/commands und …/command. Auch wer nur "
            "den zweiten liest, muss antworten, und zwar über …/commands/ack.",
        ),
        sends=Text(
            "An app restart that has expired, on …/command alone.",
            "Ein abgelaufener App-Neustart, nur über …/command.",
        ),
        expects=Text(
            "“failed” with stale_command on …/commands/ack; …/command/ack may say the same.",
            "„failed“ mit stale_command über …/commands/ack; …/command/ack darf dasselbe sagen.",
        ),
        check=alias,
    ),
)
