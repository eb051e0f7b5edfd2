"""The open event form as a draft: what is typed is there again after a session or browser ended."""

from dataclasses import replace
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from console.events.form_state import DRAFT, OpenForm, change_scope
from console.events.form_stored import Stored, in_version
from console.events.presenters.form import FormInput
from console.parts.drafts import find_draft, keep_draft
from infoscreen_core.domain.events.event import Scope
from infoscreen_core.errors import NotFoundError

_TYPED: Final = TypeAdapter(FormInput)
_TIMES: Final = ("start_date", "start_time", "end_date", "end_time")


def keep_form_draft(form: OpenForm) -> None:
    """Keep what is typed in the form; call it once its inputs are drawn."""
    keep_draft(DRAFT, lambda: _content(form))


def restore_form_draft(form: OpenForm) -> None:
    """Fill in what was typed for the same event, or for a new one, within the last hour."""
    draft = find_draft(DRAFT)
    if draft is None or draft.content.get("of") != _of(form.stored):
        return
    try:
        typed = _TYPED.validate_python(draft.content["typed"])
        _in_its_scope(form, draft.content)
    except (KeyError, ValueError, ValidationError, NotFoundError):
        return  # of another release, or its series is another one by now
    initial = form.typed.initial
    missing = {name: getattr(initial, name) for name in _TIMES if getattr(typed, name) is None}
    form.typed.fill(replace(typed, **missing))
    form.restored_at = draft.saved_at


def _content(form: OpenForm) -> dict[str, Any] | None:
    if not form.typed.has_changes:
        return None
    target = form.stored.target if form.stored else None
    return {
        "of": _of(form.stored),
        "scope": target.scope.value if target else None,
        "version": target.version if target else None,
        "typed": _TYPED.dump_python(form.typed.read(), mode="json"),
    }


def _of(stored: Stored | None) -> list[object] | None:
    """Return which occurrence the form is about, as JSON keeps it."""
    if stored is None:
        return None
    return [stored.target.event_id, stored.target.occurrence_start.isoformat()]


def _in_its_scope(form: OpenForm, content: dict[str, Any]) -> None:
    """Edit as much of the series as was edited, on top of the version that was seen then."""
    if form.stored is None:
        return
    change_scope(form, Scope(content["scope"]))
    form.stored = in_version(form.stored, int(content["version"]))
