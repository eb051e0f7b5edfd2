"""The report, for people and for scripts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from infoscreen_core.clock import to_zulu
from infoscreen_core.contracts import TopicKind
from infoscreen_core.domain.text.wording import printable
from workers.conformance.case import Case, Interruption, Verdict
from workers.conformance.journal import Entry
from workers.conformance.office import Subject
from workers.conformance.runner import Result
from workers.conformance.texts import Text

_LONGEST_PAYLOAD: Final = 400
_LONGEST_IN_JSON: Final = 65_536
"""Whole, so that scripts can read it; but a player may send 8 MiB."""
_MOST_ENTRIES: Final = 24
_PICTURES: Final = frozenset({TopicKind.DASHBOARD, TopicKind.SCREENSHOT})

_VERDICTS: Final = {
    Verdict.PASSED: Text("passed", "bestanden"),
    Verdict.FAILED: Text("FAILED", "NICHT BESTANDEN"),
    Verdict.NOT_TESTED: Text("not tested", "nicht geprüft"),
}
_SENT, _EXPECTED, _SEEN = (
    Text("sent", "gesendet"),
    Text("expected", "erwartet"),
    Text("messages", "Nachrichten"),
)
_HEADING: Final = Text(
    "Conformance of {name} ({uuid}), {at}", "Konformität von {name} ({uuid}), {at}"
)
_SUMMARY: Final = Text(
    "{passed} passed, {failed} failed, {not_tested} not tested",
    "{passed} bestanden, {failed} nicht bestanden, {not_tested} nicht geprüft",
)
_TO_MEND: Final = Text("What to mend", "Was zu beheben ist")
_TOOK: Final = Text("{seconds:.1f} s", "{seconds:.1f} s")
_LEFT_OUT: Final = Text("… {count} more …", "… {count} weitere …")
_RETAINED: Final = Text("retained", "aufbewahrt")
_EMPTY: Final = Text("(empty)", "(leer)")
_PICTURE: Final = Text("(a picture, {size} bytes)", "(ein Bild, {size} Bytes)")
INTERRUPTED_BY: Final = Text("What will be interrupted:", "Was unterbrochen wird:")
INTERRUPTIONS: Final = {
    Interruption.NOTHING: Text("interrupts nothing", "unterbricht nichts"),
    Interruption.PICTURE: Text("interrupts the picture", "unterbricht das Bild"),
    Interruption.CLEARS: Text("clears a report", "löscht eine Meldung"),
    Interruption.REBOOT: Text("only with --allow-reboot", "nur mit --allow-reboot"),
    Interruption.BROKER: Text("only with --broker-restart", "nur mit --broker-restart"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run."""

    subject: Subject
    began_at: datetime
    ended_at: datetime
    results: Sequence[Result]

    @property
    def has_failed(self) -> bool:
        """Whether the player broke a rule."""
        return any(result.verdict is Verdict.FAILED for result in self.results)

    @property
    def counts(self) -> dict[str, int]:
        """How many cases ended in which way."""
        found = Counter(result.verdict for result in self.results)
        return {verdict.value: found[verdict] for verdict in Verdict}


def heading(subject: Subject, at: datetime) -> str:
    """Return the first line."""
    words = _HEADING.fill(name=printable(subject.name), uuid=subject.uuid, at=_stamp(at))
    return words.of(subject.language)


def summary(report: Report) -> str:
    """Return the last lines: each case with its verdict, what to mend, and the numbers."""
    language = report.subject.language
    width = max(len(result.case.name) for result in report.results)
    lines = [
        f"  {result.case.name:<{width}}  {_VERDICTS[result.verdict].of(language)}"
        for result in report.results
    ]
    mend = [
        f"  {result.case.name}: {printable(result.text.of(language))}"
        for result in report.results
        if result.verdict is Verdict.FAILED
    ]
    to_mend = ["", f"{_TO_MEND.of(language)}:", *mend] if mend else []
    return "\n".join([*lines, *to_mend, "", _SUMMARY.fill(**report.counts).of(language)])


def describe(result: Result, language: str) -> str:
    """Return a case in words: what was sent, expected and seen, and what to mend."""
    case, verdict = result.case, _VERDICTS[result.verdict].of(language)
    took = _TOOK.fill(seconds=result.seconds)
    lines = [
        "",
        f"{case.name} – {case.title.of(language)}: {verdict} ({took.of(language)})",
        f"  {printable(result.text.of(language))}",
    ]
    if result.entries or result.verdict is not Verdict.NOT_TESTED:
        lines += [
            f"  {_SENT.of(language)}: {case.sends.of(language)}",
            f"  {_EXPECTED.of(language)}: {case.expects.of(language)}",
        ]
    if result.entries:
        lines.append(f"  {_SEEN.of(language)}:")
        lines += [f"    {line}" for line in _lines(result.entries, language)]
    return "\n".join(lines)


def as_json(report: Report) -> dict[str, Any]:
    """Return the run as plain values."""
    return {
        "client_uuid": report.subject.uuid,
        "name": report.subject.name,
        "language": report.subject.language,
        "began_at": to_zulu(report.began_at),
        "ended_at": to_zulu(report.ended_at),
        **report.counts,
        "cases": [_case_json(result, report.subject.language) for result in report.results],
    }


def list_cases(cases: Sequence[Case], language: str) -> list[dict[str, str]]:
    """Return what each case is about."""
    return [
        {
            "name": case.name,
            "title": case.title.of(language),
            "interruption": case.interruption.value,
            "why": case.why.of(language),
            "sends": case.sends.of(language),
            "expects": case.expects.of(language),
        }
        for case in cases
    ]


def list_interruptions(cases: Sequence[Case], language: str) -> list[str]:
    """Return what people will see of these cases, each thing once."""
    texts = [case.interrupts.of(language) for case in cases if case.interrupts]
    return list(dict.fromkeys(texts))


def _case_json(result: Result, language: str) -> dict[str, Any]:
    return {
        **list_cases([result.case], language)[0],
        "verdict": result.verdict.value,
        "sentence": result.text.of(language),
        "began_at": to_zulu(result.began_at),
        "seconds": round(result.seconds, 3),
        "messages": [_entry_json(entry, language) for entry in result.entries],
    }


def _entry_json(entry: Entry, language: str) -> dict[str, Any]:
    return {
        "at": to_zulu(entry.at),
        "direction": "sent" if entry.is_sent else "heard",
        "topic": entry.topic,
        "retained": entry.is_retained,
        "payload": _payload(entry, language, _LONGEST_IN_JSON),
        "fault": entry.fault,
    }


def _lines(entries: Sequence[Entry], language: str) -> list[str]:
    shown = [_line(entry, language) for entry in entries]
    if len(shown) <= _MOST_ENTRIES:
        return shown
    half = _MOST_ENTRIES // 2
    left_out = _LEFT_OUT.fill(count=len(shown) - 2 * half).of(language)
    return [*shown[:half], left_out, *shown[-half:]]


def _line(entry: Entry, language: str) -> str:
    arrow = "→" if entry.is_sent else "←"
    kept = f" [{_RETAINED.of(language)}]" if entry.is_retained else ""
    fault = f"  ✗ {entry.fault}" if entry.fault else ""
    moment = f"{entry.at:%H:%M:%S}.{entry.at.microsecond // 1000:03}"
    line = (
        f"{moment} {arrow} {entry.topic}{kept} {_payload(entry, language, _LONGEST_PAYLOAD)}{fault}"
    )
    return printable(line)


def _payload(entry: Entry, language: str, longest: int) -> str:
    if not entry.payload:
        return _EMPTY.of(language)
    if entry.kind in _PICTURES:
        return _PICTURE.fill(size=len(entry.payload)).of(language)
    text = entry.payload.decode(errors="replace")
    return text if len(text) <= longest else f"{text[:longest]}…"


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
