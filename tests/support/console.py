"""The console's pages without a browser, and its routes without a server."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test
from streamlit.util import calc_hash

from console import runtime
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import WorkerStatus
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.settings import Settings
from tests.support.people import add_session
from tests.support.record import judge_all
from tests.support.screens.listing import LIST, body_of


class _NavigationOnly(PagesManager):
    """Tell AppTest again that `pages/` holds modules, not scripts; see console.navigation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed on as they are
        PagesManager.uses_pages_directory = False
        super().__init__(*args, **kwargs)


# Each run of a page reads what every installed package says of itself: a third of the page's time.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

MAIN = Path(runtime.__file__).with_name("main.py")
_SECONDS = 30.0


@dataclass
class Console:
    """A console on a database of the test's own."""

    sessions: sessionmaker[Session]
    settings: Settings
    token: str = ""
    is_watched: bool = True
    """Whether a scheduler seems to judge the players."""

    def sign_in_as(
        self, role: Role, *, language: str | None = None, at: datetime | None = None
    ) -> str:
        """Be a person of this role from now on; return the session's token."""
        self.token = f"token-of-{role.value}"
        with self.sessions.begin() as session:
            add_session(session, self.token, role, at=at or utc_now(), language=language)
        return self.token

    def keep_workers_alive(self) -> None:
        """Let every worker show a sign of life right now."""
        with self.sessions.begin() as session:
            show_workers(session)

    def judge(self) -> None:
        """Let every player be judged by what is known of it now, where that can be stored."""
        if self.is_watched:
            with suppress(OperationalError), self.sessions.begin() as session:
                judge_all(session, now=utc_now())

    def open(self, page: str = "", /, **query: str) -> AppTest:
        """Run the console as the signed-in person's browser would, on the page of this address.

        The record of statuses is up to date then, as if a scheduler ran.
        """
        self.judge()
        app = AppTest.from_file(str(MAIN), default_timeout=_SECONDS)
        for name, value in query.items():
            app.query_params[name] = value
        if page:
            app._page_hash = calc_hash(page)  # noqa: SLF001 - switch_page() knows pages that are files only
        return app.run()


def show_workers(
    session: Session, *, for_seconds: int = 0, is_broker_connected: bool = True
) -> None:
    """Let every worker have been seen, `for_seconds` from now if that is negative."""
    now = utc_now()
    for name in ("listener", "scheduler", "dispatcher", "fetcher", "converter"):
        session.merge(
            WorkerStatus(
                name=name,
                pid=1,
                host="here",
                started_at=now,
                seen_at=now + timedelta(seconds=for_seconds),
                is_broker_connected=is_broker_connected,
            )
        )


@contextmanager
def console_on(
    database_url: str,
    data_dir: Path,
    *,
    calendar_allowed_hosts: str = "",
    plug_allowed_addresses: str = "",
) -> Iterator[Console]:
    """Let the console's pages and routes work on this database."""
    settings = Settings(
        db_conn=database_url,
        infoscreen_data_dir=data_dir,
        calendar_allowed_hosts=calendar_allowed_hosts,
        plug_allowed_addresses=plug_allowed_addresses,
        _env_file=None,
    )
    made = runtime.configure(settings)
    try:
        with patch.object(app_test, "PagesManager", _NavigationOnly):
            yield Console(made.sessions, settings)
    finally:
        runtime.dispose()


def query_of(app: AppTest) -> dict[str, str]:
    """What the address asks for; AppTest gives a value alone, or in a list."""
    asked = app.query_params.items()
    return {name: value if isinstance(value, str) else value[-1] for name, value in asked}


def html_of(app: AppTest) -> str:
    """All HTML that the page shows, as it stands there, and its messages, in one text."""
    shown = app._tree  # noqa: SLF001 - AppTest gives one kind of elements at a time
    bodies = [body_of(node) for node in shown if node.type in {"html", LIST}]
    messages = [element.value for kind in (app.error, app.warning, app.info) for element in kind]
    return "\n".join([*bodies, *messages])


def refusals_of(app: AppTest) -> list[str]:
    """The sentences that stand beside wrong inputs."""
    marked = (element.body for element in app.html if 'class="is-wrong"' in element.body)
    return [unescape(re.sub(r"<[^>]+>", "", body)) for body in marked]
