"""The installation's settings: typed values over the rows of `system_settings`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import AuditEntry, SystemSetting
from infoscreen_core.db.queries import settings as queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.setup.incident_keys import check_incident_limits
from infoscreen_core.domain.setup.settings_keys import (
    SETTING_KEYS,
    format_setting,
    get_key,
    parse_settings,
)
from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.services import audit, changes, turns
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.turns import Turn

GROUP_ORDER: Final = "group_order"
"""Follows the groups' own order; `groups.set_group_order` writes it."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One change of one setting."""

    key: str
    at: datetime
    by: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class SettingView:
    """One setting as readers see it."""

    key: str
    value: object
    default: object
    updated_at: datetime | None
    """None while it has its default."""


def list_settings(session: Session) -> list[SettingView]:
    """Return every setting, by key."""
    stored = queries.list_stored(session)
    return [_view(key, stored.get(key)) for key in sorted(SETTING_KEYS)]


def get_view(session: Session, key: str) -> SettingView:
    """Return one setting; raise `NotFoundError` for a key that does not exist."""
    get_key(key)
    return _view(key, session.get(SystemSetting, key))


def read_all(session: Session) -> dict[str, Any]:
    """Return every setting's typed value by its key; the default where none is stored."""
    stored = queries.list_stored(session)
    return {key: _typed(key, stored[key].value if key in stored else None) for key in SETTING_KEYS}


def get_setting(session: Session, key: str) -> Any:  # noqa: ANN401 - each key has its own type
    """Return one setting's typed value; raise `NotFoundError` for a key that does not exist."""
    get_key(key)
    row = session.get(SystemSetting, key)
    return _typed(key, row.value if row else None)


def list_changes(session: Session, *, limit: int) -> list[SettingChange]:
    """Return the latest changes of settings, newest first."""
    return [_change(entry) for entry in queries.list_changes(session, limit=limit)]


def set_settings(
    session: Session,
    values: Mapping[str, object],
    *,
    expected: Mapping[str, object] | None = None,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """Change settings, all or none; return every setting's value afterwards.

    Values may be typed or text; `expected` holds what the writer saw before. Raises `NotFoundError`
    for an unknown key, `InvalidInputError` for values that their keys do not allow, and
    `ConflictError` for a key that somebody else changed meanwhile.
    """
    actor.require(Role.ADMIN)
    if GROUP_ORDER in values:
        raise InvalidInputError(
            "The order of groups is changed where groups are listed.", field=GROUP_ORDER
        )
    checked = parse_settings(values)
    turns.take(session, Turn.SETTINGS)  # a setting that has its default has no row to lock
    queries.lock_stored(session, checked)
    check_incident_limits({**read_all(session), **checked})
    for key in checked.keys() & (expected or {}).keys():
        _check_unchanged(session, key, (expected or {})[key], checked[key])
    for key, value in sorted(checked.items()):
        write_setting(session, key, value, actor=actor, now=now)
    changes.bump(session)
    return read_all(session)


def set_setting(session: Session, key: str, value: object, *, actor: Actor, now: datetime) -> Any:  # noqa: ANN401 - types differ by key
    """Change one setting, as `set_settings` does; return its typed value."""
    return set_settings(session, {key: value}, actor=actor, now=now)[key]


def write_setting(
    session: Session, key: str, value: object, *, actor: Actor, now: datetime
) -> None:
    """Store a checked value, and audit it, if it differs; the caller has checked the role."""
    before, after = get_setting(session, key), format_setting(key, value)
    row = session.get(SystemSetting, key)
    if row is None:
        row = SystemSetting(key=key)
        session.add(row)
    elif row.value == after:
        return
    row.value, row.updated_at, row.updated_by = after, now, actor.user_id
    session.flush()
    audit.record(
        session,
        "setting.changed",
        "setting",
        key,
        actor=actor,
        now=now,
        before={"value": before},
        after={"value": value},
    )


def _check_unchanged(session: Session, key: str, expected: object, wanted: object) -> None:
    stored = get_setting(session, key)
    if stored not in (expected, wanted):
        raise ConflictError(
            "Somebody else set {key} to “{value}” meanwhile. Save again if it shall be as it "
            "stands here.",
            field=key,
            key=key,
            value=format_setting(key, stored),
        )


def _change(entry: AuditEntry) -> SettingChange:
    before, after = (entry.before or {}).get("value"), (entry.after or {}).get("value")
    return SettingChange(entry.entity_id, entry.at, entry.actor_name, before, after)


def _view(key: str, row: SystemSetting | None) -> SettingView:
    value = _typed(key, row.value if row else None)
    return SettingView(key, value, get_key(key).default, row.updated_at if row else None)


def _typed(key: str, text: str | None) -> Any:  # noqa: ANN401 - each key has its own type
    known = get_key(key)
    if text is None:
        return known.default
    try:
        return known.read(text)
    except (ValueError, InvalidInputError):
        return known.default  # a row that somebody wrote by hand must not stop the programs
