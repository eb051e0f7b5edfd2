"""`/api/academic_periods`: the school's years and their parts."""

from collections.abc import Callable, Iterable
from datetime import date as Date  # noqa: N812 - a parameter has the name of the type
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from console.runtime import Session, now
from console.web.api.base import Day, IdInPath, answer
from console.web.api.callers import Caller, ChangesAsAdmin, ReadsAsUser
from console.web.api.languages import spoken
from console.web.api.models.academic_periods import (
    BlockerAnswer,
    NewPeriod,
    PeriodAnswer,
    PeriodChange,
    UsageAnswer,
)
from console.web.api.models.done import Deleted
from console.web.api.paging import Paging
from console.web.api.problems import problem
from console.web.api.rows import pieces, row
from console.words.errors import error_sentence
from infoscreen_core.domain.school.periods import PeriodDraft
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school import edits, pages, periods, views
from infoscreen_core.services.school.period_usage import BlockedError, Blocker, PeriodUsage
from infoscreen_core.services.school.views import PeriodView, period_view

router = APIRouter(prefix="/academic_periods", tags=["academic periods"])
_BLOCKED: Final[dict[int | str, dict[str, Any]]] = {
    409: {"description": "Something is in the way (`conflict`); `details.blockers` lists it all."}
}


@router.get(
    "",
    summary="List academic periods",
    operation_id="listPeriods",
    response_model=list[PeriodAnswer],
)
def list_periods(
    request: Request,
    caller: ReadsAsUser,
    page: Paging,
    *,
    archived: Annotated[bool, Query(description="Also those that are archived.")] = True,
) -> Response:
    """Return academic periods by their first day."""
    after = page.after_as(tuple[Date, int])
    with caller.read() as session:
        found = pages.list_period_page(
            session, with_archived=archived, after=after, limit=page.limit + 1
        )
    return pieces(
        found,
        page,
        request,
        key=lambda one: (one.start_date, one.id),
        write=lambda one: row(one, PeriodAnswer),
    )


@router.post(
    "",
    summary="Create an academic period",
    operation_id="createPeriod",
    status_code=201,
    response_model=PeriodAnswer,
)
def create_period(caller: ChangesAsAdmin, period: NewPeriod) -> Response:
    """Create a period, which is not in force yet."""
    draft = PeriodDraft(**period.given)
    return _told(
        caller.change(
            lambda session, actor, at: period_view(
                periods.create_period(session, draft, actor=actor, now=at)
            )
        ),
        201,
    )


@router.get(
    "/active",
    summary="Which period is in force?",
    operation_id="getActivePeriod",
    response_model=PeriodAnswer,
    responses={404: {"description": "None is (`not_found`)."}},
)
def get_active_period(caller: ReadsAsUser) -> Response:
    """Return the period that is in force."""
    with caller.read() as session:
        found = views.find_active_period(session)
    if found is None:
        raise NotFoundError("No academic period is in force; activate one.")
    return _told(found)


@router.get(
    "/for_date",
    summary="Which period counts on a day?",
    operation_id="getPeriodForDate",
    response_model=PeriodAnswer,
    responses={404: {"description": "None does (`not_found`)."}},
)
def get_period_for_date(
    caller: ReadsAsUser, date: Annotated[Day, Query(description="A day such as 2026-11-23.")]
) -> Response:
    """Return the period in force on a day, else a year before its parts."""
    with caller.read() as session:
        found = pages.find_period_on(session, date)
    if found is None:
        raise _none_on(date)
    return _told(found)


@router.get(
    "/{period_id:int}",
    summary="Read an academic period",
    operation_id="getPeriod",
    response_model=PeriodAnswer,
)
def get_period(caller: ReadsAsUser, period_id: IdInPath) -> Response:
    """Return a period."""
    with caller.read() as session:
        return _told(pages.get_period_view(session, period_id))


@router.put(
    "/{period_id:int}",
    summary="Change an academic period",
    operation_id="updatePeriod",
    response_model=PeriodAnswer,
)
def update_period(caller: ChangesAsAdmin, period_id: IdInPath, period: PeriodChange) -> Response:
    """Change what is sent; the rest stays as it is. Archived ones cannot be changed."""
    return _told(
        caller.change(
            lambda session, actor, at: edits.edit_period(
                session, period_id, period.given, actor=actor, now=at
            )
        )
    )


@router.delete(
    "/{period_id:int}",
    summary="Delete an academic period",
    operation_id="deletePeriod",
    response_model=Deleted,
    responses=_BLOCKED,
)
def delete_period(request: Request, caller: ChangesAsAdmin, period_id: IdInPath) -> Response:
    """Delete an archived period, which nothing belongs to, with its holidays."""
    try:
        caller.change(
            lambda session, actor, at: periods.delete_period(
                session, period_id, actor=actor, now=at
            )
        )
    except BlockedError as error:
        return _blocked(request, error)
    return answer(Deleted(success=True))


@router.get(
    "/{period_id:int}/usage",
    summary="What belongs to a period?",
    operation_id="getPeriodUsage",
    response_model=UsageAnswer,
)
def get_period_usage(request: Request, caller: ReadsAsUser, period_id: IdInPath) -> Response:
    """Return what belongs to it, and what keeps it from being archived or deleted."""
    with caller.read() as session:
        usage = pages.get_period_usage(session, period_id, now=now())
    with spoken(request):
        return answer(_usage(usage))


@router.post(
    "/{period_id:int}/activate",
    summary="Put a period in force",
    operation_id="activatePeriod",
    response_model=PeriodAnswer,
)
def activate_period(caller: ChangesAsAdmin, period_id: IdInPath) -> Response:
    """Put it in force; the one that was no longer is."""
    return _told(_stepped(caller, period_id, periods.activate_period))


@router.post(
    "/{period_id:int}/archive",
    summary="Archive a period",
    operation_id="archivePeriod",
    response_model=PeriodAnswer,
    responses=_BLOCKED,
)
def archive_period(request: Request, caller: ChangesAsAdmin, period_id: IdInPath) -> Response:
    """Archive it, unless it is in force or a series of it still takes place."""
    try:
        return _told(_stepped(caller, period_id, periods.archive_period))
    except BlockedError as error:
        return _blocked(request, error)


@router.post(
    "/{period_id:int}/restore",
    summary="Take a period out of the archive",
    operation_id="restorePeriod",
    response_model=PeriodAnswer,
)
def restore_period(caller: ChangesAsAdmin, period_id: IdInPath) -> Response:
    """Take it out of the archive; it is not in force then."""
    return _told(_stepped(caller, period_id, periods.restore_period))


def _stepped(caller: Caller, period_id: int, step: Callable[..., Any]) -> PeriodView:
    def work(session: Session, actor: Actor, at: datetime) -> PeriodView:
        return period_view(step(session, period_id, actor=actor, now=at))

    return caller.change(work)


def _none_on(day: Date) -> NotFoundError:
    return NotFoundError(
        "No academic period holds {day}; see the list of periods.", field="date", day=day
    )


def _told(period: PeriodView, status: int = 200) -> Response:
    return answer(row(period, PeriodAnswer), status)


def _usage(usage: PeriodUsage) -> dict[str, object]:
    return row(
        usage,
        UsageAnswer,
        archive_blockers=_blockers(usage.archive_blockers),
        delete_blockers=_blockers(usage.delete_blockers),
    )


def _blocked(request: Request, error: BlockedError) -> Response:
    with spoken(request):
        return problem(request, error, details={"blockers": _blockers(error.blockers)})


def _blockers(blockers: Iterable[Blocker]) -> list[dict[str, object]]:
    return [row(one, BlockerAnswer, error=error_sentence(one.sentence)) for one in blockers]
