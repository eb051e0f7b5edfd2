"""What saving, moving or deleting an event would do, in sentences that name it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.words.formatting import clock, day, span
from infoscreen_core.domain.events.event import ExceptionKind, Scope
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.views import LeftOutView


@dataclass(frozen=True)
class Affected:
    """The event, or the occurrence of it, that is to be deleted; times are UTC."""

    title: str
    group_name: str
    start: datetime
    end: datetime


SAVE_WORDS: Mapping[Scope, str] = {
    Scope.EVENT: N_("Save changes"),
    Scope.OCCURRENCE: N_("Change only this one"),
    Scope.FOLLOWING: N_("Change this and following"),
    Scope.SERIES: N_("Change whole series"),
}
COPY_WORDS: Mapping[Scope, str] = {
    Scope.EVENT: N_("Copies “{title}” as it is stored."),
    Scope.OCCURRENCE: N_("Copies only this date of “{title}”, as a single event, as it is stored."),
    Scope.FOLLOWING: N_(
        "Copies the series “{title}” from this date on, with its exceptions, as it is stored."
    ),
    Scope.SERIES: N_("Copies the whole series “{title}” with its exceptions, as it is stored."),
}
DELETE_WORDS: Mapping[Scope, str] = {
    Scope.EVENT: N_("Delete event"),
    Scope.OCCURRENCE: N_("Delete only this one"),
    Scope.FOLLOWING: N_("Delete this and following"),
    Scope.SERIES: N_("Delete whole series"),
}
MOVE_WORDS: Mapping[Scope, str] = {
    Scope.OCCURRENCE: N_("Move only this one"),
    Scope.FOLLOWING: N_("Move this and following"),
    Scope.SERIES: N_("Move whole series"),
}
_MOVED_WORDS: Mapping[Scope, str] = {
    Scope.EVENT: N_("“{title}” was moved."),
    Scope.OCCURRENCE: N_("“{title}” was moved, only this once."),
    Scope.FOLLOWING: N_("“{title}” was moved from this date on."),
    Scope.SERIES: N_("The whole series “{title}” was moved."),
}
_DELETED_WORDS: Mapping[Scope, str] = {
    Scope.EVENT: N_("“{title}” was deleted."),
    Scope.SERIES: N_("The series “{title}” was deleted."),
    Scope.FOLLOWING: N_("“{title}” was deleted from one date on."),
    Scope.OCCURRENCE: N_("One date of “{title}” was deleted."),
}
_LEFT_OUT_WORDS: Mapping[ExceptionKind, str] = {
    ExceptionKind.SKIPPED: N_("“{title}” ({when}) was taken out of its series."),
    ExceptionKind.HOLIDAY: N_(
        "“{title}” ({when}) falls into holidays, which its series keeps free."
    ),
    ExceptionKind.DETACHED: N_(
        "“{title}” ({when}) was changed on its own: another event stands for it."
    ),
}


def deleted_sentence(title: str, scope: Scope) -> str:
    """Return what was deleted last."""
    return _(_DELETED_WORDS[scope], title=title)


def save_label(scope: Scope | None, *, is_emergency: bool = False) -> str:
    """Return what the button that saves says; a new event has no scope yet."""
    if scope is not None:
        return _(SAVE_WORDS[scope])
    return _("Plan emergency") if is_emergency else _("Create event")


def copy_label(group_count: int) -> str:
    """Return what the button that copies says."""
    return (
        ngettext("Copy to {n} group", "Copy to {n} groups", group_count)
        if group_count
        else _("Copy")
    )


def copy_sentence(title: str, scope: Scope) -> str:
    """Return what is copied, and what is not."""
    return _(COPY_WORDS[scope], title=title)


def copied_toast(title: str, group_names: Iterable[str]) -> str:
    """Return what is told once an event was copied."""
    return _("“{title}” was copied to {groups}.", title=title, groups=", ".join(group_names))


def delete_label(scope: Scope) -> str:
    """Return what the button that deletes says."""
    return _(DELETE_WORDS[scope])


def delete_consequence(affected: Affected, scope: Scope, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what is gone after deleting, and what happens on the screens at once."""
    return " ".join(
        part for part in (_gone(affected, scope, zone, now), _at_once(affected, zone, now)) if part
    )


def left_out_sentence(
    left_out: LeftOutView, kind: ExceptionKind, zone: ZoneInfo, *, now: datetime
) -> str:
    """Return why a date of a series does not take place."""
    when = span(left_out.occurrence.start, left_out.occurrence.end, zone, now=now)
    if kind is ExceptionKind.HOLIDAY and left_out.holiday:
        return _(
            "“{title}” ({when}) falls into “{holiday}”, which its series keeps free.",
            title=left_out.title,
            when=when,
            holiday=left_out.holiday,
        )
    return _(_LEFT_OUT_WORDS[kind], title=left_out.title, when=when)


def moved_toast(title: str, scope: Scope) -> str:
    """Return what is told once something was moved."""
    return _(_MOVED_WORDS[scope], title=title)


def gone_sentence() -> str:
    """Return what moving an event into the future does while it is on."""
    return _("It is on the screens now and disappears at once.")


def moved_sentence(
    title: str,
    before: tuple[datetime, datetime],
    after: tuple[datetime, datetime],
    *,
    is_all_day: bool,
) -> str:
    """Return from when to when something was dragged; all are naive wall times of one zone."""
    return _(
        "“{title}” from {before} to {after}",
        title=title,
        before=_wall_span(*before, is_all_day=is_all_day),
        after=_wall_span(*after, is_all_day=is_all_day),
    )


def saved_toast(draft: EventDraft, *, is_new: bool, group_names: Mapping[int, str]) -> str:
    """Return what is told once an event was saved."""
    names = ", ".join(group_names.get(group_id, "?") for group_id in draft.group_ids)
    if is_new:
        return _("“{title}” is planned for {groups}.", title=draft.title.strip(), groups=names)
    return _("“{title}” was changed.", title=draft.title.strip())


def _gone(affected: Affected, scope: Scope, zone: ZoneInfo, now: datetime) -> str:
    when = span(affected.start, affected.end, zone, now=now)
    names = {"title": affected.title, "when": when, "group": affected.group_name}
    match scope:
        case Scope.EVENT:
            return _("Deletes “{title}” ({when}) from the plan of {group}.", **names)
        case Scope.OCCURRENCE:
            return _("Deletes “{title}” on {when} only; the series of {group} goes on.", **names)
        case Scope.FOLLOWING:
            return _(
                "Deletes “{title}” from {when} on; what was before stays in the plan of {group}.",
                **names,
            )
        case Scope.SERIES:
            return _(
                "Deletes all of the series “{title}” from the plan of {group}, the past too. "
                "Occurrences that were changed on their own stay.",
                **names,
            )


def _at_once(affected: Affected, zone: ZoneInfo, now: datetime) -> str:
    if not affected.start <= now < affected.end:
        return ""
    return _(
        "It is on the screens now, until {time}, and disappears at once.",
        time=clock(affected.end, zone),
    )


def _wall_span(start: datetime, end: datetime, *, is_all_day: bool) -> str:
    if is_all_day:
        return day(start.date())
    is_same_day = start.date() == end.date()
    tail = f"{end:%H:%M}" if is_same_day else f"{day(end.date())} {end:%H:%M}"
    return f"{day(start.date())} {start:%H:%M}–{tail}"


def emergency_consequence(group_count: int) -> str:
    """Return what an emergency does to the groups it is for; 0 while none is chosen yet."""
    first = (
        ngettext(
            "While it lasts, screens of {n} group show it alone; everything else there steps "
            "aside.",
            "While it lasts, screens of {n} groups show it alone; everything else there steps "
            "aside.",
            group_count,
        )
        if group_count
        else _(
            "While it lasts, the screens show it alone; everything else planned there steps aside."
        )
    )
    return f"{first} {_('It ends by itself at its end; its beginning and end stand in the log.')}"
