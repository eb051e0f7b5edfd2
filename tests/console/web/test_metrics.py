"""`/metrics`: who may read it, what it says, and that Prometheus can read it."""

import json
import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_open_metrics,
)
from pydantic import SecretStr
from starlette.types import ASGIApp

from console import runtime
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import OutboxMessage, WorkerStatus
from infoscreen_core.domain.monitoring.histograms import SECONDS, Histogram
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.settings import Settings
from tests.support.console import Console
from tests.support.monitoring.scrapes import Scrape
from tests.support.web import Visitor

ROOT = Path(__file__).parents[3]
TOKEN = "a-token-for-prometheus"
HERE = "http://127.0.0.1:8501"
NAME = re.compile(r"\b(?:infoscreen|process|python)_[a-z0-9_]+\b")


@pytest.fixture
def here(app: ASGIApp) -> Visitor:
    """A program on this machine."""
    return Visitor(app, HERE, address="127.0.0.1")


def _with_token(console: Console) -> None:
    runtime.configure(
        Settings(
            db_conn=SecretStr(console.settings.database_url),
            infoscreen_data_dir=console.settings.data_dir,
            metrics_token=SecretStr(TOKEN),
            _env_file=None,
        )
    )


def _scrape(here: Visitor) -> Scrape:
    answer = here.get("/metrics")
    assert answer.status_code == 200, answer.text
    return Scrape(answer.text)


def _is_open(answer: httpx.Response) -> bool:
    assert answer.status_code in {200, 401}
    if answer.status_code == 401:
        assert "infoscreen_" not in answer.text
        assert answer.headers["www-authenticate"].startswith("Bearer")
    return answer.status_code == 200


def test_a_program_on_this_machine_may_read_and_others_may_not(
    here: Visitor, visitor: Visitor, app: ASGIApp
) -> None:
    assert _is_open(here.get("/metrics"))
    assert not _is_open(visitor.get("/metrics"))
    assert _is_open(Visitor(app, "http://[::1]:8501", address="::1").get("/metrics"))
    assert _is_open(Visitor(app, "http://localhost", address="::ffff:127.0.0.1").get("/metrics"))
    assert not _is_open(Visitor(app, HERE, address="127.0.0.1.evil.example").get("/metrics"))


@pytest.mark.parametrize(
    "header", ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "via"]
)
def test_what_came_through_a_proxy_is_not_from_this_machine(here: Visitor, header: str) -> None:
    assert not _is_open(here.get("/metrics", **{header: "127.0.0.1"}))


def test_who_asks_by_another_name_is_no_program_on_this_machine(app: ASGIApp) -> None:
    for name in ("http://screens.school.example", "http://127.0.0.1.evil.example"):
        assert not _is_open(Visitor(app, name, address="127.0.0.1").get("/metrics"))


def test_the_token_opens_it_from_everywhere(
    console: Console, visitor: Visitor, here: Visitor
) -> None:
    _with_token(console)
    right = {"authorization": f"Bearer {TOKEN}"}
    assert _is_open(visitor.get("/metrics", **right))
    assert _is_open(visitor.get("/metrics", **right, x_forwarded_for="10.9.9.9"))
    assert not _is_open(visitor.get("/metrics"))
    assert not _is_open(visitor.get(f"/metrics?token={TOKEN}"))
    for wrong in ("", "x", TOKEN[:-1], f"{TOKEN}x"):
        assert not _is_open(visitor.get("/metrics", authorization=f"Bearer {wrong}"))
        assert not _is_open(here.get("/metrics", authorization=f"Bearer {wrong}"))
    assert _is_open(here.get("/metrics"))


def test_without_a_token_set_none_opens_it(visitor: Visitor) -> None:
    assert not _is_open(visitor.get("/metrics", authorization="Bearer "))
    assert not _is_open(visitor.get("/metrics", authorization="Bearer None"))


def test_a_session_is_no_token(console: Console, visitor: Visitor) -> None:
    visitor.cookies.set(runtime.SESSION_COOKIE, console.sign_in_as(Role.SUPERADMIN))
    assert not _is_open(visitor.get("/metrics"))


@pytest.fixture
def busy(console: Console) -> None:
    """Workers with figures, one of them silent, and a message that waits."""
    kept = Histogram(SECONDS)
    kept.note(0.004)
    kept.note(7.0)
    now = utc_now()
    with console.sessions.begin() as session:
        _show(session.get_one(WorkerStatus, "listener"), received=12, refusals={"not_json": 3})
        _show(session.get_one(WorkerStatus, "listener"), lag_seconds=kept.said())
        dead = session.get_one(WorkerStatus, "converter")
        dead.seen_at = now - timedelta(hours=1)
        _show(dead, made=99)
        session.add(OutboxMessage(topic="a", payload=b"", created_at=now))


def _show(row: WorkerStatus, **figures: object) -> None:
    row.metrics = {**(row.metrics or {}), **figures}


@pytest.mark.usefixtures("busy")
def test_figures_of_workers_are_told_while_they_are_at_work(here: Visitor) -> None:
    scrape = _scrape(here)
    assert scrape.value("infoscreen_listener_messages_received_total") == 12
    assert scrape.labelled("infoscreen_listener_messages_refused_total", "reason") == {
        "not_json": 3
    }
    assert scrape.value("infoscreen_listener_lag_seconds_bucket", le="0.005") == 1
    assert scrape.value("infoscreen_listener_lag_seconds_bucket", le="+Inf") == 2
    assert scrape.value("infoscreen_listener_lag_seconds_sum") == 7.004
    assert scrape.value("infoscreen_worker_up", worker="listener") == 1
    assert scrape.value("infoscreen_worker_up", worker="converter") == 0
    assert scrape.value("infoscreen_converter_conversions_made_total") is None
    assert scrape.value("infoscreen_outbox_messages") == 1


@pytest.mark.usefixtures("busy")
def test_figures_that_no_worker_of_ours_says_are_left_out(console: Console, here: Visitor) -> None:
    with console.sessions.begin() as session:
        row = session.get_one(WorkerStatus, "scheduler")
        row.metrics = {"groups": "many", "lag_seconds": {"bounds": []}, "published": None}
    scrape = _scrape(here)
    assert scrape.value("infoscreen_scheduler_lists") is None
    assert scrape.value("infoscreen_scheduler_boundary_lag_seconds_count") is None


def test_requests_and_pages_are_timed_by_their_pattern(console: Console, here: Visitor) -> None:
    before = _answers(_scrape(here), "/calendar/{group_id}.ics", "404")
    here.get("/calendar/4711.ics?token=s3cret-t0ken")
    here.ask("BREW", "/calendar/4711.ics")
    here.get("/nowhere/s3cret-t0ken")
    console.sign_in_as(Role.ADMIN)
    assert not console.open("commands").exception
    scrape = _scrape(here)
    assert _answers(scrape, "/calendar/{group_id}.ics", "404") == before + 1
    assert scrape.labelled("infoscreen_page_run_duration_seconds_count", "page")["commands"] > 0
    assert scrape.tells("/calendar/{group_id}.ics")
    assert not any(scrape.tells(word) for word in ("s3cret", "4711", "BREW"))


def test_the_api_is_timed_by_its_patterns_too(console: Console, here: Visitor) -> None:
    here.cookies.set(runtime.SESSION_COOKIE, console.sign_in_as(Role.ADMIN))
    before = _answers(_scrape(here), "/api/clients/{uuid}", "404")  # of tests before this one
    assert here.get("/api/clients/00000000-0000-4000-8000-000000004712").status_code == 404
    scrape = _scrape(here)
    assert _answers(scrape, "/api/clients/{uuid}", "404") == before + 1
    assert not scrape.tells("4712")


def _answers(scrape: Scrape, route: str, status: str) -> float:
    name = "infoscreen_http_request_duration_seconds_count"
    return scrape.value(name, method="GET", route=route, status=status) or 0.0


def test_without_the_database_the_rest_is_told(console: Console, here: Visitor) -> None:
    runtime.configure(
        Settings(
            db_conn=SecretStr("sqlite:////nowhere/at/all.db"),
            infoscreen_data_dir=console.settings.data_dir,
            _env_file=None,
        )
    )
    scrape = _scrape(here)
    assert scrape.value("infoscreen_database_up") == 0
    assert scrape.value("infoscreen_outbox_messages") is None
    assert "process_resident_memory_bytes" in scrape.families


@pytest.mark.usefixtures("busy")
def test_names_follow_the_rules_of_prometheus(here: Visitor) -> None:
    for name, family in _scrape(here).families.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]+", name), name
        assert family.documentation, name
        assert not re.search(r"_(ms|milliseconds|minutes|hours|kb|mb|percent)$", name), name
        if family.type == "histogram":
            assert name.endswith(("_seconds", "_messages")), name


@pytest.mark.usefixtures("busy")
def test_no_series_is_told_twice_and_only_counters_look_like_counters(here: Visitor) -> None:
    # Of what `promtool check metrics` asks for besides; itself it is run in tests/trials.
    scrape = _scrape(here)
    told = [
        (one.name, frozenset(one.labels.items()))
        for family in scrape.families.values()
        for one in family.samples
    ]
    assert len(told) == len(set(told)) > 50
    for name, family in scrape.families.items():
        for one in family.samples:
            assert one.name.endswith("_total") is (family.type == "counter"), one
        assert not name.endswith(("_total", "_count", "_sum", "_bucket")), name
        assert not {"le", "quantile"} & _labels_of(family), name


def _labels_of(family: Metric) -> set[str]:
    """The labels of a family's own series; a histogram's buckets have `le`."""
    is_bucket = family.type == "histogram"
    return {
        label
        for one in family.samples
        for label in one.labels
        if not (is_bucket and one.name.endswith("_bucket"))
    }


@pytest.mark.usefixtures("busy")
def test_open_metrics_are_written_for_who_asks_for_them(here: Visitor) -> None:
    answer = here.get("/metrics", accept="application/openmetrics-text; version=1.0.0")
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    read = read_open_metrics(answer.text)  # type: ignore[no-untyped-call] # the library's own
    names = {family.name for family in read}
    assert {"infoscreen_screens", "infoscreen_listener_lag_seconds"} <= names


def test_each_panel_of_the_dashboard_asks_for_what_there_is(here: Visitor) -> None:
    board = json.loads((ROOT / "docs" / "grafana-dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    named = {name for expression in asked for name in NAME.findall(expression)}
    assert len(asked) > 30
    assert all(NAME.search(expression) for expression in asked)
    assert named - _scrape(here).series == set()
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)


def test_the_document_names_every_metric_and_no_other(here: Visitor) -> None:
    text = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    rows = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    documented = {name for name in NAME.findall(rows) if name.startswith("infoscreen_")}
    scrape = _scrape(here)
    ours = {
        f"{name}_total" if family.type == "counter" else name
        for name, family in scrape.families.items()
        if name.startswith("infoscreen_")
    }
    assert documented == ours
