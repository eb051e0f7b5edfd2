"""The console's composition root: Streamlit's pages, our routes, and the gate before both."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from console.navigation import page_paths
from console.parts.guard import handle_script_error
from console.ready import Ready
from console.runtime import configure, dispose
from console.tidying import collect_when_quiet
from console.web import feeds, find, frame, health, own, pages, report, saved_views, screenshots
from console.web.api.app import mount as api
from console.web.api.beside import Beside
from console.web.bundle import Bundle
from console.web.door import first_password, sign_in
from console.web.files import (
    analysis,
    audit,
    commands,
    curves,
    licences,
    log_files,
    logs,
    past,
    plays,
    thumbnails,
)
from console.web.gate import Gate
from console.web.media.delivery import Deliveries
from console.web.metrics.requests import Stopwatch
from console.web.metrics.route import metrics
from console.web.oidc import leaving
from console.web.oidc import routes as oidc
from console.web.player import routes as player
from console.web.player.hub import hub
from console.web.unknown import UnknownAddress
from console.web.uploads.routes import routes as upload_routes
from console.words.people.sessions import PASSWORD_PATH
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.log import configure_logging, get_logger
from infoscreen_core.settings import load_settings


def routes() -> list[BaseRoute]:
    """Return what is served beside Streamlit's own addresses."""
    return [
        Beside("/healthz", health.healthz),
        Beside("/readyz", health.readyz),
        api(),
        Beside("/metrics", metrics),
        Route("/login", sign_in.show, methods=["GET"]),
        Route("/login", sign_in.submit, methods=["POST"]),
        Route(PASSWORD_PATH, first_password.show, methods=["GET"]),
        Route(PASSWORD_PATH, first_password.submit, methods=["POST"]),
        Route(oidc.PATH, oidc.begin),
        Route(oidc.BACK, oidc.come_back),
        Route("/logout", leaving.sign_out, methods=["POST"]),
        Route("/icon.svg", frame.icon),
        Route("/favicon.png", frame.favicon),
        Route(f"{own.FOLDER}{{name}}", own.serve),
        Beside("/screenshots/{uuid}.jpg", screenshots.latest),
        Beside("/screenshots/{uuid}/priority", screenshots.priority),
        Beside("/screenshots/{uuid}/{id:int}.jpg", screenshots.one),
        Route("/files/{media_id:int}/pages", pages.count),
        Route("/files/{media_id:int}/pages/{page:int}.webp", pages.picture),
        Route("/player/assets/{name}", player.asset),
        Route("/player/{token}", player.page),
        Route("/player/{token}/events", player.Events()),
        Route("/player/{token}/say", player.say, methods=["POST"]),
        Route("/player/{token}/framing/{event_id:int}", player.framing_of),
        Route("/player/{token}/pages/{checksum}", player.document),
        Route("/player/{token}/pages/{checksum}/{page:int}.webp", player.picture),
        Route("/logs/{uuid}.csv", logs.as_csv),
        Route("/analysis/{name}.csv", analysis.as_csv),
        Route("/analysis/report", report.page),
        Route("/plays/plays.csv", plays.as_csv),
        Route("/views/{id:int}", saved_views.open_view),
        Route("/curves/{uuid}.csv", curves.as_csv),
        Route("/past/{uuid}.csv", past.as_csv),
        *(Route(f"/audit.{kind}", audit.serve_as(kind)) for kind in FileFormat),
        *(Route(f"/logs.{kind}", log_files.serve_as(kind)) for kind in FileFormat),
        *(Route(f"/commands.{kind}", commands.serve_as(kind)) for kind in FileFormat),
        Route("/commands/power.csv", commands.cycles_csv),
        Route("/commands/rollout.csv", commands.rollout_csv),
        Route("/commands/{name}.csv", commands.figures_csv),
        Beside("/calendar/{group_id}.ics", feeds.calendar),
        Route("/find.json", find.answer),
        Route("/about/licence/{name}", licences.text),
        *upload_routes(),
        Route("/library/{id:int}/thumbnail", thumbnails.thumbnail),
        *(Route(path, frame.page) for path in page_paths()),
        UnknownAddress("/{path:path}", frame.unknown),
    ]


def middleware() -> list[Middleware]:
    """Return what every request goes through, the outermost first."""
    return [Middleware(Stopwatch), Middleware(Gate), Middleware(Deliveries), Middleware(Bundle)]


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Connect the process to what it needs, and let go of it at the end."""
    settings = load_settings()
    configure_logging(settings, program="console")
    made = configure(settings)
    made.opening.begin()
    renewals = made.renewals
    renewals.start()
    renewals.plan(Ready(), 0.0)
    renewals.plan(collect_when_quiet(), 0.0)
    gc.freeze()  # what is imported by now stays: no collection needs to look through it
    get_logger().info("console.started")
    try:
        yield {}
    finally:
        hub.close()
        dispose()


app = st.App(
    Path(__file__).with_name("main.py"),
    routes=routes(),
    middleware=middleware(),
    lifespan=lifespan,
    on_script_error=handle_script_error,
)
