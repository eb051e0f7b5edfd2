"""What people read of the jobs that keep the house in order."""

from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from console.settings.presenters.housekeeping import jobs_sentence, jobs_table
from infoscreen_core.domain.monitoring.housekeeping import JobName
from infoscreen_core.services.monitoring.upkeep.jobs import JobView

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DONE = JobView(
    JobName.OLD_LOGS,
    began_at=NOW - timedelta(minutes=24),
    duration=timedelta(seconds=75),
    row_count=12_500,
    succeeded_at=NOW - timedelta(minutes=24),
    next_at=NOW + timedelta(minutes=36),
)
FAILED = JobView(
    JobName.OLD_HEALTH,
    began_at=NOW - timedelta(minutes=2),
    duration=timedelta(seconds=0.2),
    row_count=0,
    error="OperationalError: disk <full>",
    next_at=NOW + timedelta(minutes=8),
)
RUNNING = JobView(JobName.HEALTH_HOURS, began_at=NOW - timedelta(seconds=5), next_at=NOW)


def test_each_job_has_its_last_run_its_length_its_rows_and_its_next_run() -> None:
    page = unescape(jobs_table([DONE], VIENNA, now=NOW))
    for words in ("Alte Protokollzeilen löschen", "vor 24 min", "1 min", "12.500", "in 36 min"):
        assert words in page
    assert jobs_sentence([DONE]) == "Alle Aufgaben laufen jede Stunde; keine ist misslungen."


def test_a_job_that_failed_is_named_with_its_reason_and_next_try() -> None:
    page = jobs_table([DONE, FAILED], VIENNA, now=NOW)
    assert jobs_sentence([DONE, FAILED]) == (
        "Misslungen, und bald erneut versucht: Alte Messwerte löschen."
    )
    assert "Misslungen: OperationalError: disk &lt;full&gt;" in page
    assert "in 8 min" in page


def test_a_job_that_runs_or_never_ran_has_no_length() -> None:
    page = jobs_table([RUNNING, JobView(JobName.OLD_PICTURES)], VIENNA, now=NOW)
    assert "Läuft" in page
    assert "nie" in page
    assert page.count(">–<") == 7
