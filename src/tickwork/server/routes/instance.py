"""The instance: what it is, whether it is well, what it can be asked."""

import asyncio
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tickwork.config import public_settings
from tickwork.errors import StoreUnavailable
from tickwork.server.call import Call, Caller
from tickwork.server.metrics import MEDIA_TYPE as METRICS_TYPE
from tickwork.server.routing import Routes, json_response
from tickwork.service import Service
from tickwork.store.protocol import Kind

routes = Routes("instance")
_PATIENCE = 5.0
_STUCK = 30.0
"""Seconds without a tick after which a part of the server is taken for stuck: the longest nap is one."""


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


class ServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the server that works in the background."""

    name: str
    ticks: int
    failures: int
    """In a row, at present."""
    quiet: float | None
    """Seconds since it did something last; null: it has not begun."""
    well: bool


class ReadyView(msgspec.Struct, frozen=True, kw_only=True):
    """Whether this server does its work."""

    status: str
    """`ok`, or what is wrong."""
    store: bool
    """Whether the store answers."""
    services: list[ServiceView]


@routes.get("/health/ready", returns=ReadyView, errors=(HTTPStatus.SERVICE_UNAVAILABLE,))
async def get_ready(call: Caller) -> Response:
    """Whether it does its work: the store answers, and every part of it moves. 503 if not."""
    now = call.backend.clock.monotonic()
    services = [_service(service, now) for service in call.backend.services]
    store = await _answers(call)
    stuck = [service.name for service in services if not service.well]
    status = "ok" if store and not stuck else "the store does not answer" if not store else f"stuck: {stuck[0]}"
    view = ReadyView(status=status, store=store, services=services)
    return json_response(view, HTTPStatus.OK if status == "ok" else HTTPStatus.SERVICE_UNAVAILABLE)


async def _answers(call: Call) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            await call.ops.store.get(Kind.MARK, "nothing")
    except (StoreUnavailable, TimeoutError):
        return False
    return True


def _service(service: Service, now: float) -> ServiceView:
    quiet = None if service.last_tick is None else now - service.last_tick
    return ServiceView(
        name=service.name,
        ticks=service.ticks,
        failures=service.failures,
        quiet=quiet,
        well=quiet is None or quiet < _STUCK,
    )


@routes.get("/metrics", returns=None)
async def get_metrics(call: Caller) -> Response:
    """The numbers about this server and its store that a monitor collects, in Prometheus' text format."""
    text = await call.backend.metrics.text(call.backend.services)
    return Response(text, media_type=METRICS_TYPE)


@routes.get("/settings", returns=dict[str, Any])
async def get_settings(call: Caller) -> Response:
    """How this server is set, without what is secret."""
    return json_response({one.name: getattr(call.backend.settings, one.name) for one in public_settings()})


@routes.get("/about", returns=AboutView)
async def get_about(call: Caller) -> AboutView:
    """Which server this is."""
    from tickwork.core.clock import iso

    kind = call.backend.store.url.partition(":")[0]
    return AboutView(version=version("tickwork"), store=kind, now=iso(call.now) or "")
