"""The address alone says what a page shows: whoever opens it elsewhere sees the same."""

import random
from datetime import timedelta
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console, query_of
from tests.support.people import add_client

STEPS = 4
_TEXTS = ("aula", "foyer", "", "nichts davon")


@pytest.fixture
def school(console: Console) -> Console:
    """Two groups and a fleet of several pages, of which some are silent."""
    now = utc_now()
    with console.sessions.begin() as session:
        for number, name in enumerate(("Foyer", "Labor"), start=1):
            session.add(ClientGroup(id=number, name=name, sort_order=number, created_at=now))
        session.flush()
        for number in range(1, 54):
            silent = timedelta(minutes=30 * (number % 2))
            add_client(session, number, group_id=1 + number % 2, last_alive=now - silent)
    console.sign_in_as(Role.SUPERADMIN)
    return console


def _controls(app: AppTest) -> list[Any]:
    found = [*app.segmented_control, *app.selectbox, *app.text_input]
    return [one for one in found if one.key != "shell-language"]


def _choices(app: AppTest) -> dict[str, object]:
    return {str(one.key): one.value for one in [*_controls(app), *app.pills, *app.pagination]}


def _choose(app: AppTest, chance: random.Random) -> AppTest:
    """Change one control in one of the ways that it offers."""
    control = chance.choice([*_controls(app), *app.pagination])
    if control in list(app.text_input):
        choice: object = chance.choice(_TEXTS)
    elif control in list(app.pagination):
        choice = 2
    else:
        choice = chance.choice(control.options)
    return cast("AppTest", control.set_value(choice).run())


@pytest.mark.parametrize("page", ["monitoring", "clients", "timeline"])
def test_the_address_of_a_walk_opens_what_the_walk_shows(school: Console, page: str) -> None:
    app, chance = school.open(page), random.Random(page)
    seen = set()
    for _ in range(STEPS):
        app = _choose(app, chance)
        assert not app.exception
        seen.add(str(app.query_params))
    assert len(seen) > 1
    again = school.open(page, **query_of(app))
    assert _choices(again) == _choices(app)
    assert query_of(again) == query_of(app)
