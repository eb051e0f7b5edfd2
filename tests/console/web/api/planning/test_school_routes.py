"""`/api/academic_periods` and `/api/holidays`, on both databases."""

from typing import Any

import pytest

from console.web.api.models.academic_periods import PeriodAnswer, UsageAnswer
from console.web.api.models.holidays import HolidayAnswer, HolidayWritten, ImportAnswer
from infoscreen_core.db.models import AuditEntry, SchoolHoliday
from infoscreen_core.domain.people.roles import Role
from tests.support.http.api import Api, problem_of
from tests.support.http.planning_api import Planners

CSV = (
    "name,start,end\n"
    "Herbstferien,2026-10-26,2026-10-31\n"
    "Weihnachtsferien,24.12.2026,06.01.2027\n"
    "Brückentag,2026-10-30,2026-11-02\n"
)
FORM = "multipart/form-data; boundary=----grenze"


@pytest.fixture
def planners(planners_anywhere: Planners) -> Planners:
    return planners_anywhere


@pytest.fixture
def admin(planners: Planners) -> Api:
    return planners.admin


@pytest.fixture
def editor(planners: Planners) -> Api:
    return planners.editor


def _form(content: str, **fields: object) -> bytes:
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = 'Content-Disposition: form-data; name="file"; filename="férien.csv"'
    parts.append(f"{file}\r\nContent-Type: text/csv\r\n\r\n{content}\r\n")
    return ("".join(f"------grenze\r\n{part}" for part in parts) + "------grenze--\r\n").encode()


def _upload(editor: Api, body: bytes, query: str = "", **headers: str) -> Any:  # noqa: ANN401
    return editor.ask(
        "POST", f"/api/holidays/upload{query}", body, **{"content_type": FORM, **headers}
    )


def _draft(**changed: object) -> dict[str, object]:
    return {
        "name": "Schuljahr 2031/32",
        "periodType": "schuljahr",
        "startDate": "2031-09-08",
        "endDate": "2032-07-02",
        **changed,
    }


def test_a_period_from_its_plan_to_its_end(planners: Planners, admin: Api) -> None:
    made = admin.call("POST", "/academic_periods", _draft())
    assert made.status_code == 201
    PeriodAnswer.model_validate(made.json())
    assert (made.json()["isActive"], made.json()["displayName"]) == (False, None)
    path = f"/academic_periods/{made.json()['id']}"
    assert admin.call("PUT", path, {"displayName": "31/32"}).json()["endDate"] == "2032-07-02"
    assert admin.call("POST", f"{path}/activate").json()["isActive"] is True
    reader = planners[Role.USER]
    assert reader.read("/academic_periods/active")["displayName"] == "31/32"
    assert reader.read("/academic_periods/for_date?date=2031-12-24")["displayName"] == "31/32"
    assert [one["name"] for one in reader.read("/academic_periods")] == [
        "2026/27",
        "Schuljahr 2031/32",
    ]
    admin.call("POST", f"/academic_periods/{planners.period}/activate")
    assert admin.call("POST", f"{path}/archive").json()["isArchived"] is True
    assert [one["name"] for one in reader.read("/academic_periods?archived=false")] == ["2026/27"]
    assert admin.call("POST", f"{path}/restore").json()["isArchived"] is False
    admin.call("POST", f"{path}/archive")
    assert admin.call("DELETE", path).json() == {"success": True}
    assert problem_of(admin.call("GET", path)) == (404, "not_found")


def test_all_that_blocks_a_period_is_told(planners: Planners, admin: Api) -> None:
    path = f"/academic_periods/{planners.period}"
    admin.call("POST", f"{path}/activate")
    event = planners.editor.call(
        "POST",
        "/events",
        {
            "groupId": planners.group,
            "title": "Mathe",
            "eventType": "message",
            "messageText": "Raum 12",
            "start": "2026-09-07T06:00:00Z",
            "end": "2026-09-07T06:50:00Z",
            "recurrenceRule": "FREQ=WEEKLY",
            "academicPeriodId": planners.period,
        },
    ).json()
    usage = admin.read(f"{path}/usage")
    UsageAnswer.model_validate(usage)
    assert (usage["eventCount"], usage["canArchive"], usage["canDelete"]) == (1, False, False)
    refused = admin.call("POST", f"{path}/archive")
    assert problem_of(refused) == (409, "conflict")
    assert refused.json()["details"]["blockers"] == usage["archiveBlockers"]
    assert [one["eventId"] for one in usage["archiveBlockers"]] == [None, event["id"]]
    kept = admin.call("DELETE", path, accept_language="de")
    assert problem_of(kept) == (409, "conflict")
    assert len(kept.json()["details"]["blockers"]) == 3
    assert "ist nicht archiviert" in kept.json()["details"]["blockers"][0]["error"]


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"name": " "}, 422, "name"),
        ({"name": "2026/27"}, 409, "name"),
        ({"startDate": "2026-09-07"}, 409, "startDate"),
        ({"endDate": "2031-01-01"}, 422, "endDate"),
        ({"endDate": "01.02.2032"}, 422, "endDate"),
        ({"endDate": 20320101}, 422, "endDate"),
        ({"periodType": "quartal"}, 422, "periodType"),
        ({"displayName": "x" * 51}, 422, "displayName"),
        ({"isActive": True}, 422, "isActive"),
    ],
)
def test_a_period_that_cannot_be(
    admin: Api, changed: dict[str, object], status: int, field: str
) -> None:
    answer = admin.call("POST", "/academic_periods", _draft(**changed))
    assert problem_of(answer)[0] == status
    assert field in {one["field"] for one in answer.json()["details"]}, answer.text


def test_no_period_is_in_force_or_holds_the_day(admin: Api) -> None:
    assert problem_of(admin.call("GET", "/academic_periods/active")) == (404, "not_found")
    none = admin.call("GET", "/academic_periods/for_date?date=2040-01-01")
    assert problem_of(none) == (404, "not_found")
    wrong = admin.call("GET", "/academic_periods/for_date?date=gestern")
    assert problem_of(wrong) == (422, "invalid")


def test_a_holiday_is_entered_joined_changed_and_deleted(planners: Planners, editor: Api) -> None:
    body = {
        "academicPeriodId": planners.period,
        "name": "Herbstferien",
        "startDate": "2026-10-26",
        "endDate": "2026-10-31",
    }
    made = editor.call("POST", "/holidays", body)
    assert made.status_code == 201
    HolidayWritten.model_validate(made.json())
    assert (made.json()["outcome"], made.json()["region"]) == ("inserted", None)
    joined = editor.call(
        "POST", "/holidays", {**body, "startDate": "2026-11-01", "endDate": "2026-11-02"}
    )
    assert (joined.json()["outcome"], joined.json()["id"]) == ("merged", made.json()["id"])
    path = f"/holidays/{made.json()['id']}"
    changed = editor.call("PUT", path, {"name": "Herbst"}).json()
    assert (changed["name"], changed["endDate"]) == ("Herbst", "2026-11-02")
    HolidayAnswer.model_validate(editor.read(path))
    overlap = editor.call("POST", "/holidays", {**body, "name": "Anderes"})
    assert problem_of(overlap) == (409, "conflict")
    outside = editor.call("PUT", path, {"endDate": "2028-01-01"})
    assert problem_of(outside) == (422, "invalid")
    assert editor.call("DELETE", path).json() == {"success": True, "eventCount": 0}
    assert problem_of(editor.call("DELETE", path)) == (404, "not_found")


def test_holidays_come_page_by_page_and_by_what_they_belong_to(
    planners: Planners, editor: Api
) -> None:
    for day in range(1, 6):
        one = {"name": f"Tag {day}", "startDate": f"2026-10-0{day}", "endDate": f"2026-10-0{day}"}
        period = planners.period if day < 5 else None
        assert editor.call("POST", "/holidays", {**one, "academicPeriodId": period}).is_success
    found: list[str] = []
    path: str | None = "/holidays?limit=2"
    while path:
        answer = editor.call("GET", path)
        found += [one["name"] for one in answer.json()]
        path = answer.links.get("next", {}).get("url", "").removeprefix("/api") or None
    assert found == [f"Tag {day}" for day in range(1, 6)]
    assert len(editor.read(f"/holidays?academicPeriodId={planners.period}")) == 4
    assert [one["name"] for one in editor.read("/holidays?withoutPeriod=true")] == ["Tag 5"]
    span = "/holidays?start=2026-10-02&end=2026-10-03"
    assert [one["name"] for one in editor.read(span)] == ["Tag 2", "Tag 3"]


def test_a_file_is_looked_at_and_then_entered(planners: Planners, editor: Api) -> None:
    seen = _upload(editor, _form(CSV, academicPeriodId=planners.period, preview="true"))
    assert seen.status_code == 200, seen.text
    ImportAnswer.model_validate(seen.json())
    assert (seen.json()["preview"], seen.json()["inserted"], seen.json()["conflicts"]) == (
        True,
        2,
        1,
    )
    assert editor.read("/holidays") == []
    done = _upload(editor, _form(CSV, academicPeriodId=planners.period)).json()
    assert (done["inserted"], done["conflicts"], done["invalid"]) == (2, 1, 0)
    assert [one["outcome"] for one in done["lines"]] == ["inserted", "inserted", "conflict"]
    assert "overlaps Herbstferien" in done["lines"][2]["message"]
    assert [one["source"] for one in editor.read("/holidays")] == ["férien.csv"] * 2
    again = _upload(editor, _form(CSV, academicPeriodId=planners.period), accept_language="de")
    assert (again.json()["inserted"], again.json()["skipped"]) == (0, 2)
    with planners.console.sessions() as session:
        rows = session.query(AuditEntry).filter_by(action="holiday.imported").all()
        assert {row.source for row in rows} == {"10.1.2.3"}


def test_a_file_may_be_the_body_itself(planners: Planners, editor: Api) -> None:
    query = f"?name=ferien.csv&academicPeriodId={planners.period}"
    done = _upload(editor, CSV.encode(), query, content_type="text/csv")
    assert done.json()["inserted"] == 2, done.text


def test_a_calendar_file_is_taken_too(planners: Planners, editor: Api) -> None:
    ics = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        "DTSTAMP:20260101T000000Z\r\nSUMMARY:Semesterferien\r\n"
        "DTSTART;VALUE=DATE:20270201\r\nDTEND;VALUE=DATE:20270207\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    done = _upload(editor, _form(ics, academicPeriodId=planners.period)).json()
    assert (done["format"], done["inserted"]) == ("icalendar", 1)
    assert editor.read("/holidays")[0]["endDate"] == "2027-02-06"


def test_files_that_are_none(planners: Planners, editor: Api) -> None:
    period = {"academicPeriodId": planners.period}
    cases = {
        "line": (_form("Ferien,2026-13-01,2026-13-02\n", **period), "Nothing was imported"),
        "empty": (_form("", **period), "The file is empty"),
        "no period": (_form(CSV), "academicPeriodId is missing"),
        "no number": (_form(CSV, academicPeriodId="abc"), "a whole number"),
        "unknown field": (_form(CSV, **period, colour="red"), "no field colour"),
        "cut short": (_form(CSV, **period)[:-30], "ends too early"),
        "no file": (_form(CSV)[:0] + b"------grenze--\r\n", "The file is missing"),
    }
    for name, (body, said) in cases.items():
        answer = _upload(editor, body)
        assert problem_of(answer) == (422, "invalid"), name
        assert said in answer.json()["error"], (name, answer.json()["error"])
    large = _upload(editor, _form("x" * 7_000_000, **period))
    assert problem_of(large) == (413, "too_large")
    unknown = _upload(editor, _form(CSV, academicPeriodId=99))
    assert problem_of(unknown) == (404, "not_found")
    with planners.console.sessions() as session:
        assert session.query(SchoolHoliday).count() == 0
