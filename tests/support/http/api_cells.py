"""The API's routes as cells to be tried: what each is called with so that it would work."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any, Final

from fastapi import FastAPI
from PIL import Image
from sqlalchemy.orm import Session

from console.web.api.app import make_api
from console.web.api.documents import access_of, list_routes
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.people.roles import Role
from tests.support.events.planning import add_group, add_holiday, add_period, plan
from tests.support.media.files import add_file
from tests.support.people import add_client, add_user, uuid_of

PASSWORD: Final = "vier-woerter-sind-es"
Values = Mapping[str, object]


def picture() -> bytes:
    """Return a PNG."""
    file = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "PNG")
    return file.getvalue()


@dataclass(frozen=True)
class Cell:
    """One route: how it is called, and what it asks of its caller."""

    name: str
    """The operation's id."""
    method: str
    path: str
    """With `{places}`, as in the description."""
    role: Role | None
    """The least one; None: whoever asks."""
    is_change: bool

    def address(self, values: Values) -> str:
        """Return the address with its places filled."""
        if self.name == "approveClient":
            values = {**values, "uuid": values["pending"]}
        return self.path.format(**values) + _QUERIES.get(self.name, "")

    def body(self, values: Values) -> tuple[bytes | None, str]:
        """Return a body that the route takes, and its type; None where it takes none."""
        if self.name in _FILES:
            return _FILES[self.name]
        made = _filled(_BODIES.get(self.name), values)
        return None if made is None else json.dumps(made).encode(), "application/json"


@cache
def cells() -> tuple[Cell, ...]:
    """Return every route of the API."""
    return tuple(_cells(make_api()))


def _cells(app: FastAPI) -> list[Cell]:
    found = []
    for route in list_routes(app):
        access = access_of(route)
        for method in sorted(route.methods or ()):
            role = access.role if access else None
            path = route.path_format or ""
            is_change = bool(access and access.is_change)
            found.append(Cell(route.operation_id or "", method, path, role, is_change))
    return found


def furnish(session: Session) -> dict[str, object]:
    """Put one of everything into an empty database; return what names them in addresses."""
    now = utc_now()
    group = add_group(session)
    client = add_client(session, 1, group_id=group, description="Aula", last_alive=now)
    period = add_period(session)
    event = plan(session, group, academic_period_id=period).id
    holiday = add_holiday(session, date(2026, 10, 26), date(2026, 10, 31), period)
    media = add_file(session, "Plan.pdf", MediaType.PDF, now=now)
    user = add_user(session, "berta", PASSWORD, Role.USER)
    return {
        "uuid": client.uuid,
        "pending": add_client(session, 2, is_approved=False).uuid,
        "group_id": group,
        "period_id": period,
        "holiday_id": holiday.id,
        "event_id": event,
        "media_id": media,
        "id": user.id,
        "key": "presentation_interval",
        "command_id": uuid_of(99),
        "deletion_id": 1,
        "date": "2026-09-07",
    }


def _filled(body: Any, values: Values) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the body with the ids that texts such as `$group_id` stand for."""
    if isinstance(body, dict):
        return {name: _filled(value, values) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, values) for value in body]
    return values[body[1:]] if isinstance(body, str) and body.startswith("$") else body


_QUERIES: Final = {
    "deleteUser": "?typed_name=berta",
    "uploadMedia": "?name=bild.png",
    "getPeriodForDate": "?date=2026-11-30",
}
_FORM: Final = (
    b'--x\r\nContent-Disposition: form-data; name="academicPeriodId"\r\n\r\n1\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="ferien.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\nFenstertag;2026-12-07;2026-12-07\r\n--x--\r\n"
)
_FILES: Final = {
    "uploadMedia": (picture(), "application/octet-stream"),
    "uploadHolidays": (_FORM, "multipart/form-data; boundary=x"),
    "uploadScreenshot": (picture(), "image/png"),
}
_BODIES: Final[dict[str, Any]] = {
    "createPeriod": {
        "name": "2030/31",
        "periodType": "schuljahr",
        "startDate": "2030-09-02",
        "endDate": "2031-07-04",
    },
    "updatePeriod": {"name": "Anders"},
    "login": {"username": "berta", "password": PASSWORD},
    "changePassword": {"currentPassword": PASSWORD, "newPassword": "fuenf-andere-woerter-hier"},
    "assignClients": {"clientUuids": ["$uuid"], "groupId": None},
    "updateClient": {"description": "Foyer"},
    "describeClient": {"description": "Foyer"},
    "approveClient": {},
    "clearServiceFailed": {},
    "restartClient": {"reason": "Bild ist schwarz"},
    "shutdownClient": {"reason": "Wochenende"},
    "restartClientApp": {"reason": "Bild ist schwarz"},
    "updateMedia": {"name": "Anders.pdf"},
    "createEvent": {
        "groupId": "$group_id",
        "title": "Fest",
        "eventType": "message",
        "messageText": "Willkommen",
        "start": "2026-12-01T08:00:00Z",
        "end": "2026-12-01T09:00:00Z",
    },
    "updateEvent": {"title": "Anders"},
    "detachOccurrence": {"title": "Anders"},
    "createGroup": {"name": "Neu"},
    "setGroupOrder": {"order": ["$group_id"]},
    "updateGroup": {"name": "Anders"},
    "createHoliday": {
        "name": "Fenstertag",
        "startDate": "2026-12-07",
        "endDate": "2026-12-07",
        "academicPeriodId": "$period_id",
    },
    "updateHoliday": {"name": "Anders"},
    "changeSettings": {"presentation_interval": 15},
    "changeSupplementTable": {"enabled": True, "url": "https://example.org/plan"},
    "changeSetting": {"value": 15},
    "createUser": {"username": "carla"},
    "updateUser": {"displayName": "Berta"},
    "changeUser": {"displayName": "Berta"},
    "setUserPassword": {"password": "fuenf-andere-woerter-hier"},
}
