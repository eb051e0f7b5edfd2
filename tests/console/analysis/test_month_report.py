"""The report of a month as a document: what it says, whom it lets in, and that it is whole."""

import re
from datetime import datetime, time, timedelta
from html.parser import HTMLParser

import pytest

from console.analysis.report.bars import _top_hours, day_columns
from console.analysis.report.controls import address
from console.analysis.report.document import document
from console.analysis.report.sections import MOST_SCREENS
from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.monitoring.past.months import Month, month_of
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.local_time import localize, to_local
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.monitoring.monthly import report as service
from infoscreen_core.services.monitoring.monthly.views import MonthReport
from infoscreen_core.services.system_settings import set_settings
from tests.support.console import Console
from tests.support.monitoring.months import AFTER, FEBRUARY, VIENNA, add_february
from tests.support.web import Visitor

EMPTY_ELEMENTS = {"meta", "input", "br", "link"}


@pytest.fixture
def february(console: Console) -> MonthReport:
    with console.sessions.begin() as session:
        add_february(session)
        set_settings(session, {"organization_name": 'HTL "Süd" <1>'}, actor=CLI, now=utc_now())
        return service.make_report(session, FEBRUARY, group_id=None, log_days=90, now=AFTER)


@pytest.fixture
def reader(console: Console, visitor: Visitor) -> Visitor:
    token = console.sign_in_as(Role.USER, language="de")
    visitor.cookies.set(SESSION_COOKIE, token, domain="infoscreen.test")
    return visitor


class Outline(HTMLParser):
    """Complains about what is not closed, or closed elsewhere, and about ids given twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in EMPTY_ELEMENTS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def check_outline(html: str) -> None:
    outline = Outline()
    outline.feed(html)
    outline.close()
    assert (outline.wrong, outline.open) == ([], [])
    assert len(outline.ids) == len(set(outline.ids))


def text_of(html: str) -> str:
    text = html.partition("<body>")[2].replace("&nbsp;", " ")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_it_tells_the_month_in_plain_words(february: MonthReport) -> None:
    html = document(february, language="de")
    check_outline(html)
    said = text_of(html)
    assert "Monatsbericht Februar 2021 Alle Bildschirme" in said
    assert "Im Februar 2021 waren 3 Bildschirme zu 99,78 % der Zeit verfügbar, nach " in said
    assert "Es gab 3 Ausfälle, zusammen 4 h 30 min." in said
    assert (
        "Am besten lief Nicht zugeordnet mit 100,00 %, am schlechtesten Aula mit 99,40 %." in said
    )
    assert "Am längsten war Links ausgefallen: 2 Ausfälle, zusammen 4 h 00 min." in said
    assert "Einmal konnte der Server selbst seine Bildschirme nicht sehen, zusammen 2 h" in said
    assert "Bildschirm meldet sich nicht 3 2 20 min 1 2 h 00 min" in said
    assert "Neustart 3 2 Fertig, 1 Keine Antwort" in said
    assert "HTL &quot;Süd&quot; &lt;1&gt;" in said
    assert "<b>" not in html.partition("<body>")[2]


def test_it_speaks_english_too(february: MonthReport) -> None:
    html = document(february, language="en")
    assert '<html lang="en">' in html
    said = text_of(html)
    assert "In February 2021, 3 screens were available for 99.78 % of the time, after " in said
    assert "There were 3 outages, 4 h 30 min altogether." in said


def test_it_needs_nothing_but_itself(february: MonthReport) -> None:
    html = document(february, language="de")
    assert not re.search(r"<script|<img|<link|javascript:|\son\w+=|style=|@import|url\(", html)
    assert re.findall(r'(?:src|href)="', html) == []


def test_what_has_no_record_says_so(console: Console) -> None:
    with console.sessions() as session:
        found = service.make_report(session, FEBRUARY, group_id=None, log_days=90, now=AFTER)
    html = document(found, language="de")
    check_outline(html)
    for sentence in ("Über Februar 2021 gibt es keine Aufzeichnung.", "Es gab keinen Vorfall."):
        assert sentence in html


def test_only_the_worst_of_very_many_screens_are_listed(
    february: MonthReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(february.screens) <= MOST_SCREENS
    monkeypatch.setattr("console.analysis.report.sections.MOST_SCREENS", 1)
    said = text_of(document(february, language="de"))
    assert "2 Bildschirme, die kürzer ausgefallen waren, stehen nicht in der Liste." in said


@pytest.mark.parametrize(
    ("hours", "top"), [(0.2, 1), (1, 1), (1.1, 2), (6, 6), (21, 30), (900, 1e3)]
)
def test_the_scale_of_days_ends_with_a_round_number(hours: float, top: float) -> None:
    assert _top_hours(timedelta(hours=hours)) == top


def test_a_day_is_as_tall_as_its_hours(february: MonthReport) -> None:
    drawn = day_columns(february.days)
    columns = re.findall(r'height="([\d.]+)" fill="#C2410C"', drawn)
    assert columns == ["82.5", "82.5", "55.0", "27.5"]  # of 110 for two hours


@pytest.mark.usefixtures("february")
def test_the_page_shows_it_and_runs_no_scripts(reader: Visitor) -> None:
    answer = reader.visit(address(FEBRUARY, None))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    check_outline(answer.text)
    assert "Es gab 3 Ausfälle, zusammen 4 h 30 min." in text_of(answer.text)
    assert '<option value="2021-02" selected>Februar 2021</option>' in answer.text


@pytest.mark.usefixtures("february")
def test_one_group_alone_has_a_report(reader: Visitor) -> None:
    said = text_of(reader.visit("/analysis/report?month=2021-02&group=Aula").text)
    assert "Raumgruppe Aula" in said
    assert "war ein Bildschirm zu 99,40 % der Zeit verfügbar" in said


def test_without_a_month_it_is_the_last_whole_one(reader: Visitor) -> None:
    last = month_of(to_local(utc_now(), VIENNA).date()).before
    answer = reader.visit("/analysis/report")
    assert f'<option value="{last}" selected>' in answer.text


def test_the_present_month_says_until_today(console: Console, reader: Visitor) -> None:
    now = utc_now()
    today = to_local(now, VIENNA).date()
    begin = localize(datetime.combine(today.replace(day=1), time()), VIENNA)
    with console.sessions.begin() as session:
        add_february(session, begin - timedelta(days=40))
    said = text_of(reader.visit(address(month_of(to_local(begin, VIENNA).date()), None)).text)
    assert "bis heute" in said
    assert "Der Monat ist nicht vorbei" in said


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("month=Oktober", 400, "„Oktober“ ist kein Monat; schreiben Sie ihn als 2026-10"),
        ("month=<b>", 400, "„&lt;b&gt;“ ist kein Monat"),
        ("month=2099-01", 400, "2099-01 hat noch nicht begonnen"),
        ("month=2021-02&group=99", 404, "99"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    reader: Visitor, query: str, status: int, sentence: str
) -> None:
    answer = reader.visit(f"/analysis/report?{query}")
    assert answer.status_code == status
    assert sentence in answer.text
    check_outline(answer.text)


def test_who_is_not_signed_in_comes_back_to_it(visitor: Visitor) -> None:
    answer = visitor.visit("/analysis/report?month=2021-02")
    assert answer.status_code == 303
    assert "next=/analysis/report%3Fmonth%3D2021-02" in answer.headers["location"]
    assert visitor.get("/analysis/report").status_code == 401


def test_addresses_hold_month_and_group() -> None:
    assert address(Month(2026, 3), 7) == "/analysis/report?month=2026-03&group=7"
    assert address(None, None) == "/analysis/report"
