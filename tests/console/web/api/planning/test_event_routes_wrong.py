"""What `/api/events` refuses: each time a sentence with the field, its value and what helps."""

from typing import Any

import pytest

from tests.support.http.api import Api, problem_of
from tests.support.http.planning_api import Planners

FIRST = "2031-09-08"
START, END = f"{FIRST}T06:00:00Z", f"{FIRST}T06:50:00Z"


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


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"title": ""}, "title", "The title is empty"),
        ({"title": None}, "title", "needs a text"),
        ({"title": 5}, "title", "needs a text, not “5”"),
        ({"groupId": 99}, "groupId", "no group with the number 99"),
        ({"groupId": "1"}, "groupId", "needs a whole number, not “1”"),
        ({"groupId": 10**12}, "groupId", "at most 2147483647"),
        ({"eventType": "film"}, "eventType", "presentation"),
        ({"start": "2031-09-08T08:00:00"}, "start", "an instant with its zone"),
        ({"start": 1_900_000_000}, "start", "an instant with its zone"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start", "a year from 1971"),
        ({"start": "2199-12-31T23:59:59Z"}, "start", "2100"),
        ({"start": "2199-01-01T00:00:00Z", "end": "2199-01-02T00:00:00Z"}, "start", "2100"),
        ({"start": None}, "start", "The start is missing"),
        ({"end": "2031-09-08T05:00:00Z"}, "end", "is not after the start"),
        ({"startDate": FIRST}, "startDate", "Only an event that lasts all day has days"),
        ({"timezone": "Mars/Base"}, "timezone", "“Mars/Base” is unknown"),
        ({"recurrenceRule": "FREQ=SECONDLY"}, "recurrenceRule", "SECONDLY"),
        ({"priority": 7}, "priority", "“7”"),
        ({"academicPeriodId": 99}, "academicPeriodId", "number 99"),
        ({"slideInterval": 0}, "slideInterval", "from 1 to 3600"),
        ({"volume": 1.5}, "volume", "from 0 (silent) to 1 (full)"),
        ({"messageText": " "}, "messageText", "The message has no text"),
        ({"eventType": "presentation", "mediaIds": [99]}, "mediaIds", "no file with the number 99"),
        ({"eventType": "presentation", "mediaIds": list(range(1, 60))}, "mediaIds", "at most 50"),
        ({"eventType": "video"}, "mediaIds", "A video needs a file"),
        ({"eventType": "website", "websiteUrl": "ftp://x"}, "websiteUrl", "http"),
        ({"colour": "red"}, "colour", "There is no field colour here"),
        ({"group_id": 1}, "group_id", "There is no field group_id here"),
    ],
)
def test_a_wrong_field_is_named(
    planners: Planners, changed: dict[str, object], field: str, said: str
) -> None:
    answer = planners.editor.call("POST", "/events", _message(planners, **changed))
    assert problem_of(answer) == (422, "invalid")
    told = {one["field"]: one["error"] for one in answer.json()["details"]}
    assert field in told, told
    assert said in told[field]


def test_all_wrong_fields_are_told_together_and_in_german(planners: Planners) -> None:
    body = _message(planners, title="", messageText="", volume=7)
    answer = planners.editor.call("POST", "/events", body, accept_language="de")
    told = {one["field"]: one["error"] for one in answer.json()["details"]}
    assert told.keys() == {"title", "messageText", "volume"}
    assert told["title"].startswith("Der Titel ist leer")
    asked = planners.editor.call("GET", "/events?expand=true", accept_language="de").json()
    assert asked["error"].startswith("Der Beginn fehlt")


def test_what_is_missing_is_named(planners: Planners) -> None:
    answer = planners.editor.call("POST", "/events", {"eventType": "message"})
    told = {one["field"] for one in answer.json()["details"]}
    assert told == {"groupId", "title"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("expand=true&end=2031-09-09T00:00:00Z", "start"),
        ("expand=true&start=2031-09-09T00:00:00Z", "end"),
        ("expand=true&start=2031-09-09T00:00:00Z&end=2031-09-08T00:00:00Z", "end"),
        ("expand=true&start=2031-09-09T00:00:00Z&end=2041-09-08T00:00:00Z", "end"),
        ("start=2031-09-09", "start"),
        ("start=2031-09-09T00:00:00", "start"),
        ("group_id=x", "group_id.0"),
        ("groupId=0", "groupId.0"),
        ("expand=perhaps", "expand"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("cursor=abc", "cursor"),
    ],
)
def test_a_wrong_query_is_named(planners: Planners, query: str, field: str) -> None:
    answer = planners.editor.call("GET", f"/events?{query}")
    assert problem_of(answer) == (422, "invalid")
    assert [one["field"] for one in answer.json()["details"]] == [field]


@pytest.fixture
def series(planners: Planners) -> str:
    body = _message(planners, recurrenceRule="FREQ=WEEKLY")
    made = planners.editor.call("POST", "/events", body).json()
    return f"/events/{made['id']}/occurrences"


def test_a_date_that_is_none_of_the_series(planners: Planners, series: str) -> None:
    editor: Api = planners.editor
    none = editor.call("DELETE", f"{series}/2031-09-09")
    assert problem_of(none) == (404, "not_found")
    assert "has no date on" in none.json()["error"]
    for day in ("tomorrow", "2031-13-01", "20310908", "2031-09-08T06:00:00Z"):
        wrong = editor.call("POST", f"{series}/{day}/detach", {})
        assert problem_of(wrong) == (422, "invalid"), day
        assert [one["field"] for one in wrong.json()["details"]] == ["date"]


def test_an_all_day_event_does_not_end_before_it_begins(planners: Planners) -> None:
    wanted = _message(planners, isAllDay=True, startDate=FIRST, endDate="2031-09-07")
    del wanted["start"], wanted["end"]
    answer = planners.editor.call("POST", "/events", wanted)
    assert problem_of(answer) == (422, "invalid")
    assert [one["field"] for one in answer.json()["details"]] == ["endDate"]
    made = planners.editor.call("POST", "/events", {**wanted, "endDate": FIRST}).json()
    later = planners.editor.call("PUT", f"/events/{made['id']}", {"startDate": "2031-09-09"})
    assert problem_of(later) == (422, "invalid")
    both = {"startDate": "2031-09-09", "endDate": "2031-09-10"}
    moved = planners.editor.call("PUT", f"/events/{made['id']}", both).json()
    assert (moved["startDate"], moved["endDate"]) == ("2031-09-09", "2031-09-10")


def test_a_single_event_has_no_dates_to_leave_out(planners: Planners) -> None:
    made = planners.editor.call("POST", "/events", _message(planners)).json()
    answer = planners.editor.call("DELETE", f"/events/{made['id']}/occurrences/{FIRST}")
    assert problem_of(answer) == (422, "invalid")
    assert "does not recur" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/events/99", "/events/deletions/99/undo"])
def test_what_is_not_there(planners: Planners, path: str) -> None:
    method = "POST" if path.endswith("undo") else "GET"
    assert problem_of(planners.editor.call(method, path)) == (404, "not_found")


@pytest.mark.parametrize("number", ["0", str(2**31)])
def test_numbers_that_nothing_has(planners: Planners, number: str) -> None:
    answer = planners.editor.call("GET", f"/events/{number}")
    assert problem_of(answer) == (422, "invalid")
    assert [one["field"] for one in answer.json()["details"]] == ["event_id"]


@pytest.mark.parametrize("number", ["-1", "abc", "1.5"])
def test_what_is_no_number(planners: Planners, number: str) -> None:
    answer = planners.editor.call("GET", f"/events/{number}")
    assert problem_of(answer) == (404, "not_found")
