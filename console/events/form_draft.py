"""The open event form as a draft: what is typed is there again after a session or browser ended."""

from dataclasses import replace
from typing import Any, Final, get_type_hints

from pydantic import TypeAdapter

from console.events.form_state import DRAFT, OpenForm, change_scope
from console.events.form_stored import Stored, in_version
from console.events.presenters.form import FormInput
from console.parts.forms.drafts import find_draft, keep_draft
from infoscreen_core.domain.events.event import Scope
from infoscreen_core.errors import NotFoundError

_FIELDS: Final[dict[str, TypeAdapter[Any]]] = {
    name: TypeAdapter(kind) for name, kind in get_type_hints(FormInput).items()
}
_TIMES: Final = frozenset({"start_date", "start_time", "end_date", "end_time"})
"""A form begins with all of them; an emptied one is filled as at first."""


def keep_form_draft(form: OpenForm) -> None:
    """Keep what is typed in the form; call it once its inputs are drawn."""
    keep_draft(DRAFT, lambda: _content(form))


def restore_form_draft(form: OpenForm) -> None:
    """Fill in what was typed for the same event, or for a new one, within the last hour."""
    draft = find_draft(DRAFT)
    if draft is None or draft.content.get("of") != _of(form.stored):
        return
    try:
        typed = {
            name: _FIELDS[name].validate_python(value)
            for name, value in draft.content["typed"].items()
            if value is not None or name not in _TIMES
        }
        _in_its_scope(form, draft.content)
    except (KeyError, ValueError, NotFoundError):
        return  # of another release, or its series is another one by now
    form.typed.fill(replace(form.typed.initial, **typed))
    form.restored_at = draft.saved_at


def _content(form: OpenForm) -> dict[str, Any] | None:
    typed, initial = form.typed.read(), form.typed.initial
    changed = {
        name: kind.dump_python(getattr(typed, name), mode="json")
        for name, kind in _FIELDS.items()
        if getattr(typed, name) != getattr(initial, name)
    }
    if not changed:
        return None
    target = form.stored.target if form.stored else None
    return {
        "of": _of(form.stored),
        "scope": target.scope.value if target else None,
        "version": target.version if target else None,
        "typed": changed,
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
