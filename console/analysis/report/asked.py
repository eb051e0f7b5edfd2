"""What the report's address asks for, and what is read for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.runtime import Session, now, read_session, resources
from console.shared import shared
from infoscreen_core.domain.monitoring.past.months import Month, month_of, read_month
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.services.monitoring.analysis import group_names
from infoscreen_core.services.monitoring.monthly import report as service
from infoscreen_core.services.monitoring.monthly.views import MonthReport
from infoscreen_core.services.screens.groups import get_group_by_text

ADDRESS = "/analysis/report"
_MONTHS_TO_CHOOSE = 36


@dataclass(frozen=True)
class Choices:
    """What else the reader may ask for."""

    months: Sequence[Month]
    """The present one first."""
    groups: Mapping[int, str]


def read_asked(query: Mapping[str, str]) -> MonthReport:
    """Return the report that an address asks for, with `month` (else the last one) and `group`.

    Raises `InvalidInputError` for no month of the past, and `NotFoundError` for no such group.
    """
    at = now()
    with read_session() as session:
        text = query.get("month", "")
        month = read_month(text) if text else service.last_whole_month(session, now=at)
        return _report(month, _group(session, query.get("group", "")))


def choices(report: MonthReport) -> Choices:
    """Return the months of the record, the report's among them, and the groups."""
    present = month_of(to_local(report.made_at, report.zone).date())
    first = month_of(to_local(report.known_since or report.made_at, report.zone).date())
    months = [present]
    while months[-1] > first and len(months) < _MONTHS_TO_CHOOSE:
        months.append(months[-1].before)
    if report.month not in months:
        months.append(report.month)
    with read_session() as session:
        return Choices(months, group_names(session))


@shared(seconds=60.0, entries=8)
def _report(month: Month, group_id: int | None) -> MonthReport:
    with read_session() as session:
        return service.make_report(
            session,
            month,
            group_id=group_id,
            log_days=resources().settings.log_retention_days,
            now=now(),
        )


def _group(session: Session, word: str) -> int | None:
    return get_group_by_text(session, word).id if word else None
