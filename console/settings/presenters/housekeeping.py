"""The jobs that keep the house in order, in words: what each does, and how it went."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _
from console.words.formatting import MISSING, duration, number, relative_html, to_come_html
from console.words.html import table
from console.words.status import STATUSES
from infoscreen_core.domain.monitoring.housekeeping import JobName
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.services.monitoring.upkeep.jobs import JobView

_NAMES: Final = {
    JobName.HEALTH_HOURS: N_("Roll health up to hours"),
    JobName.WEEKS: N_("Count how well screens served"),
    JobName.PATTERNS: N_("Look for reconnect storms and for crashes in the heat"),
    JobName.PLAYS: N_("Add up what screens showed"),
    JobName.OLD_HEALTH: N_("Delete old health"),
    JobName.OLD_LOGS: N_("Delete old log lines"),
    JobName.OLD_LOG_COUNTS: N_("Delete old counts of log lines"),
    JobName.OLD_DEAD_LETTERS: N_("Delete old dead letters"),
    JobName.OLD_STATUSES: N_("Delete old statuses"),
    JobName.OLD_UPLOADS: N_("Remove uploads that nobody went on with"),
    JobName.OLD_MEDIA: N_("Remove what the library has no more"),
    JobName.OLD_PICTURES: N_("Remove pictures that belong to nobody"),
}
_SHORTEST: Final = timedelta(seconds=1)


def jobs_table(jobs: Sequence[JobView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return a table with a line for each job."""
    heads = (_("Job"), _("Last run"), _("Result"), _("Took"), _("Rows"), _("Next run"))
    return table(
        heads, (_line(job, zone, now) for job in jobs), caption=_("The jobs and their last runs")
    )


def jobs_sentence(jobs: Sequence[JobView]) -> str:
    """Return which jobs failed, or that none did."""
    failed = [_(_NAMES[job.name]) for job in jobs if job.error]
    if failed:
        return _("Failed, and tried again: {jobs}.", jobs=", ".join(failed))
    if all(job.began_at is None for job in jobs):
        return _("No job has run yet; scheduler and listener run them every hour.")
    return _("All jobs run every hour; none has failed.")


def _line(job: JobView, zone: ZoneInfo, now: datetime) -> tuple[str, ...]:
    return (
        escape(_(_NAMES[job.name])),
        relative_html(job.began_at, zone, now=now),
        _result(job),
        escape(_took(job.duration)),
        number(job.row_count),
        _next(job, zone, now),
    )


def _result(job: JobView) -> str:
    if job.error:
        look = STATUSES[Status.CRITICAL]
        text = escape(_("Failed: {reason}", reason=job.error))
        return f'<span><i aria-hidden="true">{look.icon}</i> {text}</span>'
    if job.is_running:
        return escape(_("Running"))
    return MISSING if job.began_at is None else escape(_("Done"))


def _took(length: timedelta | None) -> str:
    if length is None:
        return MISSING
    return "< 1 s" if length < _SHORTEST else duration(length)


def _next(job: JobView, zone: ZoneInfo, now: datetime) -> str:
    if job.is_running or job.next_at is None:
        return MISSING
    return to_come_html(job.next_at, zone, now=now) if job.next_at > now else escape(_("now"))
