"""Where a walk leads those who plan: calendar, event form, timeline, periods and holidays."""

from typing import Final

from playwright.sync_api import Page, expect

from infoscreen_core.domain.people.roles import Role
from tests.support.events.calendar_page import MONDAY
from tests.support.visits.library_stops import library_stops
from tests.support.visits.walk import DIALOG, Step, Stop, button, key

_FRAME: Final = "iframe[title*=calendar]"
_FORM: Final = key("card-event-form")
_WEEK: Final = f"/calendar?view=week&date={MONDAY.isoformat()}"


def planners_stops() -> tuple[Stop, ...]:
    """Return the walk in its order."""
    return (
        *_calendar(),
        *_event(),
        *_verdict(),
        *_exchange(),
        *_timeline(),
        *library_stops(),
        *_periods(),
        *_readers(),
    )


def _in_calendar(css: str) -> Step:
    return lambda page: page.frame_locator(_FRAME).locator(css).first.click()


def _sees_calendar(page: Page) -> None:
    expect(page.frame_locator(_FRAME).locator(".fc-view").first).to_be_visible()


CALENDAR_WEEK: Final = Stop(
    "calendar, week", Role.EDITOR, f"{_WEEK}&group=1", "iframe", (_sees_calendar,)
)


def _calendar() -> tuple[Stop, ...]:
    role = Role.EDITOR
    return (
        *(
            Stop(f"calendar, {view}", role, f"/calendar?view={view}", "iframe", (_sees_calendar,))
            for view in ("month", "day", "list")
        ),
        CALENDAR_WEEK,
        Stop(
            "calendar, left out",
            role,
            f"{_WEEK}&group=1",
            "iframe",
            (f"{key('calendar-exceptions')} label",),
        ),
    )


def _event() -> tuple[Stop, ...]:
    def at_form(name: str, step: Step, *leaves: Step, sees: str = _FORM, part: str = _FORM) -> Stop:
        return Stop(name, Role.EDITOR, f"{_WEEK}&group=1", sees, (step,), leaves, part)

    wrong, more = f"{_FORM} .is-wrong", f"{_FORM} [class*=more] summary"
    delete, copy = key("event-form-delete-now"), key("event-form-copy-now")
    away = (button("event-form-copy-not"), button("event-form-close"))
    why, question = f"{key('why')} summary", key("why-question")
    slides = f"{_FORM} [class*=event_type] button >> nth=2"
    return (
        at_form("event, new", button("calendar-new"), part="html"),
        at_form("event, new, details", more),
        at_form("event, new, files", slides, sees=f"{_FORM} .is-tile"),
        at_form("event, new, preview", f"{key('event-preview')} summary", sees=".is-stage"),
        at_form(
            "event, new, refused",
            button("event-form-save"),
            button("event-form-close"),
            sees=wrong,
        ),
        at_form("event", _in_calendar(".fc-event:has-text('Xe 2')"), part="html"),
        at_form(
            "event, delete", button("event-form-delete"), button("event-form-keep"), sees=delete
        ),
        at_form("event, copy", button("event-form-copy"), *away, sees=copy),
        at_form("why", why, sees=question, part=key("why")),
    )


def _verdict() -> tuple[Stop, ...]:
    role, path = Role.EDITOR, f"{_WEEK}&group=2"
    verdict = key("event-form-verdict-bad")
    return (
        Stop(
            "event, unseen",
            role,
            path,
            verdict,
            (_sees_calendar, _in_calendar(".fc-event:has-text('Xe 6')")),
            part=_FORM,
        ),
    )


def _exchange() -> tuple[Stop, ...]:
    role, path = Role.EDITOR, "/calendar?view=day&group=1"
    tab = f"{DIALOG} [role=tab] >> nth="
    edit, remove = button("subscription-1-edit"), button("subscription-1-delete")
    return (
        *(
            Stop(name, role, path, f"{DIALOG} {sees}", steps, leaves, DIALOG)
            for name, sees, steps, leaves in (
                ("subscriptions", key("subscription-1"), (button("calendar-exchange"),), ()),
                (
                    "subscriptions, edit",
                    f"{key('subscription-1')} [data-testid=stForm]",
                    (edit,),
                    (f"{key('subscription-1')} [data-testid=stFormSubmitButton] button",),
                ),
                (
                    "subscriptions, remove",
                    key("subscription-1-delete_forever"),
                    (remove,),
                    (button("subscription-1-close"),),
                ),
                (
                    "subscriptions, new",
                    "[data-testid=stExpander] [data-testid=stForm]",
                    (f"{DIALOG} [data-testid=stExpander] summary",),
                    (),
                ),
                ("import", "[data-testid=stFileUploader]", (f"{tab}1",), ()),
                ("feeds", key("feeds-list"), (f"{tab}2",), ()),
            )
        ),
    )


def _timeline() -> tuple[Stop, ...]:
    role = Role.EDITOR
    day = "/timeline?hours=all"
    order = (button("timeline-order"),)
    return (
        Stop("timeline, day", role, day, key("timeline-grid")),
        Stop("timeline, order", role, day, key("roster-groups"), order, part=key("planner-side")),
        Stop("timeline, week", role, "/timeline?view=week", key("timeline-grid")),
        Stop("timeline, list", role, "/timeline?form=list", ".is-tl-list"),
        Stop("settings, refused", role, "/settings", "[data-testid=stMain] [data-testid=stAlert]"),
    )


def _periods() -> tuple[Stop, ...]:
    cancel = "[class*=st-key-panel-][class*=-cancel] button"
    return (
        Stop("periods", Role.SUPERADMIN, "/periods", key("card-period")),
        _panel("periods, new", "card-period-form", button("period-new"), cancel),
        _panel("periods, edit", "card-period-form", button("period-edit"), cancel),
        _panel("holidays, new", "card-holiday-form", button("holiday-new"), cancel),
        _panel("holidays, edit", "card-holiday-form", button("holiday-edit-1"), cancel),
        _panel(
            "holidays, delete",
            "card-holiday-delete",
            "[class*=st-key-holiday-delete-] button",
            button("panel-holiday-keep"),
        ),
        *(
            _panel(
                f"holidays, {name}",
                "card-import",
                button(f"holiday-{name}"),
                button("import-cancel"),
            )
            for name in ("file", "place")
        ),
    )


def _panel(name: str, sees: str, opener: str, way_out: str) -> Stop:
    return Stop(name, Role.SUPERADMIN, "/periods", key(sees), (opener,), (way_out,), part=key(sees))


def _readers() -> tuple[Stop, ...]:
    event = (_sees_calendar, _in_calendar(".fc-event:has-text('Xe 2')"))
    return (
        Stop("event, reader", Role.USER, _WEEK, key("card-event-details"), event),
        Stop("periods, reader", Role.USER, "/periods", key("card-period")),
    )
