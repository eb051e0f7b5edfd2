"""0008 tells the exceptions that an import made beyond doubt from those that people made."""

from sqlalchemy import Connection, Engine, MetaData, Table, insert, select

from infoscreen_core.db.migrate import downgrade, upgrade
from tests.support.events.planning import utc

IMPORT, LATER = (
    utc(text).replace(tzinfo=None) for text in ("2026-09-01T08:00", "2026-09-02T08:00")
)


def reflected(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection)


def fill(connection: Connection) -> None:
    groups = reflected(connection, "client_groups")
    connection.execute(
        insert(groups).values(id=1, name="Aula", sort_order=1, is_active=True, created_at=IMPORT)
    )
    events, exceptions = (reflected(connection, one) for one in ("events", "event_exceptions"))
    event = {
        **dict.fromkeys(("page_progress", "auto_progress", "autoplay", "is_active"), True),
        **dict.fromkeys(("is_all_day", "skip_holidays", "loop", "muted"), False),
        "group_id": 1,
        "title": "Mathe",
        "event_type": "message",
        "timezone": "Europe/Vienna",
        "start": IMPORT,
        "end": LATER,
        "priority": 0,
        "slide_interval": 10,
        "volume": 1,
        "message_severity": "info",
        "created_at": IMPORT,
        "updated_at": IMPORT,
        "version": 1,
    }
    for number, changed in (
        (1, {"ical_uid": "a"}),
        (2, {"ical_uid": "a;20260914T060000Z", "master_event_id": 1}),
        (3, {"ical_uid": "a;20260921T060000Z", "master_event_id": 1, "version": 2}),
        (4, {"master_event_id": 1}),
        (5, {}),
    ):
        connection.execute(insert(events).values({**event, "id": number, **changed}))
    for number, (event_id, kind, detached, at) in enumerate(
        (
            (1, "skipped", None, IMPORT),
            (1, "skipped", None, LATER),
            (1, "detached", 2, IMPORT),
            (1, "detached", 3, IMPORT),
            (1, "detached", 4, LATER),
            (1, "holiday", None, IMPORT),
            (5, "skipped", None, IMPORT),
        ),
        start=1,
    ):
        connection.execute(
            insert(exceptions).values(
                id=number,
                event_id=event_id,
                occurrence_start=utc(f"2026-09-{number:02}T06:00").replace(tzinfo=None),
                kind=kind,
                detached_event_id=detached,
                created_at=at,
            )
        )


def test_what_is_not_certainly_a_files_is_a_persons(engine: Engine) -> None:
    downgrade(engine, "0007")
    with engine.begin() as connection:
        fill(connection)
    upgrade(engine, "0008")
    with engine.connect() as connection:
        table = reflected(connection, "event_exceptions")
        found = connection.scalars(select(table.c.source).order_by(table.c.id)).all()
    assert found == ["file", "person", "file", "person", "person", None, "person"]
