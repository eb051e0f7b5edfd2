"""What a failure of the database or the disk is called on the command line."""

from sqlalchemy.exc import DatabaseError, InterfaceError, ProgrammingError

from infoscreen_core.db.outages import Outage, outage_of
from infoscreen_core.services.monitoring.upkeep.storage import explain, measured
from infoscreen_core.settings import load_settings


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
