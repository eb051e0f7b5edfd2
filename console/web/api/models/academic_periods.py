"""Academic periods: the school's years and their parts."""

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from console.web.api.base import FROM_TEXT, ApiModel, Day, InputModel
from console.web.api.models.given import KEPT
from infoscreen_core.domain.events.event import PeriodType

_DRAFT: dict[str, Any] = {
    "name": "Schuljahr 2026/27",
    "displayName": "2026/27",
    "periodType": "schuljahr",
    "startDate": "2026-09-07",
    "endDate": "2027-07-02",
}


class PeriodAnswer(ApiModel):
    """An academic period; both days belong to it."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"id": 2, **_DRAFT, "isActive": True, "isArchived": False}}
    )

    id: int
    name: str
    display_name: str | None = Field(description="For narrow places; null: the name.")
    period_type: PeriodType
    start_date: date
    end_date: date
    is_active: bool = Field(description="Whether it is in force; one at most is.")
    is_archived: bool


class PeriodChange(InputModel):
    """What shall be different; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"example": {"endDate": "2027-07-09"}})

    name: str = KEPT
    display_name: str | None = KEPT
    period_type: Annotated[PeriodType, FROM_TEXT] = KEPT
    start_date: Day = KEPT
    end_date: Day = KEPT

    @property
    def given(self) -> dict[str, Any]:
        """What is sent, by the names of a draft."""
        return self.model_dump(exclude_unset=True)


class NewPeriod(PeriodChange):
    """A period; it is not in force yet."""

    model_config = ConfigDict(json_schema_extra={"example": _DRAFT})

    name: str
    period_type: Annotated[PeriodType, FROM_TEXT]
    start_date: Day
    end_date: Day


class BlockerAnswer(ApiModel):
    """One reason why something cannot be done."""

    error: str
    event_id: int | None = Field(description="The series that is to blame, if one is.")


class UsageAnswer(ApiModel):
    """What belongs to a period, and what keeps it from being archived or deleted."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "periodId": 2,
                "eventCount": 48,
                "mediaCount": 3,
                "holidayCount": 9,
                "canArchive": False,
                "canDelete": False,
                "archiveBlockers": [
                    {
                        "error": "The period 2026/27 is in force; activate another one first.",
                        "eventId": None,
                    }
                ],
                "deleteBlockers": [
                    {
                        "error": "The period 2026/27 is not archived; archive it first.",
                        "eventId": None,
                    }
                ],
            }
        }
    )

    period_id: int
    event_count: int
    media_count: int
    holiday_count: int
    can_archive: bool
    can_delete: bool
    archive_blockers: list[BlockerAnswer]
    delete_blockers: list[BlockerAnswer]
