"""What is wrong, in one sentence for each kind of incident."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.text.wording import Sentence, shown

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_OUTAGES: Final[Mapping[str, Sentence]] = {
    BlindCause.BROKER: Sentence("The server had no connection to the message broker."),
    BlindCause.LISTENER: Sentence("Nobody took in what the screens sent."),
    BlindCause.STANDSTILL: Sentence("The server or its database stood still."),
    BlindCause.NETWORK: Sentence("Nearly all screens fell silent at once: broker or network."),
}
_UNKNOWN_OUTAGE: Final = Sentence("The server did not see its screens.")


def incident_sentence(kind: IncidentKind, evidence: Mapping[str, Any]) -> Sentence:
    """Return what is wrong; the evidence may lack anything, as of rows from before."""
    words = _WORDS[kind]
    return words if isinstance(words, Sentence) else words(evidence)


def _outage(evidence: Mapping[str, Any]) -> Sentence:
    return _OUTAGES.get(str(evidence.get("cause")), _UNKNOWN_OUTAGE)


def _silent(evidence: Mapping[str, Any]) -> Sentence:
    if evidence.get("last_alive", "") is None:
        return Sentence("It has never reported.")
    return Sentence("No sign of life.")


def _crashed(evidence: Mapping[str, Any]) -> Sentence:
    if evidence.get("process_status", ProcessStatus.CRASHED) == ProcessStatus.CRASHED:
        return Sentence("Its display process crashed.")
    return Sentence("It logs errors, and its display process is not running.")


def _failed(evidence: Mapping[str, Any]) -> Sentence:
    unit = evidence.get("unit")
    if not unit:
        return Sentence("A service failed on the player.")
    return Sentence("The service {unit} failed on the player.", unit=shown(str(unit)))


def _storm(evidence: Mapping[str, Any]) -> Sentence:
    return Sentence(
        "Its connection broke {count} times within an hour.", count=_whole(evidence, "reconnects")
    )


def _hot(evidence: Mapping[str, Any]) -> Sentence:
    return Sentence("It is {degrees} °C hot.", degrees=_whole(evidence, "temperature_c"))


def _busy(evidence: Mapping[str, Any]) -> Sentence:
    percent = _whole(evidence, "cpu_percent")
    return Sentence("Its processor is busy all the time: {percent} %.", percent=percent)


def _disk(evidence: Mapping[str, Any]) -> Sentence:
    return Sentence(
        "Its disk is nearly full: {free} MB are free.", free=_whole(evidence, "disk_free_mb")
    )


def _clock(evidence: Mapping[str, Any]) -> Sentence:
    behind = _whole(evidence, "behind_seconds")
    return _fast(-behind) if behind < 0 else _slow(behind)


def _fast(seconds: int) -> Sentence:
    if seconds >= 2 * _DAY:
        return Sentence("Its clock is {days} days fast.", days=round(seconds / _DAY))
    if seconds >= 2 * _HOUR:
        return Sentence("Its clock is {hours} hours fast.", hours=round(seconds / _HOUR))
    return Sentence("Its clock is {minutes} minutes fast.", minutes=round(seconds / _MINUTE))


def _slow(seconds: int) -> Sentence:
    if seconds >= 2 * _DAY:
        return Sentence("Its clock is {days} days slow.", days=round(seconds / _DAY))
    if seconds >= 2 * _HOUR:
        return Sentence("Its clock is {hours} hours slow.", hours=round(seconds / _HOUR))
    return Sentence("Its clock is {minutes} minutes slow.", minutes=round(seconds / _MINUTE))


def _wrong(evidence: Mapping[str, Any]) -> Sentence:
    """Return what is shown in the place of what; titles are missing of events long deleted."""
    planned, shown_title = evidence.get("planned_title"), evidence.get("shown_title")
    if planned and shown_title:
        return Sentence(
            "It shows “{shown}” instead of “{planned}”.",
            shown=shown(str(shown_title)),
            planned=shown(str(planned)),
        )
    if planned and evidence.get("shown_event_id") is None:
        return Sentence("It shows nothing instead of “{planned}”.", planned=shown(str(planned)))
    if planned:
        return Sentence(
            "It shows another event instead of “{planned}”.", planned=shown(str(planned))
        )
    if shown_title and evidence.get("planned_event_id", "") is None:
        return Sentence(
            "It still shows “{shown}”, and nothing is planned.", shown=shown(str(shown_title))
        )
    return Sentence("It shows something else than planned.")


def _whole(evidence: Mapping[str, Any], name: str) -> int:
    value = evidence.get(name)
    return round(value) if isinstance(value, int | float) else 0


_WORDS: Final[Mapping[IncidentKind, Sentence | Callable[[Mapping[str, Any]], Sentence]]] = {
    IncidentKind.OUTAGE: _outage,
    IncidentKind.SILENT: _silent,
    IncidentKind.PROCESS_CRASHED: _crashed,
    IncidentKind.SERVICE_FAILED: _failed,
    IncidentKind.SCREEN_BLACK: Sentence("Its picture is black."),
    IncidentKind.SCREEN_FROZEN: Sentence("Its picture is frozen."),
    IncidentKind.WRONG_CONTENT: _wrong,
    IncidentKind.PICTURE_STALE: Sentence("Its newest picture is old."),
    IncidentKind.DUPLICATE_ID: Sentence("Two players report under the same UUID."),
    IncidentKind.RESTART_STORM: _storm,
    IncidentKind.HOT: _hot,
    IncidentKind.PROCESSOR_BUSY: _busy,
    IncidentKind.DISK_NEARLY_FULL: _disk,
    IncidentKind.CLOCK_WRONG: _clock,
}
