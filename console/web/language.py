"""The words that Streamlit writes by itself, in English only, and the script that replaces them.

Where a parameter takes a text (`label`, `placeholder`, `help`), the pages give it; this is for the
rest. A text may hold `{places}`, which are taken over as they are; a `{date}` is written anew.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Final

from console.i18n import LANGUAGES, N_, _, use_language
from console.theme import THEME

_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "[data-testid=stSkipToContent]": (N_("Skip to main content"),),
    "[data-testid=InputInstructions]": (
        N_("Press Enter to apply"),
        N_("Press Enter to submit form"),
        N_("Press {key}+Enter to apply"),
        N_("Press {key}+Enter to submit form"),
    ),
    "[data-testid=stFileUploader]": (
        N_("Upload"),
        N_("{size} per file"),
        N_("Drag and drop a file here"),
        N_("Drag and drop files here"),
        N_("{type} files are not allowed."),
        N_("File must be {size} or smaller."),
    ),
    "[role=listbox]": (N_("No results"), N_("Select all"), N_("Select {n} matches")),
    "[data-testid=stTextInput], [data-testid=stNumberInput], [data-testid=stTooltipErrorContent]": (
        N_("Invalid input."),
        N_("Number is above the allowed range."),
        N_("Number is below the allowed range."),
    ),
    "[data-testid=stStatusWidget], [data-testid=stStatusWidgetLabel]": (
        N_("Connecting"),
        N_("Error"),
        N_("Stop"),
        N_("Running..."),
    ),
    "[data-testid=stTooltipContent]": (
        N_("Connecting to Streamlit server"),
        N_("Unable to connect to Streamlit server"),
    ),
    "[data-testid=stDialog], [role=dialog]": (N_("Connection error"),),
    "[data-testid=stToast]": (N_("view more"), N_("view less")),
    "[id^=react-aria-description]": (N_("Selected Date: {date}"), N_("Selected Time: {time}")),
    "[data-testid=stMainMenuPopover]": (
        N_("Rerun"),
        N_("Settings"),
        N_("Print"),
        N_("About"),
        N_("Theme"),
        N_("Light"),
        N_("Dark"),
        N_("System"),
        N_("Made with Streamlit v{version}"),
    ),
}
"""CSS of what holds them → texts: elsewhere the same words may be those of a person."""
_ATTRIBUTES: Final = (
    N_("App pages"),
    N_("Choose date"),
    N_("Clear all"),
    N_("Clear date"),
    N_("Clear entry"),
    N_("Clear time"),
    N_("Clear value"),
    N_("Close"),
    N_("Collapse sidebar"),
    N_("Copy to clipboard"),
    N_("Decrement"),
    N_("Dismiss"),
    N_("Download plot as a PNG"),
    N_("Expand sidebar"),
    N_("Help for {name}"),
    N_("Hide password"),
    N_("Increment"),
    N_("Main menu"),
    N_("Navigate to home page"),
    N_("Next month"),
    N_("Next page"),
    N_("Notifications"),
    N_("Open"),
    N_("Page {n}"),
    N_("Pagination"),
    N_("Previous month"),
    N_("Previous page"),
    N_("Remove {name}"),
    N_("Running..."),
    N_("Selected values"),
    N_("Selectbox options"),
    N_("Multiselect options"),
    N_("Show password"),
    N_("Sidebar"),
    N_("Stop script"),
    N_("Choose an option"),
    N_("Choose or add an option"),
    N_("Choose options"),
    N_("Upload {name}"),
    N_("file upload"),
    N_("day, {name}"),  # the parts of a date, which speak American English whatever the page does
    N_("month, {name}"),
    N_("year, {name}"),
)
"""Names for screen readers, and the like."""
_FRAMES: Final = {"streamlit_calendar.calendar": N_("Calendar")}
"""Titles that Streamlit gives to the frames of components → their names."""


@cache
def script_text() -> str:
    """Return the script with the words of all languages."""
    words = {
        "translations": {language: _in_language(language) for language in LANGUAGES},
        "texts": list(_TEXTS.items()),
        "attributes": _ATTRIBUTES,
        "frames": _FRAMES,
    }
    source = (THEME / "language.js").read_text(encoding="utf-8")
    return source.replace("= null;", f"= {json.dumps(words, ensure_ascii=False)};", 1)


def _in_language(language: str) -> dict[str, str]:
    every = {text for texts in (*_TEXTS.values(), _ATTRIBUTES, _FRAMES.values()) for text in texts}
    with use_language(language):
        return {text: _(text) for text in sorted(every)}
