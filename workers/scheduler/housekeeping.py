"""What the leading scheduler does every hour: rolling up, and deleting what is too old."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import product
from typing import Final

from infoscreen_core.domain.monitoring.housekeeping import JobName, Portion
from infoscreen_core.domain.monitoring.retention import SWEEP_ROWS
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring import health_upkeep, weeks
from infoscreen_core.services.monitoring.patterns import heat, storms
from infoscreen_core.services.monitoring.plays import counting as plays
from infoscreen_core.services.monitoring.upkeep import retention
from infoscreen_core.settings import Settings
from workers.housekeeping import JobRunner
from workers.runtime import SessionFactory
from workers.scheduler.media_sweep import MediaSweep

BUSY_SECONDS: Final = 0.2
"""How long at a time the scheduler does this before it looks after all else."""
_Delete = Callable[..., int]


class Housekeeping:
    """The scheduler's jobs; see `workers.housekeeping`."""

    def __init__(self, settings: Settings, sessions: SessionFactory) -> None:
        self._settings = settings
        self._sessions = sessions
        media = MediaSweep(sessions, MediaStore(settings.media_dir))
        self._runner = JobRunner(
            sessions,
            {
                JobName.HEALTH_HOURS: self._roll_up,
                JobName.WEEKS: self._count_weeks,
                JobName.PATTERNS: self._count_patterns,
                JobName.PLAYS: self._count_plays,
                JobName.OLD_HEALTH: self._delete_health,
                JobName.OLD_LOGS: self._delete_logs,
                JobName.OLD_LOG_COUNTS: self._delete_log_counts,
                JobName.OLD_DEAD_LETTERS: self._delete_dead_letters,
                JobName.OLD_STATUSES: self._delete_statuses,
                JobName.OLD_UPLOADS: media.sweep_uploads,
                JobName.OLD_MEDIA: media.sweep_contents,
            },
        )

    def step(self, clock: Callable[[], datetime]) -> None:
        """Do for a moment what is due."""
        end = time.monotonic() + BUSY_SECONDS
        while self._runner.step(now=clock()) and time.monotonic() < end:
            pass

    def stop(self) -> None:
        """Leave the jobs to the scheduler that leads now."""
        self._runner.stop()

    def _roll_up(self, now: datetime) -> Iterator[int]:
        with self._sessions() as session:
            windows = health_upkeep.list_windows(session, now=now)
        for window in windows:
            yield from self._through_players(partial(health_upkeep.roll_up, window=window))

    def _count_weeks(self, now: datetime) -> Iterator[int]:
        with self._sessions() as session:
            zone = load_zone(system_settings.get_setting(session, "default_timezone"))
            mondays = weeks.mondays_to_count(session, zone=zone, now=now)
        for monday in mondays:
            count = partial(weeks.count_players, monday=monday, zone=zone, now=now)
            yield from self._through_players(count)
        with self._sessions() as session:
            to_sum = weeks.mondays_to_sum(session, mondays)
        for monday in to_sum:
            with self._sessions.begin() as session:
                count_of_groups = weeks.sum_groups(session, monday=monday)
            yield count_of_groups

    def _count_patterns(self, now: datetime) -> Iterator[int]:
        yield from self._count_storms(now)
        yield from self._count_heat(now)

    def _count_storms(self, now: datetime) -> Iterator[int]:
        with self._sessions() as session:
            windows = storms.windows_to_count(session, now=now)
        for window in windows:
            counted = storms.StormCount(window)
            yield from self._through_players(counted.look)
            with self._sessions.begin() as session:
                count = counted.write(session)
            yield count

    def _count_heat(self, now: datetime) -> Iterator[int]:
        with self._sessions() as session:
            zone = load_zone(system_settings.get_setting(session, "default_timezone"))
            mondays = heat.mondays_to_count(session, zone=zone, now=now)
            groups = heat.groups_to_count(session)
        for monday, (group_id, members) in product(mondays, groups.items()):
            with self._sessions.begin() as session:
                count = heat.count_group(session, group_id, members, monday=monday, zone=zone)
            yield count

    def _count_plays(self, now: datetime) -> Iterator[int]:
        with self._sessions() as session:
            zone = load_zone(system_settings.get_setting(session, "default_timezone"))
            days = plays.days_to_count(session, zone=zone, now=now)
        for day in days:
            counted = plays.DayCount(day, zone, now=now)
            yield from self._through_players(counted.look)
            with self._sessions.begin() as session:
                count = counted.write(session)
            yield count

    def _delete_health(self, now: datetime) -> Iterator[int]:
        kept = self._settings
        for delete, days in (
            (health_upkeep.delete_old_stretches, kept.health_retention_days),
            (health_upkeep.delete_old_hours, kept.health_hours_retention_days),
        ):
            yield from self._through_players(partial(delete, days=days, now=now))

    def _delete_logs(self, now: datetime) -> Iterator[int]:
        days = self._settings.log_retention_days
        yield from self._sweep(retention.delete_old_logs, days, now)
        yield from self._sweep(retention.delete_old_log_families, days, now)

    def _delete_log_counts(self, now: datetime) -> Iterator[int]:
        days = self._settings.log_count_retention_days
        return self._sweep(retention.delete_old_log_counts, days, now)

    def _delete_dead_letters(self, now: datetime) -> Iterator[int]:
        days = self._settings.dead_letter_retention_days
        return self._sweep(retention.delete_old_dead_letters, days, now)

    def _delete_statuses(self, now: datetime) -> Iterator[int]:
        kept = self._settings
        yield from self._sweep(retention.delete_old_statuses, kept.status_retention_days, now)
        yield from self._sweep(retention.delete_old_contents, kept.content_retention_days, now)

    def _sweep(self, delete: _Delete, days: int, now: datetime) -> Iterator[int]:
        count = SWEEP_ROWS
        while count >= SWEEP_ROWS:
            with self._sessions.begin() as session:
                count = delete(session, days=days, now=now)
            yield count

    def _through_players(self, work: Callable[..., Portion]) -> Iterator[int]:
        after: str | None = ""
        while after is not None:
            with self._sessions.begin() as session:
                portion = work(session, after=after)
            after = portion.last_uuid
            yield portion.row_count
