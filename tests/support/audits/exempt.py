"""What may be changed for a person without an entry in the audit trail, and why.

Everything else needs one. `tests/unit/people/test_what_needs_no_entry.py` keeps these lists true.
"""

import re
from typing import Final

from infoscreen_core.db.touched import tables_of

TABLES: Final[dict[str, str]] = {
    "api_tokens": "when and from where a token was used last; what else is changed has its entry",
    "audit_seals": "seals of entries",
    "change_counters": "wakes the scheduler, and is a lock: it says nothing",
    "client_screenshots": "what a player reports, whoever carries it here; thousands an hour",
    "ended_sessions": "why sessions are over; what ended them has its entry",
    "form_drafts": "what somebody types and has not saved",
    "idempotent_requests": "answers of changes that have their entries, for a repetition",
    "login_failures": "counted for the lockout; has entries of its own, for each try or quarter",
    "media_room": "how much room files take: counted",
    "occurrences": "derived from events",
    "pictured_events": "which event a player's picture shows",
    "sign_in_steps": "between the password and the code",
    "user_sessions": "begin, use and end of sessions; begin and end have their entries",
    "worker_status": "signs of life",
}
"""Tables that hold nothing that a person decides, or whose changes others stand for."""
COLUMNS: Final[dict[str, tuple[frozenset[str], str]]] = {
    "calendar_subscriptions": (
        frozenset(
            {
                "claimed_by",
                "claimed_until",
                "etag",
                "failures",
                "last_changed_at",
                "last_checked_at",
                "last_modified",
                "last_result",
                "next_check_at",
            }
        ),
        "what came of a reading that was asked for",
    ),
    "client_statuses": (frozenset({"judge_at"}), "when the scheduler looks at a screen again"),
    "clients": (
        frozenset(
            {
                "last_screenshot_at",
                "last_screenshot_captured_at",
                "last_screenshot_hash",
                "last_screenshot_type",
                "priority_screenshot_at",
                "priority_screenshot_type",
                "same_screenshot_count",
                "screen_health_status",
            }
        ),
        "what a player's picture shows",
    ),
    "events": (
        frozenset({"indexed_until", "recurrence_exception", "version"}),
        "how far the index reaches, a text that repeats what is elsewhere, and the counter of all",
    ),
    "users": (frozenset({"notes_seen"}), "which notes somebody has read"),
}
"""Columns of tables, all of which a statement may change together."""
STATEMENTS: Final[dict[str, str]] = {
    r"(INSERT INTO|DELETE FROM) (second_factors|recovery_codes)": "a factor that is not in force",
    r"INSERT (OR IGNORE |IGNORE )?INTO system_settings": "defaults that a migration adds",
}
_UPDATE: Final = re.compile(r"UPDATE\W+(\w+)\W+SET (.*?)(?: WHERE .*)?", re.DOTALL)
_SET: Final = re.compile(r"(\w+)\W?\s*=")


def changed_by(statement: str) -> set[str]:
    """Return the tables that a statement changes in a way that needs an entry."""
    statement = " ".join(statement.split())  # some are written over several lines
    if any(re.match(one, statement) for one in STATEMENTS) or _is_of_exempt_columns(statement):
        return set()
    return set(tables_of(statement)[1] - TABLES.keys())


def _is_of_exempt_columns(statement: str) -> bool:
    found = _UPDATE.fullmatch(statement)
    if found is None or found[1] not in COLUMNS:
        return False
    columns, _why = COLUMNS[found[1]]
    return set(_SET.findall(found[2])) <= columns
