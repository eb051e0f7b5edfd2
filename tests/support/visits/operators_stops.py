"""Where a walk leads those who run the screens, and those who are not let in."""

from typing import Final

from infoscreen_core.domain.people.roles import Role
from tests.support.visits.people_stops import people_stops
from tests.support.visits.walk import (
    DIALOG,
    Stop,
    button,
    deed,
    dialog,
    escape,
    fill,
    key,
    line,
    press,
)
from tests.support.visits.walk_commands import GIVEN_UP, SCREEN, WAITING
from tests.support.visits.walk_webhooks import WEBHOOK

_FORM: Final = f"{DIALOG} [data-testid=stForm]"
_CONFIRM: Final = f"{_FORM} [data-testid=stBaseButton-primaryFormSubmit]"
_MENU: Final = "[data-testid=stExpandSidebarButton]"
_FINDER: Final = ".is-finder input"
_ALERT: Final = "[data-testid=stMain] [data-testid=stAlert]"


def operators_stops() -> tuple[Stop, ...]:
    """Return the walk in its order."""
    return (
        *_signed_out(),
        *_operation(),
        *_monitoring(),
        *_client(),
        *_commands(),
        _analysis(),
        Stop("proof of play", Role.SUPERADMIN, "/plays", "[data-testid=stMain] .is-fresh"),
        Stop("monthly report", Role.SUPERADMIN, "/analysis/report", "main > header h1"),
        *_logs(),
        *_audit(),
        *_views(),
        *_screens(),
        *_groups(),
        Stop("about", Role.SUPERADMIN, "/about", "[data-testid=stMain] .is-table"),
        Stop("finder", Role.SUPERADMIN, "/about", "#is-found a", (".is-find", fill(_FINDER, "a"))),
        Stop("settings", Role.SUPERADMIN, "/settings", key("card-settings-players")),
        *_account(),
        *_webhooks(),
        *people_stops(),
        *_readers(),
    )


def _account() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, "/account"
    strength = (fill(f"{key('account-password-new')} input", "Xr7 Xq9 Xw5"),)
    return (
        Stop("account", role, path, key("account-sessions")),
        Stop("account, strength", role, path, ".is-strength", strength, part=".is-strength"),
        Stop(
            "account, second factor",
            role,
            path,
            ".is-wrong",
            (
                fill(f"{key('account-second-factor-password')} input", "Xr7"),
                f"{key('card-account-second-factor')} [data-testid=stFormSubmitButton] button",
            ),
            part=key("card-account-second-factor"),
        ),
        dialog("account, new token", role, path, button("account-token-new")),
    )


def phone_menu() -> Stop:
    """Return the stop at the menu of a narrow window."""
    sees = "[data-testid=stSidebarNav]"
    return Stop("menu", Role.SUPERADMIN, "/monitoring", sees, (_MENU,))


def _signed_out() -> tuple[Stop, ...]:
    wrong = (fill("#username", "xx"), fill("#password", "xx"), "form button")
    other = "footer a:not([aria-current])"
    return (
        Stop("sign in", None, "/login", "#username"),
        Stop("sign in, refused", None, "/login", ".error", wrong),
        Stop("sign in, other language", None, "/login", "#username", (other,)),
    )


def _operation() -> tuple[Stop, ...]:
    role = Role.SUPERADMIN
    crashed = "[data-deed=remedy]"
    return (
        Stop("overview", role, "/", key("cards")),
        dialog("overview, command", role, "/", crashed),
        Stop("overview, filtered", role, "/?show=healthy", key("cards")),
    )


def _monitoring() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, "/monitoring"
    search = f"{key('search')} input"
    return (
        Stop("monitoring", role, path, ".is-table, table"),
        Stop(
            "monitoring, take an incident",
            role,
            path,
            f"{_FORM} button",
            ("[data-deed=take]",),
            (fill(f"{_FORM} input", "Xr"), _CONFIRM),
            DIALOG,
        ),
        Stop(
            "monitoring, taken",
            role,
            path,
            "[data-deed=release]",
            part=key("incidents"),
        ),
        dialog(
            "monitoring, acknowledge a service",
            role,
            path,
            f"{key('failed-services')} summary",
            "[class*=st-key-acknowledge-] button",
        ),
        Stop("monitoring, wall", role, f"{path}?view=wall", ".is-wall, .is-picture"),
        Stop(
            "monitoring, nothing found",
            role,
            f"{path}?view=wall",
            _ALERT,
            (fill(search, "zzz"), press(search, "Enter")),
        ),
        Stop("full-screen wall", role, "/wall", ".is-far"),
    )


def _client() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, f"/client?uuid={SCREEN}"
    return (
        Stop("screen", role, path, key("log-history")),
        *(
            dialog(f"screen, {action}", role, path, button(f"action-{action}"))
            for action in (
                *("restart_app", "reboot_host", "shutdown_host"),
                *("plug-cycle", "power-hold"),
            )
        ),
        dialog(
            "screen, given up", role, f"/client?uuid={GIVEN_UP}", button("recovery-acknowledge")
        ),
        Stop("screen, unknown", role, "/client?uuid=x", _ALERT),
    )


def _commands() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, "/commands"
    one = ".is-unfolds"
    figures = tuple(
        f"{key(f'commands-{name}-numbers')} summary" for name in ("success", "waits", "errors")
    )
    return (
        Stop("commands", role, path, one),
        Stop("commands, unfolded", role, path, f"{one}[open] dl", (f"{one} summary",), part=one),
        Stop(
            "commands, figures",
            role,
            f"{path}?view=figures&divide=group",
            f"{key('commands-errors-numbers')} table",
            figures,
        ),
        Stop("commands, nothing found", role, f"{path}?text=zzz", _ALERT),
        Stop(
            "power cycles",
            role,
            f"{path}?view=power",
            f"{one}[open] .is-failure",
            (f"{one} summary",),
            part=one,
        ),
        *_rollouts(),
        *_maintenance(),
    )


def _rollouts() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, "/commands?view=rollouts"
    opener, groups = "[class*=st-key-rollout-open-] button", "/clients?list=groups"
    settings = f"{key('rollout-settings')} summary"
    asked = (deed("command", "1"), f"{DIALOG} {key('rollout-more')} summary")
    return (
        Stop("roll-outs", role, path, opener),
        Stop("roll-out", role, path, f"{key('rollout-settings')} dl", (opener, settings)),
        dialog("roll-out, cancel", role, path, button("rollout-ask-cancel")),
        Stop(
            "roll-out, ask",
            role,
            groups,
            f"{DIALOG} {key('rollout-percent')}",
            asked,
            (fill(f"{DIALOG} {key('rollout-reason')} input", "Xr"), _CONFIRM),
            DIALOG,
        ),
        Stop(
            "roll-out, second click",
            role,
            groups,
            f"{DIALOG} {button('rollout-start')}",
            leaves=(escape,),
            part=DIALOG,
        ),
    )


def _maintenance() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, "/commands?view=maintenance"
    return (
        Stop("maintenance", role, path, ".is-weekplan"),
        Stop(
            "maintenance, plan refused",
            role,
            path,
            f"{DIALOG} .is-wrong",
            (button("plan-add"), _CONFIRM),
            (escape,),
            DIALOG,
        ),
        dialog("maintenance, delete", role, path, "[class*=st-key-plan-delete-] button"),
    )


def _analysis() -> Stop:
    pictures = ("heat-map", "outages", "recovery", "errors", "storms", "heat")
    unfold = tuple(f"{key(f'analysis-{name}-numbers')} summary" for name in pictures)
    sees = f"{key('analysis-heat-numbers')} table"
    return Stop("analysis", Role.SUPERADMIN, "/analysis", sees, unfold)


def _logs() -> tuple[Stop, ...]:
    role, lines = Role.SUPERADMIN, key("logs-lines")
    first = f"{lines} button"
    return (
        Stop("logs", role, "/logs", lines),
        Stop("logs, unfolded", role, "/logs", key("logs-unfolded"), (first,)),
        Stop("logs, families", role, "/logs?view=families", key("logs-families")),
        Stop("logs, nothing found", role, "/logs?text=zzz", _ALERT),
    )


def _audit() -> tuple[Stop, ...]:
    role, entries = Role.SUPERADMIN, key("audit-entries")
    first = f"{entries} button"
    return (
        Stop("audit", role, "/audit", entries),
        Stop("audit, unfolded", role, "/audit?entity=user", key("audit-unfolded"), (first,)),
        Stop("audit, span", role, "/audit?days=span", key("audit-from")),
        Stop("audit, one thing", role, "/audit?entity=setting&id=zz", key("audit-thing")),
        Stop("audit, nothing found", role, "/audit?text=zzz", _ALERT),
    )


def _views() -> tuple[Stop, ...]:
    role, path, opener = Role.SUPERADMIN, "/logs?level=ERROR", button("views-open")
    name = fill(f"{key('views-name-new')} input", "Xv")
    return (
        Stop("views", role, path, f"{_FORM} button", (opener,), (name, _CONFIRM), DIALOG),
        dialog("view, change", role, path, opener, "[class*=st-key-views-edit-] button"),
        dialog("view, delete", role, path, opener, "[class*=st-key-views-delete-] button"),
    )


def _screens() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, "/clients"
    chosen = f"{key('roster-screens')} {line(SCREEN)} .is-tick"
    folded = f"details:has({key('roster-rejected')})"
    return (
        Stop("screens", role, path, key("roster-screens")),
        dialog("screens, approve", role, path, deed("approve", WAITING)),
        dialog("screens, approve many", role, path, button("clients-approve-many")),
        dialog("screens, reject", role, path, deed("reject", WAITING)),
        dialog("screens, edit", role, path, deed("edit", SCREEN)),
        dialog("screens, browsers", role, path, button("web-players-open")),
        dialog(
            "screens, plug",
            role,
            path,
            deed("edit", SCREEN),
            button("clients-edit-plug"),
        ),
        Stop("screens, chosen", role, path, key("clients-assign-many"), (chosen,)),
        dialog("screens, assign", role, path, button("clients-assign-many")),
        dialog("screens, remove", role, path, button("clients-remove-many")),
        Stop(
            "screens, rejected",
            role,
            path,
            key("roster-rejected"),
            (f"{folded} summary",),
            part=folded,
        ),
    )


def _groups() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, "/clients?list=groups"
    return (
        Stop("groups", role, path, key("roster-groups")),
        dialog("groups, create", role, path, button("groups-new")),
        dialog("groups, edit", role, path, deed("edit", "1")),
        dialog("groups, delete", role, path, deed("remove", "1")),
    )


def _webhooks() -> tuple[Stop, ...]:
    role, path, of_one = Role.SUPERADMIN, "/webhooks", f"webhook-{WEBHOOK}"
    log = "[data-testid=stMain] .is-table"
    return (
        Stop("webhooks", role, path, log),
        dialog("webhook, new", role, path, button("webhook-add")),
        dialog("webhook, edit", role, path, button(f"{of_one}-edit")),
        dialog("webhook, secret", role, path, button(f"{of_one}-key")),
        dialog("webhook, delete", role, path, button(f"{of_one}-delete")),
        Stop(
            "webhook, message",
            role,
            path,
            button("webhook-again"),
            ("[data-testid=stMain] details summary",),
            part="[data-testid=stMain] details",
        ),
        Stop("webhooks, refused", Role.EDITOR, path, _ALERT),
    )


def _readers() -> tuple[Stop, ...]:
    role = Role.USER
    return (
        Stop("overview, reader", role, "/", key("cards")),
        Stop("monitoring, reader", role, "/monitoring", ".is-table, table"),
        Stop("screen, reader", role, f"/client?uuid={SCREEN}", ".is-facts, dl"),
        Stop("screens, refused", role, "/clients", _ALERT),
        Stop("address, unknown", role, "/xx", _ALERT),
    )


def emergency_stops() -> tuple[Stop, ...]:
    """Return the way through an emergency, from the button on every page to its end."""
    role, path = Role.EDITOR, "/monitoring"
    on = "[class*=st-key-emergency-on-]"
    return (
        Stop("monitoring, editor", role, path, ".is-table, table"),
        Stop(
            "emergency",
            role,
            path,
            _FORM,
            (button("emergency-sidebar"),),
            (fill(f"{DIALOG} textarea", "Xm"), _CONFIRM),
            DIALOG,
        ),
        Stop(
            "emergency, second click",
            role,
            path,
            button("emergency-raise"),
            leaves=(button("emergency-raise"),),
            part=DIALOG,
        ),
        Stop("emergency, on", role, path, on, part=on),
        Stop(
            "emergency, end",
            role,
            path,
            f"{DIALOG} {button('emergency-end')}",
            ("[class*=st-key-emergency-end-] button",),
            (escape,),
            DIALOG,
        ),
    )
