"""Maintenance on the page of commands: plans made, refused, changed, switched and deleted."""

from datetime import time, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.maintenance import FiringStatus, SkipReason
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.commands.maintenance import plans
from infoscreen_core.services.commands.maintenance.views import PlanView
from tests.support.commands.maintenance import Duty, add_plan
from tests.support.commands.rollouts import Drive, add_fleet
from tests.support.console import Console, html_of, refusals_of
from tests.support.events.planning import add_group, add_holiday
from tests.support.people import ADMIN


@pytest.fixture
def school(console: Console) -> Console:
    """Two groups, one with three screens."""
    with console.sessions.begin() as session:
        add_fleet(session, 3, now=utc_now(), group_id=add_group(session, "Aula"))
        add_group(session, "<Labor>")
    console.sign_in_as(Role.ADMIN)
    return console


def _open(console: Console) -> AppTest:
    app = console.open("commands", view="maintenance")
    assert not app.exception
    return app


def _press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def _fill(app: AppTest, **typed: Any) -> AppTest:  # noqa: ANN401 - as each input takes it
    """Fill in the form that is open, and save it."""
    kinds: tuple[Any, ...] = (
        app.text_input,
        app.number_input,
        app.time_input,
        app.multiselect,
        app.button_group,
        app.checkbox,
    )
    for key, value in typed.items():
        name = f"maintenance-{key.replace('_', '-')}"
        next(one for kind in kinds for one in kind if one.key == name).set_value(value)
    return _submit(app, "Plan speichern")


def _submit(app: AppTest, label: str) -> AppTest:
    return [button for button in app.button if button.label == label][-1].click().run()


def _plans(console: Console) -> tuple[PlanView, ...]:
    with console.sessions() as session:
        return plans.list_plans(session, now=utc_now())


def test_a_plan_is_made_in_the_dialog_and_refused_beside_its_fields(school: Console) -> None:
    app = _open(school)
    assert "Noch keine Wartung." in app.info[0].value
    asked = _press(app, "plan-add")
    refused = _fill(asked, weekdays=[])
    nameless, *others = refusals_of(refused)
    assert nameless.startswith("Der Plan braucht einen Namen, etwa „Nächtlicher Neustart“")
    assert others == [
        "Wählen Sie mindestens eine Raumgruppe oder alle Bildschirme.",
        "Wählen Sie mindestens einen Wochentag.",
    ]
    over_midnight = _fill(
        refused, name="Nachts", groups=[1], weekdays=[5, 6], **{"from": time(22), "to": time(2)}
    )
    (sentence,) = refusals_of(over_midnight)
    assert sentence.startswith("Das Zeitfenster endet um 02:00, bevor es um 22:00 beginnt.")
    assert _plans(school) == ()
    done = _fill(over_midnight, to=time(0), at_once=4, holidays=True)
    assert not done.exception
    assert "Der Plan „Nachts“ ist gespeichert; er beginnt als Nächstes" in done.toast[0].value
    (plan,) = _plans(school)
    assert (plan.action, plan.window.from_minute, plan.window.to_minute) == (
        Action.RESTART_APP,
        22 * 60,
        24 * 60,
    )
    assert (plan.weekdays, [*plan.groups]) == (frozenset({5, 6}), [1])
    assert (plan.at_once, plan.skip_events, plan.skip_holidays) == (4, True, True)
    assert "App-Neustart · Aula · Sa, So 22:00–24:00 · schont Termine · ruht in den Ferien" in (
        html_of(done)
    )


def test_all_screens_and_groups_together_are_refused(school: Console) -> None:
    asked = _press(_open(school), "plan-add")
    refused = _fill(asked, name="Nachts", whom="all", groups=[1])
    assert refusals_of(refused) == [
        "Wählen Sie entweder alle Bildschirme oder Raumgruppen, nicht beides."
    ]


def test_a_plan_is_changed_switched_off_and_on_and_deleted(school: Console) -> None:
    made = add_plan(school.sessions, utc_now(), name="Nachts <1>", group_ids=(1, 2))
    changed = _fill(_press(_open(school), f"plan-edit-{made.id}"), action=Action.REBOOT_HOST)
    text = html_of(changed)
    assert "Nachts &lt;1&gt;" in text
    assert "Neustart · Aula, &lt;Labor&gt; · täglich 02:00–03:00 · schont Termine" in text
    off = _press(changed, f"plan-switch-{made.id}")
    assert "ist ausgeschaltet" in off.toast[0].value
    assert "Er ist ausgeschaltet." in html_of(off)
    assert 'class="is-w-off"' in html_of(off)
    on = _press(off, f"plan-switch-{made.id}")
    assert "Als Nächstes: " in html_of(on)
    asked = _press(on, f"plan-delete-{made.id}")
    assert "Seine Rollouts bleiben" in html_of(asked)
    assert len(_plans(school)) == 1
    done = _submit(asked, "Plan löschen")
    assert _plans(school) == ()
    assert "Noch keine Wartung." in done.info[0].value


def test_whoever_was_slower_reads_so_and_loses_nothing(school: Console) -> None:
    made = add_plan(school.sessions, utc_now())
    asked = _press(_open(school), f"plan-edit-{made.id}")
    with school.sessions.begin() as session:
        plans.delete_plan(session, made.id, actor=ADMIN, now=utc_now())
    late = _fill(asked, name="Anders")
    assert "jemand anderes hat es inzwischen erledigt" in late.info[0].value


def _begin(school: Console) -> Drive:
    """Let a plan that is for all days begin today; tomorrow is a holiday."""
    now = utc_now()
    made = add_plan(
        school.sessions,
        now - timedelta(days=2),
        name="Immer",
        window="00:00-24:00",
        skip_holidays=True,
    )
    tomorrow = made.window.local_day(now) + timedelta(days=1)
    with school.sessions.begin() as session:
        add_holiday(session, tomorrow, tomorrow)
    (*_skipped, started) = Duty(school.sessions, now).look()
    drive = Drive(school.sessions, now)
    drive.rollout_id = started.rollout_id or ""
    return drive


def test_a_rollout_under_way_is_told_and_linked(school: Console) -> None:
    drive = _begin(school)
    text = html_of(_open(school))
    assert f'href="/commands?rollout={drive.rollout_id}"' in text
    assert "Läuft, 3 ausständig" in text


def test_the_picture_and_the_line_say_what_became_of_the_last_day(school: Console) -> None:
    _begin(school).run()
    text = html_of(_open(school))
    assert "Abgeschlossen, 3 fertig" in text
    assert text.count('class="is-w-started" title=') == 1
    assert text.count('class="is-w-holiday" title=') == 1
    assert text.count('class="is-w-planned" title=') == 5
    assert "00:00–24:00: Begonnen; " in text
    assert "– Herbstferien" in text


def test_a_day_that_was_missed_is_told_with_its_reason(school: Console) -> None:
    now = utc_now()
    # By the clock of Vienna it may be tomorrow already; neither day is to be the last one.
    today = now.weekday()
    tomorrow = (today + 1) % 7
    add_plan(
        school.sessions,
        now - timedelta(days=3),
        window="12:00-13:00",
        weekdays=frozenset(range(7)) - {today, tomorrow},
    )
    told = Duty(school.sessions, now).look()
    assert {(one.status, one.reason) for one in told} == {
        (FiringStatus.SKIPPED, SkipReason.SERVER_OFF)
    }
    text = html_of(_open(school))
    assert "übersprungen: der Server lief nicht, während das Zeitfenster offen war" in text
