"""What belongs to an academic period, and what keeps it from being archived or deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod, Event
from infoscreen_core.db.queries import periods as queries
from infoscreen_core.db.queries.periods import LinkedCounts
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import ConflictError
from infoscreen_core.services.school.views import PeriodView, period_view

_NAMED: Final = 10
"""How many series are named one by one; the others are only counted."""


@dataclass(frozen=True)
class Blocker:
    """One reason why something cannot be done, and the event that it is about, if any."""

    sentence: Sentence
    event_id: int | None = None


class BlockedError(ConflictError):
    """Something cannot be done yet; as text it says the first reason."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        first = blockers[0].sentence
        super().__init__(first.template, field=first.field, **first.params)
        self.blockers = tuple(blockers)


@dataclass(frozen=True)
class PeriodUsage:
    """What is linked to a period, and what stands in the way of archiving or deleting it."""

    period_id: int
    event_count: int
    media_count: int
    holiday_count: int
    archive_blockers: tuple[Blocker, ...]
    delete_blockers: tuple[Blocker, ...]

    @property
    def can_archive(self) -> bool:
        """Whether the period can be archived now."""
        return not self.archive_blockers

    @property
    def can_delete(self) -> bool:
        """Whether the period can be deleted now."""
        return not self.delete_blockers


def get_usage(session: Session, period: AcademicPeriod, *, now: datetime) -> PeriodUsage:
    """Return what belongs to the period and what blocks it, to be shown before anybody clicks."""
    counts = queries.count_linked(session, period.id)
    return PeriodUsage(
        period_id=period.id,
        event_count=counts.events,
        media_count=counts.media,
        holiday_count=counts.holidays,
        archive_blockers=tuple(_archive_blockers(session, period, now)),
        delete_blockers=tuple(_delete_blockers(period, counts)),
    )


def list_used_periods(session: Session, *, now: datetime) -> list[tuple[PeriodView, PeriodUsage]]:
    """Return every period by its first day, with what belongs to it and what blocks it."""
    return [
        (period_view(row), get_usage(session, row, now=now))
        for row in queries.list_periods(session)
    ]


def refuse_archive(session: Session, period: AcademicPeriod, *, now: datetime) -> None:
    """Raise `BlockedError` with all reasons why the period cannot be archived now."""
    _refuse(_archive_blockers(session, period, now))


def refuse_delete(session: Session, period: AcademicPeriod) -> None:
    """Raise `BlockedError` with all reasons why the period cannot be deleted now."""
    _refuse(_delete_blockers(period, queries.count_linked(session, period.id)))


def _refuse(blockers: Sequence[Blocker]) -> None:
    if blockers:
        raise BlockedError(blockers)


def _archive_blockers(session: Session, period: AcademicPeriod, now: datetime) -> list[Blocker]:
    if period.archived_at is not None:
        return [Blocker(Sentence("The period {period} is archived already.", period=period.name))]
    found = []
    if period.is_active:
        sentence = Sentence(
            "The period {period} is in force; activate another one first.", period=period.name
        )
        found.append(Blocker(sentence))
    running = queries.list_running_series(session, period.id, now)
    found += [_running(event, group) for event, group in running[:_NAMED]]
    if len(running) > _NAMED:
        more = Sentence(
            "Series of the period that still take place besides: {count}.",
            count=len(running) - _NAMED,
        )
        found.append(Blocker(more))
    return found


def _running(event: Event, group: str) -> Blocker:
    if event.recurrence_end is None:
        sentence = Sentence(
            "The series {title} of the group {group} has no end; end it or delete it first.",
            title=event.title,
            group=group,
        )
    else:
        sentence = Sentence(
            "The series {title} of the group {group} takes place until {end}; end it or delete it "
            "first.",
            title=event.title,
            group=group,
            end=event.recurrence_end,
        )
    return Blocker(sentence, event.id)


def _delete_blockers(period: AcademicPeriod, counts: LinkedCounts) -> list[Blocker]:
    found = []
    if period.archived_at is None:
        found.append(
            Sentence("The period {period} is not archived; archive it first.", period=period.name)
        )
    if period.is_active:
        found.append(
            Sentence(
                "The period {period} is in force; activate another one first.", period=period.name
            )
        )
    if counts.events:
        found.append(
            Sentence(
                "Events in the period {period}: {count}; delete them or give them another one "
                "first.",
                period=period.name,
                count=counts.events,
            )
        )
    if counts.media:
        found.append(
            Sentence(
                "Files in the period {period}: {count}; delete them or give them another one "
                "first.",
                period=period.name,
                count=counts.media,
            )
        )
    return [Blocker(sentence) for sentence in found]
