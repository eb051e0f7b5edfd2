"""Rows that come many to a text, on both databases."""

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import ClientGroup
from infoscreen_core.db.queries.groups import map_names
from infoscreen_core.db.sql_text import PORTION, read_rows_texts, rows_text
from infoscreen_core.services.screens import groups
from tests.support.people import ADMIN, NOW

NAMES = ("Aula „Süd“", 'He said "[1, 2]"', "C:\\\\Turnsaal", "😀 null", "{}", "4", "a,b]")


def test_texts_come_back_as_they_were_stored(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        for name in NAMES:
            groups.create_group(session, name, actor=ADMIN, now=NOW)
    with sessions() as session:
        stored = list(session.scalars(select(ClientGroup.name).order_by(ClientGroup.id)))
        row = ClientGroup
        query = select(rows_text(row.id, row.name, row.description, row.is_active))
        found = sorted(read_rows_texts(session.scalars(query.group_by(row.id // PORTION))))
    assert [name for _id, name, *_rest in found] == stored
    assert [(about, bool(is_active)) for *_names, about, is_active in found] == (
        [(None, True)] * len(stored)
    )


def test_names_come_in_the_saved_order_also_from_several_portions(
    sessions: sessionmaker[Session],
) -> None:
    count = 2 * PORTION + 3
    with sessions.begin() as session:
        session.add_all(
            ClientGroup(name=f"Gruppe {number}", sort_order=-number, created_at=NOW)
            for number in range(count)
        )
        groups.create_group(session, NAMES[0], actor=ADMIN, now=NOW)
    with sessions() as session:
        order = (ClientGroup.sort_order, ClientGroup.id)
        wanted = session.execute(select(ClientGroup.id, ClientGroup.name).order_by(*order)).all()
        assert list(map_names(session).items()) == [tuple(row) for row in wanted]
