"""`/api/holidays`: days without school, one by one or from a file."""

from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from console.runtime import Session
from console.web.api.base import MAX_ID, Day, Id, IdInPath, answer
from console.web.api.callers import Caller, ChangesAsEditor, ReadsAsEditor
from console.web.api.files.forms import FormModel, Memory, describe_upload, read_form
from console.web.api.languages import spoken, spoken_language
from console.web.api.models.holidays import (
    HolidayAnswer,
    HolidayChange,
    HolidayDeleted,
    HolidayWritten,
    ImportAnswer,
    ImportLine,
    NewHoliday,
)
from console.web.api.paging import Paging
from console.web.api.rows import pieces, row
from console.words.errors import error_sentence
from infoscreen_core.domain.school.holiday_import import ImportRow
from infoscreen_core.domain.school.holiday_places import PlaceChoice
from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school import edits, holidays, pages
from infoscreen_core.services.school.holiday_import import (
    ImportReport,
    import_holidays,
    preview_import,
)
from infoscreen_core.services.school.pages import HolidaysAsked
from infoscreen_core.services.school.views import HolidayView, holiday_view

router = APIRouter(prefix="/holidays", tags=["holidays"])
MOST_BYTES: Final = 6 * 1024 * 1024
"""Of a file; the readers of the single formats allow less."""
_UPLOAD: Final = describe_upload(
    {
        "academicPeriodId": (
            {"type": "integer", "minimum": 1, "maximum": MAX_ID},
            "The period that the holidays belong to.",
        ),
        "preview": ({"type": "boolean"}, "Only say what would become of each line."),
        "subdivision": ({"type": "string"}, "Of a file with several regions: only this one's."),
        "schoolGroup": ({"type": "string"}, "Of a file with several groups: only this one's."),
        "name": ({"type": "string"}, "What the file is called, where it is the whole body."),
    },
    required=["academicPeriodId"],
)
_NO_PERIOD: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "There is no such academic period (`not_found`)."}
}
Written = tuple[HolidayView, holidays.HolidayWritten]


class ImportAsked(FormModel):
    """What stands beside a file of holidays."""

    academic_period_id: Id
    preview: bool = False
    subdivision: str | None = None
    school_group: str | None = None
    name: str | None = None


@router.get(
    "",
    summary="List holidays",
    operation_id="listHolidays",
    response_model=list[HolidayAnswer],
)
def list_holidays(
    request: Request,
    caller: ReadsAsEditor,
    page: Paging,
    period_id: Annotated[
        Id | None, Query(alias="academicPeriodId", description="Of this period only.")
    ] = None,
    start: Annotated[Day | None, Query(description="What is not over before this day.")] = None,
    end: Annotated[Day | None, Query(description="What has begun by this day.")] = None,
    *,
    without_period: Annotated[
        bool, Query(alias="withoutPeriod", description="Those that belong to no period.")
    ] = False,
) -> Response:
    """Return holidays by their first day."""
    asked = HolidaysAsked(period_id, without_period, start, end)
    after = page.after_as(tuple[date, int])
    with caller.read() as session:
        found = pages.list_holiday_page(session, asked, after=after, limit=page.limit + 1)
    return pieces(found, page, request, key=lambda one: (one.start_date, one.id), write=_row)


@router.post(
    "",
    summary="Enter a holiday",
    operation_id="createHoliday",
    status_code=201,
    response_model=HolidayWritten,
    responses=_NO_PERIOD,
)
def create_holiday(caller: ChangesAsEditor, holiday: NewHoliday) -> Response:
    """Enter a holiday, or join it with those of the same name and region that it touches."""
    wanted, period_id = Holiday(**holiday.given), holiday.academic_period_id

    def work(session: Session, actor: Actor, at: datetime) -> Written:
        return _seen(holidays.create_holiday(session, period_id, wanted, actor=actor, now=at))

    return _told(caller.change(work), 201)


@router.post(
    "/upload",
    summary="Import a file of holidays",
    operation_id="uploadHolidays",
    response_model=ImportAnswer,
    openapi_extra=_UPLOAD,
    responses=_NO_PERIOD,
)
async def upload_holidays(request: Request, caller: ChangesAsEditor) -> Response:
    """Enter the holidays of a file, or, with `preview`, only say what would become of each line.

    The file is CSV or TXT (name, first day, last day, region), the CSV of OpenHolidays, or
    iCalendar. Lines that overlap another holiday are left out and reported; with a line that is
    wrong, nothing is imported.
    """
    sink = Memory(MOST_BYTES)
    form = await read_form(request, sink, most=MOST_BYTES)
    asked = form.asked(ImportAsked, request)
    return await run_in_threadpool(
        _imported, request, caller, asked, sink.content, form.file_name or ""
    )


@router.get(
    "/{holiday_id:int}",
    summary="Read a holiday",
    operation_id="getHoliday",
    response_model=HolidayAnswer,
)
def get_holiday(caller: ReadsAsEditor, holiday_id: IdInPath) -> Response:
    """Return a holiday."""
    with caller.read() as session:
        return answer(_row(pages.get_holiday_view(session, holiday_id)))


@router.put(
    "/{holiday_id:int}",
    summary="Change a holiday",
    operation_id="updateHoliday",
    response_model=HolidayWritten,
)
def update_holiday(
    caller: ChangesAsEditor, holiday_id: IdInPath, holiday: HolidayChange
) -> Response:
    """Change what is sent; the rest stays as it is."""

    def work(session: Session, actor: Actor, at: datetime) -> Written:
        return _seen(edits.edit_holiday(session, holiday_id, holiday.given, actor=actor, now=at))

    return _told(caller.change(work))


@router.delete(
    "/{holiday_id:int}",
    summary="Delete a holiday",
    operation_id="deleteHoliday",
    response_model=HolidayDeleted,
)
def delete_holiday(caller: ChangesAsEditor, holiday_id: IdInPath) -> Response:
    """Delete a holiday; what it kept from taking place takes place again."""
    count = caller.change(
        lambda session, actor, at: holidays.delete_holiday(session, holiday_id, actor=actor, now=at)
    )
    return answer(HolidayDeleted(success=True, event_count=count))


def _imported(
    request: Request, caller: Caller, asked: ImportAsked, content: bytes, name: str
) -> Response:
    what: dict[str, Any] = {
        "file_name": name,
        "language": spoken_language(request),
        "place": PlaceChoice(asked.subdivision, asked.school_group),
    }
    period_id = asked.academic_period_id
    if asked.preview:
        with caller.read() as session:
            report = preview_import(session, period_id, content, actor=caller.actor, **what)
    else:
        report = caller.change(
            lambda session, actor, at: import_holidays(
                session, period_id, content, actor=actor, now=at, **what
            )
        )
    with spoken(request):
        return answer(_report(report, is_preview=asked.preview))


def _report(report: ImportReport, *, is_preview: bool) -> dict[str, object]:
    return row(
        report,
        ImportAnswer,
        preview=is_preview,
        lines=[_line(one) for one in report.rows],
        notes=[error_sentence(one) for one in report.notes],
        subdivisions=report.options.subdivisions,
        school_groups=report.options.school_groups,
    )


def _line(one: ImportRow) -> dict[str, object]:
    names = ("name", "region", "start_date", "end_date")
    holiday = {name: getattr(one.holiday, name, None) for name in names}
    return row(one, ImportLine, message=error_sentence(one.sentence), **holiday)


def _seen(written: holidays.HolidayWritten) -> Written:
    return holiday_view(written.holiday), written


def _told(written: Written, status: int = 200) -> Response:
    view, done = written
    return answer(_row(view, outcome=done.outcome, event_count=done.event_count), status)


def _row(view: HolidayView, **more: object) -> dict[str, object]:
    form = HolidayWritten if more else HolidayAnswer
    return row(view, form, region=view.region or None, source=view.source or None, **more)
