"""What a failure of the database or the disk is called on the command line."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DatabaseError, InterfaceError, ProgrammingError, SQLAlchemyError

from infoscreen_core.cli.context import cli_read_session
from infoscreen_core.cli.sentences import text_of
from infoscreen_core.db.outages import Outage, outage_of
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring.upkeep.storage import explain, measured
from infoscreen_core.settings import load_settings


def words_of(error: InfoscreenError) -> str:
    """Return what a refusal says, with its instants as they were asked: in the zone of here."""
    if not any(isinstance(one, datetime) for part in error.parts for one in part.params.values()):
        return str(error)
    zone = _zone()
    return " ".join(text_of(Sentence.of(part), zone) for part in error.parts)


def _zone() -> ZoneInfo:
    """Return the installation's zone, or UTC while the database cannot tell."""
    try:
        with cli_read_session() as (session, _settings):
            return load_zone(system_settings.get_setting(session, "default_timezone"))
    except (SQLAlchemyError, InfoscreenError):
        return ZoneInfo("UTC")


def find_sentence(error: Exception) -> str | None:
    """Return what to tell an operator, or None for what is no such failure."""
    if isinstance(error, ProgrammingError):
        return f"The database has no current tables; run `infoscreen migrate` first. ({error.orig})"
    if isinstance(error, DatabaseError | InterfaceError):
        return _sentence_of(error)
    if isinstance(error, OSError) and outage_of(error) is not None:
        return _sentence_of_system(error)
    return None


def _sentence_of(error: DatabaseError | InterfaceError) -> str:
    kind = outage_of(error)
    if kind in {None, Outage.AWAY, Outage.DAMAGED}:  # its own words say more
        hint = "; run `infoscreen migrate` first" if "no such table" in str(error.orig) else ""
        return f"The database cannot be used{hint}: {error.orig}"
    return f"{explain(kind, measured(load_settings().storage_directories))} ({error.orig})"


def _sentence_of_system(error: OSError) -> str:
    if outage_of(error) is Outage.DISK_FULL:
        return f"There is no room to write to: {error.strerror}."
    return f"{error.filename or 'A file'} cannot be used: {error.strerror}."
