"""What the page says of the installation; read anew at most once a minute."""

import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from console.about.build import build_name, own_version
from console.about.presenters.notes import Release, read_notes
from console.i18n import _
from console.runtime import read_session, resources
from infoscreen_core.services.setup.schema import describe_database, get_schema

_NOTES: Final = Path(__file__).parent / "notes"


@cache
def releases(language: str) -> tuple[Release, ...]:
    """Return what is new in each version, the newest first."""
    return read_notes((_NOTES / f"{language}.md").read_text(encoding="utf-8"))


def program_facts() -> list[tuple[str, str]]:
    """Return what everybody may know, to tell it when something is wrong."""
    return [
        (_("Program version"), own_version()),
        (_("Build"), build_name(resources().settings.infoscreen_build)),
        (_("Licence"), "MIT"),
    ]


def machine_facts() -> list[tuple[str, str]]:
    """Return what an administrator asks for, too."""
    with read_session() as session:
        database = describe_database(session)
    schema = get_schema(resources().engine)
    state = schema.revision or ""
    if not schema.is_current:
        state = _("{revision}, the newest is {head}", revision=state, head=schema.head)
    return [
        (_("Database"), database),
        (_("Schema"), state),
        ("Python", platform.python_version()),
        ("Streamlit", version("streamlit")),
        (_("Operating system"), f"{platform.system()} {platform.release()} ({platform.machine()})"),
    ]
