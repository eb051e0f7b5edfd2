"""The audit page, without a browser."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup, User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.audit_trail import sealing
from tests.support.audits.audit import add_entries
from tests.support.console import Console, html_of
from tests.support.people import NOW, add_session

DAY = timedelta(days=1)
LONG = "Die Aula ist am Montag ab acht Uhr offen; bitte alle Taschen draußen lassen."


@pytest.fixture
def school(console: Console) -> Console:
    """Sixty changes of events by Maria, and a few others."""
    now = utc_now()
    with console.sessions.begin() as session:
        session.add(ClientGroup(id=7, name="Aula", created_at=NOW))
        session.add(ClientGroup(id=8, name="Foyer", created_at=NOW))
        add_entries(session, 60, at=now - 3 * DAY)
        add_entries(
            session,
            1,
            at=now - DAY,
            actor_name="eva",
            source="10.0.0.2",
            before={
                "title": "Mathe",
                "group_id": 7,
                "description": LONG,
                "start": "2026-11-23T07:00:00Z",
            },
            after={
                "title": "Mathe",
                "group_id": 8,
                "description": LONG.replace("acht", "<b>neun</b>"),
                "start": "2026-11-23T08:00:00Z",
            },
        )
        add_entries(
            session,
            1,
            at=now - DAY / 2,
            actor_name="cli",
            source="cli",
            entity="group",
            action="group.created",
            before=None,
            after={"name": "Labor *1*", "is_active": True},
        )
        sealing.seal_entries(session, now=now)
    return console


def labels(app: AppTest) -> list[str]:
    """The labels of the entries, without the marks that keep Markdown from taking them for more."""
    return [
        button.label.replace("\\", "")
        for button in app.button
        if str(button.key).startswith("audit-entry-")
    ]


def press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def test_entries_newest_first_then_older_ones(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = school.open("audit")
    assert not app.exception
    newest = labels(app)
    assert len(newest) == 50
    assert newest[0].endswith("**Befehlszeile** Raumgruppe angelegt: „Labor *1*“")
    assert newest[1].endswith("**eva** Termin geändert: „Mathe“ *10.0.0.2*")
    older = press(app, "audit-older")
    assert len(labels(older)) == 12
    assert not set(labels(older)) & set(newest)
    assert labels(press(older, "audit-newest")) == newest


def test_the_address_narrows(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    assert len(labels(school.open("audit", actor="eva"))) == 1
    assert len(labels(school.open("audit", entity="group"))) == 1
    assert len(labels(school.open("audit", action="group.created"))) == 1
    assert len(labels(school.open("audit", source="10.0.0.2"))) == 1
    assert len(labels(school.open("audit", text="NEUN"))) == 1
    assert len(labels(school.open("audit", days="1"))) == 1
    span = {"from": (utc_now() + 2 * DAY).date().isoformat()}
    assert labels(school.open("audit", **span)) == []
    days = school.open("audit", days="span")
    assert len(days.date_input) == 2
    assert len(labels(days)) == 50
    since = days.date_input(key="audit-from").set_value((utc_now() - DAY).date()).run()
    assert len(labels(since)) == 2
    turned = {"from": utc_now().date().isoformat(), "to": (utc_now() - DAY).date().isoformat()}
    assert len(labels(school.open("audit", **turned))) == 2
    one = school.open("audit", entity="event", id="5")
    assert len(labels(one)) == 1
    assert "Nur dieses Objekt: Termin 5" in html_of(one)
    assert len(labels(press(one, "audit-no-thing"))) == 50
    nothing = school.open("audit", text="never said")
    assert "Kein Eintrag passt" in nothing.info[0].value
    assert len(labels(press(nothing, "audit-over"))) == 50
    nonsense = {"page": "x", "entry": "x", "days": "x", "from": "x", "to": "2026-99-99"}
    wrong = school.open("audit", **nonsense)
    assert len(labels(wrong)) == 50
    assert "Diesen Eintrag gibt es nicht" in wrong.info[0].value


def test_an_entry_unfolds_with_what_changed_in_the_readers_words(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = school.open("audit", entry="61")
    text = html_of(app)
    assert "<del>Aula</del>" in text
    assert "<ins>Foyer</ins>" in text
    assert "ab <del>acht</del> Uhr" in text
    assert "ab <ins>&lt;b&gt;neun&lt;/b&gt;</ins> Uhr" in text
    assert "23.11. 08:00" in text
    assert "23.11. 09:00" in text
    assert "Nummer 61" in text
    assert "1 Wert ist wie zuvor" in text
    assert "/audit?entry=61" in text
    assert len(labels(press(app, "audit-only-actor"))) == 1
    same = press(school.open("audit", entry="61"), "audit-only-entity-id")
    assert len(labels(same)) == 2
    folded = press(school.open("audit", entry="61"), "audit-entry-61")
    assert "audit-only-actor" not in {str(button.key) for button in folded.button}


def test_an_entry_that_is_not_on_the_page_stands_above_it(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = school.open("audit", entry="1")
    assert len(labels(app)) == 51
    created = school.open("audit", entry="62")
    assert "Labor *1*" in html_of(created)
    assert "ja" in html_of(created)


def test_superadmins_are_none_of_an_admins_business(school: Console) -> None:
    with school.sessions.begin() as session:
        boss = add_session(session, "x", Role.SUPERADMIN, at=utc_now(), username="boss")
        about = {"entity": "user", "action": "user.signed_in", "before": None, "after": None}
        (number,) = add_entries(session, 1, at=utc_now(), entity_id=str(boss.id), **about)
    school.sign_in_as(Role.ADMIN)
    hidden = school.open("audit", entry=str(number))
    assert "nicht für Ihre Rolle" in hidden.info[0].value
    assert "Angemeldet" not in " ".join(labels(hidden))
    with school.sessions.begin() as session:
        session.get_one(User, boss.id).username = "chef"
    school.sign_in_as(Role.SUPERADMIN)
    assert "Angemeldet: „chef“" in labels(school.open("audit"))[0]


def test_an_empty_trail_says_so(console: Console) -> None:
    console.sign_in_as(Role.ADMIN)
    assert "Bisher wurde nichts geändert" in console.open("audit").info[0].value


def test_the_files_are_of_what_is_asked_for(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    html = html_of(school.open("audit", actor="eva", days="7"))
    assert "/audit.csv?actor=eva&amp;from=20" in html
    assert "/audit.parquet?actor=eva" in html
