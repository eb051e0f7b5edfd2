from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.i18n import use_language
from console.words.errors import error_sentence
from infoscreen_core.db.models import Event
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.recurrence.text import read_rule
from infoscreen_core.domain.school.holidays import Holiday, conflict_error, place
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import ConflictError, InfoscreenError, InvalidInputError, NotFoundError
from infoscreen_core.services.events.event_exceptions import get_occurrence

VIENNA = ZoneInfo("Europe/Vienna")


def _german(error: InfoscreenError) -> str:
    with use_language("de"):
        return error_sentence(error, VIENNA)


def test_a_field_is_named_by_its_word() -> None:
    with pytest.raises(InvalidInputError) as refused:
        clean_line("x" * 201, field="title", limit=200)
    assert _german(refused.value) == "Der Titel hat 201 Zeichen; erlaubt sind 200: bitte kürzen."


def test_a_day_at_the_end_brings_its_full_stop_along() -> None:
    told = Sentence("“{title}” is over: it ended on {end}.", title="Chor", end="So 29.11.")
    with use_language("de"):
        assert error_sentence(told, VIENNA) == "„Chor“ ist vorbei: Ende war So 29.11."


@pytest.mark.parametrize("field", ["name", "title"])
def test_a_group_called_like_a_field_keeps_its_name(field: str) -> None:
    taken = ConflictError(
        "There is a group called {name} already; choose another name.", field=field, name=field
    )
    assert (
        _german(taken)
        == f"Eine Raumgruppe namens „{field}“ gibt es schon; wählen Sie einen anderen Namen."
    )


def test_a_part_of_a_rule_keeps_its_name() -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_rule("FREQ=DAILY;BYHOUR=8")
    assert _german(refused.value).startswith("BYHOUR wird nicht unterstützt: Die Uhrzeit ist")


def test_a_commands_state_is_named_as_on_the_page() -> None:
    late = ConflictError(
        "The command can no longer be cancelled: it is already {status}.",
        status=State.PUBLISHED.value,
    )
    assert _german(late).endswith("Er ist schon im Zustand „Gesendet“.")


def test_a_missing_occurrence_is_named_in_local_time() -> None:
    start = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    event = Event(
        id=1,
        title="Mathe 3B",
        start=start,
        end=start + timedelta(hours=1),
        timezone="Europe/Vienna",
    )
    with pytest.raises(NotFoundError) as refused:
        get_occurrence(event, start + timedelta(days=1))
    assert _german(refused.value) == (
        "Der Termin „Mathe 3B“ findet zu dieser Zeit (Di 24.11. 08:00) nicht statt; "
        "laden Sie den Kalender neu."
    )


def test_text_with_braces_is_shown_as_it_is() -> None:
    error = InvalidInputError("There is no user {name}.", field="username", name="{limit}")
    assert _german(error) == "Einen Benutzer „{limit}“ gibt es nicht."


def test_days_are_written_as_in_the_language_and_one_day_as_one() -> None:
    first = Holiday(name="Herbstferien", start_date=date(2026, 10, 27), end_date=date(2026, 10, 31))
    feast = Holiday(name="Feiertag", start_date=date(2026, 10, 26), end_date=date(2026, 10, 26))
    for blocker, written in ((first, "Di 27.10.2026 – Sa 31.10.2026"), (feast, "Mo 26.10.2026")):
        long = Holiday(
            name="Lange Ferien", start_date=date(2026, 10, 1), end_date=date(2026, 11, 1)
        )
        refused = conflict_error(place(long, {1: blocker}))
        assert _german(refused) == (
            f"„Lange Ferien“ würde sich mit „{blocker.name}“ ({written}) überschneiden; "
            "ändern Sie die Tage von einem der beiden."
        )


def test_a_sentence_in_a_sentence_is_translated_too() -> None:
    problem = Sentence("It is entered already.")
    refused = InvalidInputError(
        "Nothing was imported. Line {line}: {problem}", line=3, problem=problem
    )
    assert _german(refused) == "Es wurde nichts importiert. Zeile 3: Das ist schon eingetragen."
