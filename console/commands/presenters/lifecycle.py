"""A course as a bar, or folded into a line of a table: steps with their times, and advice."""

from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.commands.presenters.commands import Course, CourseStep, StepState
from console.i18n import _
from console.words.commands import StateLook
from console.words.formatting import clock, duration, relative_html
from console.words.html import rollout_link

_ICONS: Final = {
    StepState.DONE: "✓",
    StepState.CURRENT: "●",
    StepState.SKIPPED: "·",
    StepState.PENDING: "○",
    StepState.FAILED: "✕",
}


def course_html(course: Course, zone: ZoneInfo, *, now: datetime, about: str = "") -> str:
    """Return a command's course: what, by whom and why; its steps; and how it failed, if so.

    `about` is HTML that says first which screen it is for, where the page does not.
    """
    steps = "".join(_step(step, zone, now) for step in course.steps)
    live = ' aria-live="polite"' if course.is_running else ""
    issued = relative_html(course.issued_at, zone, now=now)
    return (
        f'<section class="is-course"{live}><header>{about}<b>{escape(course.noun)}</b>'
        f'<span class="is-quiet is-small">{_origin(course)}, {issued}</span>'
        f"{_rollout(course)}</header><ol>{steps}</ol>{failure_html(course)}</section>"
    )


def _origin(course: Course) -> str:
    by = course.requested_by
    text = _("requested by {name}", name=by) if by else _("requested by the system")
    if course.reason:
        text = _("{request}: “{reason}”", request=text, reason=course.reason)
    return escape(text)


def _rollout(course: Course) -> str:
    """Return the link to the roll-out that the command is part of."""
    if course.rollout_id is None:
        return ""
    return f'<span class="is-small">{rollout_link(course.rollout_id, course.noun)}</span>'


def _step(step: CourseStep, zone: ZoneInfo, now: datetime) -> str:
    time = clock(step.at, zone, with_seconds=True) if step.at else ""
    if step.state is StepState.CURRENT and step.at:
        time = f"{time} · {duration(max(now - step.at, now - now))}"
    current = ' aria-current="step"' if step.state is StepState.CURRENT else ""
    return (
        f'<li class="is-{step.state.value}"{current}><i aria-hidden="true">{_ICONS[step.state]}</i>'
        f"<b>{escape(step.word)}</b><time>{time}</time></li>"
    )


def failure_html(course: Course) -> str:
    """Return why a command failed, and what to do; nothing for one that did not."""
    if not course.is_failed:
        return ""
    code = (
        f'<code class="is-mono" translate="no">{escape(course.code)}</code> ' if course.code else ""
    )
    message = f"<p>{code}{escape(course.message or '')}</p>"
    advice = (
        f"<p><b>{escape(_('What to do:'))}</b> {escape(course.advice)}</p>" if course.advice else ""
    )
    return f'<div class="is-failure">{message}{advice}</div>'


def look_html(look: StateLook, word: str) -> str:
    """Return where something stands with its icon, word and colour."""
    return (
        f'<span class="is-status is-{look.tone}"><i aria-hidden="true">{look.icon}</i>'
        f"{escape(word)}</span>"
    )


def folded_html(summary: str, course: Course, zone: ZoneInfo) -> str:
    """Return a result (HTML) that unfolds into its course, with advice if it failed."""
    steps = "".join(_taken(step, step.at, zone) for step in course.steps if step.at)
    return (
        f'<details class="is-unfolds"><summary>{summary}</summary>'
        f'<dl class="is-facts">{steps}</dl>{failure_html(course)}</details>'
    )


def reason_html(reason: str | None) -> str:
    """Return why it was asked for, in quiet print; nothing without a reason."""
    if not reason:
        return ""
    text = escape(_("“{reason}”", reason=reason))
    return f'<div class="is-quiet is-small is-clip-wide" title="{text}">{text}</div>'


def _taken(step: CourseStep, at: datetime, zone: ZoneInfo) -> str:
    return f"<div><dt>{escape(step.word)}</dt><dd>{clock(at, zone, with_seconds=True)}</dd></div>"
