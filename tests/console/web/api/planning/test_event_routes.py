"""`/api/events`: plan, read, change, delete and bring back, as the pages do."""

from typing import Any

import httpx
import pytest

from console.web.api.models.events import EventAnswer, EventWritten, OccurrenceAnswer
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AuditEntry, Event
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.people.roles import Role
from tests.support.http.api import Api, problem_of
from tests.support.http.planning_api import Planners
from tests.support.media.files import add_file

FIRST = "2031-09-08"
"""A Monday in summer time, beyond the index of occurrences for years."""
START, END = f"{FIRST}T06:00:00Z", f"{FIRST}T06:50:00Z"


@pytest.fixture
def planners(planners_anywhere: Planners) -> Planners:
    return planners_anywhere


@pytest.fixture
def editor(planners: Planners) -> Api:
    return planners.editor


def _message(planners: Planners, **changed: object) -> dict[str, Any]:
    return {
        "groupId": planners.group,
        "title": "Mathe 3B",
        "eventType": "message",
        "start": START,
        "end": END,
        "messageText": "Raum 12",
        **changed,
    }


def _plan(planners: Planners, **changed: object) -> dict[str, Any]:
    answer = planners.editor.call("POST", "/events", _message(planners, **changed))
    assert answer.status_code == 201, answer.text
    EventWritten.model_validate_json(answer.content)
    return dict(answer.json())


def _wrong(answer: httpx.Response) -> dict[str, str]:
    """Return by field what is wrong with a request."""
    assert problem_of(answer)[0] in {409, 422}, answer.text
    return {one["field"]: one["error"] for one in answer.json()["details"]}


def test_an_event_is_planned_read_changed_and_deleted(planners: Planners, editor: Api) -> None:
    made = _plan(planners, location="Aula", description="nur 3B")
    assert (made["start"], made["end"], made["timezone"]) == (START, END, "Europe/Vienna")
    assert made["slideInterval"] == 10
    path = f"/events/{made['id']}"
    read = editor.read(path)
    EventAnswer.model_validate(read)
    assert read == {name: value for name, value in made.items() if name != "warnings"}
    changed = editor.call("PUT", path, {"title": "Physik", "version": made["version"]}).json()
    assert (changed["title"], changed["location"]) == ("Physik", "Aula")
    assert changed["version"] == made["version"] + 1
    gone = editor.call("DELETE", path).json()
    assert gone["success"] is True
    assert gone["undoUntil"].endswith("Z")
    assert problem_of(editor.call("GET", path)) == (404, "not_found")
    back = editor.call("POST", f"/events/deletions/{gone['deletionId']}/undo").json()
    assert (back["id"], back["title"]) == (made["id"], "Physik")
    again = editor.call("POST", f"/events/deletions/{gone['deletionId']}/undo")
    assert problem_of(again) == (409, "conflict")


def test_each_change_leaves_a_row_with_the_callers_address(planners: Planners) -> None:
    made = _plan(planners)
    planners.editor.call("PUT", f"/events/{made['id']}", {"title": "Physik"})
    with planners.console.sessions() as session:
        rows = [
            (row.action, row.actor_name, row.source)
            for row in session.query(AuditEntry).order_by(AuditEntry.id)
            if row.entity == "event"
        ]
    assert rows == [
        ("event.created", "editor", "10.1.2.3"),
        ("event.updated", "editor", "10.1.2.3"),
    ]


def test_a_date_with_another_zone_is_the_same_instant(planners: Planners) -> None:
    made = _plan(planners, start=f"{FIRST}T08:00:00+02:00", end=f"{FIRST}T08:50:00+02:00")
    assert (made["start"], made["end"]) == (START, END)


def test_a_series_keeps_its_wall_time_and_lists_its_dates(planners: Planners, editor: Api) -> None:
    made = _plan(planners, recurrenceRule="FREQ=WEEKLY;BYDAY=MO")
    span = "start=2031-10-19T00:00:00Z&end=2031-11-04T00:00:00Z"
    dates = editor.read(f"/events?{span}&group_id={planners.group}&expand=true")
    for one in dates:
        OccurrenceAnswer.model_validate(one)
    assert [(one["date"], one["start"]) for one in dates] == [
        ("2031-10-20", "2031-10-20T06:00:00Z"),
        ("2031-10-27", "2031-10-27T07:00:00Z"),
        ("2031-11-03", "2031-11-03T07:00:00Z"),
    ]
    assert {one["eventId"] for one in dates} == {made["id"]}
    other = editor.read(f"/events?{span}&groupId={planners.other}&expand=true")
    assert other == []


def test_a_date_is_left_out_changed_on_its_own_and_comes_back(
    planners: Planners, editor: Api
) -> None:
    made = _plan(planners, recurrenceRule="FREQ=WEEKLY;COUNT=4")
    path = f"/events/{made['id']}/occurrences"
    gone = editor.call("DELETE", f"{path}/2031-09-15").json()
    body = {"title": "Ausflug", "start": "2031-09-22T08:00:00Z", "end": "2031-09-22T10:00:00Z"}
    alone = editor.call("POST", f"{path}/2031-09-22/detach", body)
    assert alone.status_code == 201
    assert alone.json()["masterEventId"] == made["id"]
    assert alone.json()["recurrenceRule"] is None
    exceptions = editor.read(f"/events/{made['id']}")["recurrenceException"]
    assert exceptions == "20310915T060000Z,20310922T060000Z"
    span = "start=2031-09-01T00:00:00Z&end=2031-10-01T00:00:00Z&expand=true"
    assert [one["date"] for one in editor.read(f"/events?{span}")] == [
        "2031-09-08",
        "2031-09-22",
        "2031-09-29",
    ]
    left_out = [
        (one["date"], one["exception"], one["detachedEventId"])
        for one in editor.read(f"/events?{span}&exceptions=true")
        if one["exception"]
    ]
    assert left_out == [
        ("2031-09-15", "skipped", None),
        ("2031-09-22", "detached", alone.json()["id"]),
    ]
    again = editor.call("DELETE", f"{path}/2031-09-15")
    assert "already taken out" in _wrong(again)["date"]
    editor.call("POST", f"/events/deletions/{gone['deletionId']}/undo")
    assert editor.read(f"/events/{made['id']}")["recurrenceException"] == "20310922T060000Z"


def test_an_all_day_event_has_its_local_days(planners: Planners, editor: Api) -> None:
    days = {"startDate": FIRST, "endDate": "2031-09-10", "start": None, "end": None}
    made = _plan(planners, isAllDay=True, **days)
    assert (made["start"], made["end"]) == ("2031-09-07T22:00:00Z", "2031-09-10T22:00:00Z")
    assert (made["startDate"], made["endDate"]) == (FIRST, "2031-09-10")
    wrong = editor.call("PUT", f"/events/{made['id']}", {"endDate": "2031-09-01"})
    assert _wrong(wrong).keys() == {"endDate"}


def test_every_type_of_event_and_its_contents(planners: Planners, editor: Api) -> None:
    with planners.console.sessions.begin() as session:
        ids = [add_file(session, f"{one}.pdf", MediaType.PDF, now=utc_now()) for one in "ab"]
        film = add_file(session, "c.mp4", MediaType.MP4, now=utc_now())
    slides = _plan(
        planners, eventType="presentation", mediaIds=ids[::-1], slideInterval=5, pageProgress=False
    )
    assert (slides["mediaIds"], slides["slideInterval"]) == (ids[::-1], 5)
    video = _plan(planners, eventType="video", mediaIds=[film], volume=0.5, muted=True, loop=False)
    assert (video["mediaIds"], video["volume"], video["muted"]) == ([film], 0.5, True)
    address = "https://example.org/film.mp4"
    moved = editor.call("PUT", f"/events/{video['id']}", {"websiteUrl": address}).json()
    assert (moved["mediaIds"], moved["websiteUrl"]) == ([], address)
    page = _plan(planners, eventType="website", websiteUrl="https://example.org/")
    assert page["websiteUrl"] == "https://example.org/"
    shout = _plan(planners, messageSeverity="warning", priority=10)
    assert (shout["messageSeverity"], shout["priority"]) == ("warning", 10)
    assert _plan(planners, eventType="other")["messageText"] is None
    table = editor.call("POST", "/events", _message(planners, eventType="webuntis"))
    assert "supplement table has no address" in _wrong(table)["websiteUrl"]


def test_masters_come_page_by_page(planners: Planners, editor: Api) -> None:
    ids = [_plan(planners, title=f"Stunde {n}")["id"] for n in range(5)]
    found: list[int] = []
    path: str | None = "/events?limit=2"
    while path:
        answer = editor.call("GET", path)
        found += [one["id"] for one in answer.json()]
        path = answer.links.get("next", {}).get("url", "").removeprefix("/api") or None
    assert found == ids


def test_dates_come_page_by_page(planners: Planners, editor: Api) -> None:
    _plan(planners, recurrenceRule="FREQ=DAILY;COUNT=9")
    _plan(planners, recurrenceRule="FREQ=DAILY;COUNT=9")
    span = f"start={START}&end=2031-12-01T00:00:00Z&expand=true"
    whole = editor.read(f"/events?{span}")
    assert len(whole) == 18
    found: list[object] = []
    path: str | None = f"/events?{span}&limit=5"
    while path:
        answer = editor.call("GET", path)
        found += answer.json()
        path = answer.links.get("next", {}).get("url", "").removeprefix("/api") or None
    assert found == whole


def test_what_two_programs_change_at_once_both_stays(planners: Planners, editor: Api) -> None:
    made = _plan(planners)
    path = f"/events/{made['id']}"
    planners.admin.call("PUT", path, {"location": "Aula"})
    editor.call("PUT", path, {"title": "Physik"})
    assert editor.read(path)["location"] == "Aula"
    late = editor.call("PUT", path, {"title": "Chemie", "version": made["version"]})
    assert "Somebody changed" in _wrong(late)["version"]
    assert problem_of(late) == (409, "conflict")
    old = editor.call("DELETE", f"{path}?version={made['version']}")
    assert problem_of(old) == (409, "conflict")
    assert editor.read(path)["title"] == "Physik"


def test_a_write_tells_who_stands_in_the_way_in_the_callers_language(
    planners: Planners, editor: Api
) -> None:
    _plan(planners, priority=10, title="Feier")
    assert "“Feier” has the higher priority" in " ".join(_plan(planners)["warnings"])
    body = _message(planners)
    answer = editor.call("POST", "/events", body, accept_language="de-AT,de;q=0.9")
    assert "„Feier“ die höhere Priorität hat" in " ".join(answer.json()["warnings"])


def test_deleting_a_series_leaves_or_takes_what_was_detached(
    planners: Planners, editor: Api
) -> None:
    for with_detached, status in (("false", 200), ("true", 404)):
        made = _plan(planners, recurrenceRule="FREQ=DAILY;COUNT=4")
        path = f"/events/{made['id']}"
        alone = editor.call("POST", f"{path}/occurrences/2031-09-09/detach", {}).json()["id"]
        editor.call("DELETE", f"{path}?withDetached={with_detached}")
        assert editor.call("GET", f"/events/{alone}").status_code == status


def test_only_who_deleted_may_undo(planners: Planners, editor: Api) -> None:
    made = _plan(planners)
    gone = editor.call("DELETE", f"/events/{made['id']}").json()
    path = f"/events/deletions/{gone['deletionId']}/undo"
    assert problem_of(planners[Role.SUPERADMIN].call("POST", path)) == (404, "not_found")
    assert editor.call("POST", path).status_code == 200


def test_nothing_is_stored_of_what_is_refused(planners: Planners, editor: Api) -> None:
    editor.call("POST", "/events", _message(planners, title=""))
    with planners.console.sessions() as session:
        assert session.query(Event).count() == 0
