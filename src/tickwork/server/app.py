"""The ASGI application: routes, and around them what every request passes."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import FastAPI
from starlette.types import ASGIApp

from tickwork.server import pages, problems
from tickwork.server.backend import Backend
from tickwork.server.browsers import LOOPBACK_NAMES, Browsers
from tickwork.server.doors import jobsched
from tickwork.server.limits import Limits
from tickwork.server.link import routes as link_routes
from tickwork.server.live import route as live
from tickwork.server.methods import Methods
from tickwork.server.openapi import describe
from tickwork.server.requests import Requests
from tickwork.server.routes import (
    acting,
    ahead,
    boards,
    calendars,
    checkins,
    enrolments,
    fleet,
    instance,
    jobs,
    logs,
    looking,
    notifications,
    oneself,
    people,
    projects,
    runners,
    runs,
)
from tickwork.server.routing import Routes

ALL_ROUTES: Final[Sequence[Routes]] = (
    instance.routes,
    oneself.routes,
    people.routes,
    projects.routes,
    enrolments.routes,
    ahead.routes,
    fleet.routes,
    boards.routes,
    runners.routes,
    acting.routes,
    jobs.routes,
    looking.routes,
    runs.routes,
    logs.routes,
    calendars.routes,
    checkins.routes,
    notifications.routes,
    link_routes.routes,
    jobsched.routes,
    checkins.doors,
    instance.doors,
)


def make_app(backend: Backend, *, hosts: Sequence[str] = LOOPBACK_NAMES) -> ASGIApp:
    """The app over a node's backend. `hosts`: the names it answers to beside those of this machine's loopback."""
    app = bare_app()
    app.state.backend = backend
    pages.install(app)
    # From outside to inside: an id for the log, then who may speak to us at all, then how much.
    guarded = Browsers(Limits(app), hosts=hosts)
    return Requests(guarded, clock=backend.clock, ids=backend.ids, telemetry=backend.telemetry)


def bare_app() -> FastAPI:
    """The routes alone, without a backend: what the OpenAPI document and the permission tests read."""
    app = FastAPI(title="Tickwork", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    problems.install(app)
    methods = app.state.methods = Methods()
    for routes in ALL_ROUTES:
        # as they are: `include_router` makes each of them again, and has the first request wait for it
        app.router.routes.extend(routes.router.routes)
        methods.add(routes.router.routes)
    app.router.routes.append(live.route)
    app.state.openapi = None
    return app


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.state.openapi is None:
        app.state.openapi = describe(app, ALL_ROUTES)
    return app.state.openapi  # type: ignore[no-any-return]  # what `describe` gave
