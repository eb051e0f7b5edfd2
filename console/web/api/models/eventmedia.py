"""Files of the library, and what is made of them."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from console.web.api.base import MAX_ID, ApiModel, Day, Id, InputModel
from console.web.api.models.given import KEPT
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target

_CONVERSION: dict[str, Any] = {
    "target": "pdf",
    "status": "ready",
    "progress": None,
    "attempts": 1,
    "error": None,
    "warnings": [],
    "notBeforeAt": None,
    "size": 183204,
    "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "url": "/api/files/converted/derived/9f/9f86…/document.pdf",
}
_FILE: dict[str, Any] = {
    "id": 31,
    "name": "Speiseplan.pptx",
    "folderId": 4,
    "mediaType": "pptx",
    "mimeType": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "size": 2201344,
    "checksum": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "version": 2,
    "pageCount": 5,
    "duration": None,
    "resolution": None,
    "bitrate": None,
    "expiresOn": "2026-12-24",
    "academicPeriodId": 2,
    "createdAt": "2026-09-01T09:12:31Z",
    "updatedAt": "2026-09-02T14:00:05Z",
    "createdBy": "anna",
    "uses": 3,
    "url": "/api/eventmedia/stream/31/Speiseplan.pptx",
    "conversions": [_CONVERSION],
}


class ConversionAnswer(ApiModel):
    """How far it is with something that is made of a file."""

    model_config = ConfigDict(json_schema_extra={"example": _CONVERSION})

    target: Target
    status: ConversionStatus
    progress: int | None = Field(description="Per cent; null where nobody can say.")
    attempts: int
    error: str | None = Field(description="What went wrong the last time, in a sentence.")
    warnings: list[str] = Field(description="What is not as in the original.")
    not_before_at: datetime | None = Field(description="When it is tried again.")
    size: int | None = Field(description="Bytes of what was made.")
    checksum: str | None = Field(description="SHA-256 of what was made.")
    url: str | None = Field(description="Where what was made is, once it is ready.")


class ConversionOfFile(ConversionAnswer):
    """The same, with the file."""

    model_config = ConfigDict(json_schema_extra={"example": {"mediaId": 31, **_CONVERSION}})

    media_id: int


class MediaAnswer(ApiModel):
    """A file of the library."""

    model_config = ConfigDict(json_schema_extra={"example": _FILE})

    id: int
    name: str
    folder_id: int | None = Field(description="Null: at the top.")
    media_type: MediaType = Field(description="By its content, never by its name.")
    mime_type: str
    size: int = Field(description="Bytes.")
    checksum: str = Field(description="SHA-256.")
    version: int = Field(description="Counts the contents that it has had.")
    page_count: int | None
    duration: float | None = Field(description="Seconds.")
    resolution: str | None
    bitrate: int | None = Field(description="Bits per second.")
    expires_on: date | None = Field(description="The last day on which it may be shown.")
    academic_period_id: int | None
    created_at: datetime
    updated_at: datetime
    created_by: str | None
    uses: int = Field(description="Events that show it, past ones included.")
    url: str = Field(description="Where its bytes are.")
    conversions: list[ConversionAnswer]


class FolderAnswer(ApiModel):
    """A folder of the library."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 4,
                "parentId": None,
                "name": "Aula",
                "fileCount": 12,
                "folderCount": 0,
            }
        }
    )

    id: int
    parent_id: int | None = Field(description="Null: at the top.")
    name: str
    file_count: int = Field(description="Files that lie directly in it.")
    folder_count: int


class MediaChange(InputModel):
    """What shall be different; what is left out stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "Speiseplan KW 37", "folderId": None}}
    )

    name: Annotated[
        str, Field(description="What tells its kind, as `.pdf`, is added when it is missing.")
    ] = KEPT
    folder_id: Annotated[
        Annotated[int, Field(ge=0, le=MAX_ID)] | None, Field(description="Null or 0: the top.")
    ] = KEPT
    expires_on: Annotated[
        Day | None, Field(description="The last day on which it may be shown; null: for ever.")
    ] = KEPT
    academic_period_id: Id | None = KEPT

    @property
    def given(self) -> dict[str, Any]:
        """What is sent, as the library takes it."""
        given = self.model_dump(exclude_unset=True)
        if "folder_id" in given:
            given["folder_id"] = given["folder_id"] or None
        return given


class UseAnswer(ApiModel):
    """An event that shows a file."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "eventId": 7,
                "title": "Speiseplan",
                "groupId": 1,
                "groupName": "Aula",
                "isSeries": True,
                "start": "2026-09-07T06:00:00Z",
                "end": "2026-09-07T06:50:00Z",
                "nextStart": "2026-09-09T06:00:00Z",
            }
        }
    )

    event_id: int
    title: str
    group_id: int
    group_name: str
    is_series: bool
    start: datetime
    end: datetime
    next_start: datetime | None = Field(description="When it is on next, or since when it is.")


class LossAnswer(ApiModel):
    """An event that lost a file, and what is left of it."""

    event_id: int
    title: str
    files_left: int = Field(description="Files that it still shows.")


class MediaDeleted(ApiModel):
    """It is deleted."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "success": True,
                "events": [{"eventId": 7, "title": "Speiseplan", "filesLeft": 0}],
            }
        }
    )

    success: bool
    events: list[LossAnswer] = Field(description="Which events showed it, with `force`.")
