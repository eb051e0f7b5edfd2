"""The one way for pages to change something: one transaction, then its result or refusal."""

from collections.abc import Callable
from datetime import datetime

from console.parts.feedback import Caution, ask_for_focus, show_error, toast
from console.runtime import Session, change
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor

Write = Callable[[Session, Actor, datetime], str]
"""Changes what is stored and returns a sentence on it; a `Caution` is shown as a warning.

It may be run again, after a collision with somebody else's; so it does nothing else.
"""
Refuse = Callable[[InfoscreenError], None]
"""Shows why nothing was changed, or keeps it for the next run."""


def attempt(write: Write, *, refuse: Refuse = show_error) -> bool:
    """Write in one transaction and return whether it was done.

    What was done is told as a toast in the next full run; what was refused goes to `refuse`, and
    nothing is stored. What is typed stays either way: close the form, and run the page again, when
    this returns True.
    """
    try:
        told = change(write)
    except InfoscreenError as error:
        ask_for_focus()
        refuse(error)
        return False
    toast(told, tone="warning" if isinstance(told, Caution) else "success")
    return True
