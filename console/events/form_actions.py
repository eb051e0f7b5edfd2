"""What the form's buttons do: one write each; after a refusal, all that was typed stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from console.events.form_state import OpenForm, close_form
from console.events.form_stored import Stored, in_version
from console.events.presenters.consequences import copied_toast, saved_toast
from console.events.presenters.form import completed, draft_of
from console.events.presenters.verdict import with_verdict
from console.i18n import _
from console.parts.feedback import Caution
from console.parts.write import attempt
from console.runtime import Session, user_timezone
from infoscreen_core.errors import ConflictError, Refusals
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events import event_scopes
from infoscreen_core.services.events.event_verdicts import Verdict, foresee
from infoscreen_core.services.events.events import create_events


@dataclass(frozen=True)
class Saved:
    """Where what was saved can be seen."""

    day: date
    group_ids: tuple[int, ...]
    period_id: int | None


def save(form: OpenForm, group_names: Mapping[int, str]) -> Saved | None:
    """Store what is typed and return where it can be seen; None when it was refused."""
    form.error = None
    typed, gaps = completed(form.typed.read(), form.typed.former_start)
    draft = draft_of(typed, form.base)

    def write(session: Session, actor: Actor, now: datetime) -> str:
        verdict, refusals = Verdict(draft.priority), Refusals(*gaps)
        with refusals:
            verdict = foresee(session, draft, now=now, replaces=form.replaces)
        with refusals:
            if form.stored is None:
                create_events(session, draft, actor=actor, now=now)
            else:
                event_scopes.change(session, form.stored.target, draft, actor=actor, now=now)
        refusals.raise_any()
        told = saved_toast(draft, is_new=form.stored is None, group_names=group_names)
        told = with_verdict(told, verdict, group_names, user_timezone(), now=now)
        return told if verdict.is_clear else Caution(told)

    if not attempt(write, refuse=form.refuse):
        return None
    close_form()
    return Saved(draft.start.date(), tuple(draft.group_ids), draft.academic_period_id)


def save_anyway(form: OpenForm, group_names: Mapping[int, str]) -> Saved | None:
    """Store what is typed over somebody else's version, which the conflict names."""
    version = form.error.params.get("version") if isinstance(form.error, ConflictError) else None
    if form.stored is not None and isinstance(version, int):
        form.stored = in_version(form.stored, version)
    return save(form, group_names)


def delete(form: OpenForm, stored: Stored) -> bool:
    """Delete the event in the form's scope; False when it was refused."""
    form.ask(None)

    def write(session: Session, actor: Actor, now: datetime) -> str:
        event_scopes.delete(session, stored.target, actor=actor, now=now)
        return _("“{title}” was deleted.", title=stored.title)

    if not attempt(write, refuse=form.refuse):
        return False
    close_form()
    return True


def copy(
    form: OpenForm, stored: Stored, group_ids: tuple[int, ...], group_names: Mapping[int, str]
) -> None:
    """Copy what is stored, in the form's scope, to other groups; what is typed stays."""
    form.error = None

    def write(session: Session, actor: Actor, now: datetime) -> str:
        event_scopes.copy(session, stored.target, group_ids, actor=actor, now=now)
        return copied_toast(
            stored.title, (group_names.get(group_id, "?") for group_id in group_ids)
        )

    if attempt(write, refuse=form.refuse):
        form.ask(None)
