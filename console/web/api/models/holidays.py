"""Holidays, and what a file of them brings."""

from datetime import date
from typing import Any

from pydantic import ConfigDict, Field

from console.web.api.base import ApiModel, Day, Id, InputModel
from console.web.api.models.given import KEPT
from infoscreen_core.domain.school.holiday_import import HolidayFormat
from infoscreen_core.domain.school.holidays import Outcome

_DRAFT: dict[str, Any] = {
    "academicPeriodId": 2,
    "name": "Herbstferien",
    "region": None,
    "startDate": "2026-10-26",
    "endDate": "2026-10-31",
}
_STORED: dict[str, Any] = {"id": 9, **_DRAFT, "source": "ferien.csv"}


class HolidayAnswer(ApiModel):
    """A holiday; both days belong to it."""

    model_config = ConfigDict(json_schema_extra={"example": _STORED})

    id: int
    academic_period_id: int | None = Field(
        description="Null: it holds for events without a period."
    )
    name: str
    region: str | None
    start_date: date
    end_date: date
    source: str | None = Field(description="The file that it came from; null: entered by hand.")


class HolidayWritten(HolidayAnswer):
    """A holiday after a write."""

    model_config = ConfigDict(
        json_schema_extra={"example": {**_STORED, "outcome": "inserted", "eventCount": 14}}
    )

    outcome: Outcome = Field(
        description="`merged`: it took in others of its name and region that it touches; "
        "`skipped`: it was there already."
    )
    event_count: int = Field(description="How many events now heed it, or no longer do.")


class HolidayChange(InputModel):
    """What shall be different; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"example": {"endDate": "2026-11-01"}})

    name: str = KEPT
    region: str | None = KEPT
    start_date: Day = KEPT
    end_date: Day = KEPT

    @property
    def given(self) -> dict[str, Any]:
        """What is sent, by the names of a holiday."""
        return self.model_dump(exclude_unset=True, exclude={"academic_period_id"})


class NewHoliday(HolidayChange):
    """A holiday."""

    model_config = ConfigDict(json_schema_extra={"example": _DRAFT})

    academic_period_id: Id | None = Field(
        default=None, description="Null: it holds for events without a period."
    )
    name: str
    start_date: Day
    end_date: Day


class HolidayDeleted(ApiModel):
    """It is deleted."""

    model_config = ConfigDict(json_schema_extra={"example": {"success": True, "eventCount": 14}})

    success: bool
    event_count: int = Field(description="How many events take place again because of it.")


class ImportLine(ApiModel):
    """What became of one line of the file."""

    line: int
    outcome: Outcome
    message: str
    name: str | None
    region: str | None
    start_date: date | None
    end_date: date | None


class ImportAnswer(ApiModel):
    """What an import did, or would do, line by line."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "format": "table",
                "preview": False,
                "inserted": 1,
                "updated": 0,
                "merged": 0,
                "skipped": 0,
                "conflicts": 0,
                "invalid": 0,
                "eventCount": 14,
                "lines": [
                    {
                        "line": 2,
                        "outcome": "inserted",
                        "message": "It is new.",
                        "name": "Herbstferien",
                        "region": None,
                        "startDate": "2026-10-26",
                        "endDate": "2026-10-31",
                    }
                ],
                "notes": [],
                "subdivisions": [],
                "schoolGroups": [],
            }
        }
    )

    format: HolidayFormat
    preview: bool = Field(description="Whether nothing was written.")
    inserted: int
    updated: int = Field(description="Holidays that were stored before and get other days.")
    merged: int
    skipped: int
    conflicts: int = Field(description="Lines left out because they overlap another holiday.")
    invalid: int = Field(description="Lines that are wrong; with any, nothing is imported.")
    event_count: int = Field(description="Events brought in step; a preview does not say.")
    lines: list[ImportLine]
    notes: list[str]
    subdivisions: list[str] = Field(description="What `subdivision` may be for this file.")
    school_groups: list[str] = Field(description="What `schoolGroup` may be for this file.")
