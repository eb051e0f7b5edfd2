"""The HTTP API: one FastAPI application, mounted at `/api` beside the pages."""

import re
from typing import Final

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware import Middleware
from starlette.routing import Mount

from console.web.api.bodies import Bodies
from console.web.api.documents import describe
from console.web.api.door import Door
from console.web.api.kept import Kept, lists_among
from console.web.api.problems import HANDLERS
from console.web.api.refusals import refuse_unknown_query
from console.web.api.repeats import Repeats
from console.web.api.routes import (
    academic_periods,
    auth,
    client_logs,
    client_pictures,
    clients,
    commands,
    conversions,
    eventmedia,
    events,
    groups,
    holidays,
    system_settings,
    users,
)

PREFIX: Final = "/api"
ROUTERS: Final[tuple[APIRouter, ...]] = (
    academic_periods.router,
    auth.router,
    client_logs.router,
    client_pictures.router,
    clients.router,
    commands.router,
    conversions.router,
    eventmedia.router,
    events.router,
    groups.router,
    holidays.router,
    system_settings.router,
    users.router,
)


def make_api() -> FastAPI:
    """Return the application with every route."""
    routes = [route for router in ROUTERS for route in router.routes]
    made = FastAPI(
        title="Infoscreen",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(Door),
            Middleware(Kept, lists_among(routes)),
            Middleware(Bodies),
            Middleware(Repeats),
        ],
        exception_handlers=HANDLERS,
        dependencies=[Depends(refuse_unknown_query)],
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    for router in ROUTERS:
        made.include_router(router)
    describe(made, PREFIX)
    return made


def mount() -> Mount:
    """Return where the console serves the API."""
    made = Mount(PREFIX, make_api(), name="api")
    # Every address below it, line breaks in it or not: what is behind it is nobody else's.
    made.path_regex = re.compile(made.path_regex.pattern, re.DOTALL)
    return made
