"""The instance: what it is, whether it is well, what it can be asked."""

from importlib.metadata import version

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tickwork.server.call import Caller
from tickwork.server.routing import Routes, json_response

routes = Routes("instance")


class AboutView(msgspec.Struct, frozen=True, kw_only=True):
    """Which server this is."""

    version: str
    store: str
    """What kind of store it stands on: sqlite, postgresql, redis."""
    now: str


class HealthView(msgspec.Struct, frozen=True, kw_only=True):
    status: str
    """`ok`."""


@routes.get("/openapi.json", returns=None)
async def get_openapi(request: Request) -> Response:
    """This document."""
    from tickwork.server.app import openapi_of

    return json_response(openapi_of(request.app))


@routes.get("/health/live", returns=HealthView)
async def get_live() -> HealthView:
    """Whether the process answers at all."""
    return HealthView(status="ok")


@routes.get("/about", returns=AboutView)
async def get_about(call: Caller) -> AboutView:
    """Which server this is."""
    from tickwork.core.clock import iso

    kind = call.backend.store.url.partition(":")[0]
    return AboutView(version=version("tickwork"), store=kind, now=iso(call.now) or "")
