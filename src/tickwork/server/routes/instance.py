"""The instance: what it is, whether it is well, what it can be asked."""

import asyncio
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tickwork.config import public_settings
from tickwork.core.clock import iso
from tickwork.errors import StoreUnavailable
from tickwork.server.call import Call, Caller
from tickwork.server.metrics import MEDIA_TYPE as METRICS_TYPE
from tickwork.server.routing import Routes, json_response
from tickwork.service import Part, Service
from tickwork.store.protocol import Hearing, Kind

routes = Routes("instance")
doors = Routes("instance", prefix="")
_PATIENCE = 5.0
_STUCK = 30.0
"""Seconds without a tick after which a part of the server is taken for stuck: the longest nap is one."""
_FAILING = 5
"""Ticks in a row: the store can be read, but what this service writes is refused (the disk is full)."""


class AboutView(msgspec.Struct, frozen=True, kw_only=True):
    """Which server this is."""

    version: str
    store: str
    """What kind of store it stands on: sqlite, postgresql, redis."""
    now: str


class HealthView(msgspec.Struct, frozen=True, kw_only=True):
    status: str
    """`ok`."""


@routes.get("/openapi.json", returns=dict[str, Any])
async def get_openapi(request: Request) -> Response:
    """This document."""
    from tickwork.server.app import openapi_of

    return json_response(openapi_of(request.app))


@routes.get("/health/live", returns=HealthView)
async def get_live() -> HealthView:
    """Whether the process answers at all."""
    return HealthView(status="ok")


class PartView(msgspec.Struct, frozen=True, kw_only=True):
    """What a part of the server does beside its ticks, or now and then in them."""

    name: str
    quiet: float | None
    """Seconds since it got on last; null: it has not begun."""
    well: bool


class ServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the server that works in the background."""

    name: str
    ticks: int
    failures: int
    """In a row, at present."""
    quiet: float | None
    """Seconds since it got on last; null: it has not begun."""
    busy: float | None = None
    """For how many seconds it is at what it does now; null: it rests."""
    well: bool
    parts: list[PartView] = []


class ReadyView(msgspec.Struct, frozen=True, kw_only=True):
    """Whether this server does its work."""

    status: str
    """`ok`, or what is wrong."""
    store: bool
    """Whether the store answers."""
    hears: bool | None = None
    """Whether hints of other processes are heard; null: there are none to hear. Without them work is polled for."""
    services: list[ServiceView]


@routes.get("/health/ready", returns=ReadyView, also=(HTTPStatus.SERVICE_UNAVAILABLE,))
async def get_ready(call: Caller) -> Response:
    """Whether it does its work: the store answers, and every part of it moves. 503 if not."""
    return await _readiness(call)


async def _readiness(call: Call) -> Response:
    now = call.backend.clock.monotonic()
    services = [_service(service, now) for service in call.backend.services]
    store = await _answers(call)
    hears = call.backend.store.hears() if isinstance(call.backend.store, Hearing) else None
    wrong = [] if store else ["the store does not answer"]
    wrong += [f"stuck: {name}" for service in services for name in _stuck(service)]
    wrong += ["stuck: hints of other processes are not heard"] if hears is False and store else []
    view = ReadyView(status=wrong[0] if wrong else "ok", store=store, hears=hears, services=services)
    return json_response(view, HTTPStatus.SERVICE_UNAVAILABLE if wrong else HTTPStatus.OK)


async def _answers(call: Call) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            await call.ops.store.get(Kind.MARK, "nothing")
    except (StoreUnavailable, TimeoutError):
        return False
    return True


def _service(service: Service, now: float) -> ServiceView:
    quiet = None if service.got_on is None else now - service.got_on
    return ServiceView(
        name=service.name,
        ticks=service.ticks,
        failures=service.failures,
        quiet=quiet,
        busy=None if service.busy_since is None else now - service.busy_since,
        well=service.stopping or ((quiet is None or quiet < _STUCK) and service.failures < _FAILING),
        parts=[_part(part, now) for part in service.parts()],
    )


def _part(part: Part, now: float) -> PartView:
    quiet = None if part.last is None else now - part.last
    well = quiet is None or part.patience is None or quiet < part.patience
    return PartView(name=part.name, quiet=quiet, well=well)


def _stuck(service: ServiceView) -> list[str]:
    own = [] if service.well else [service.name]
    return [*own, *(part.name for part in service.parts if not part.well)]


@routes.get("/metrics", returns=None, text="text/plain")
async def get_metrics(call: Caller) -> Response:
    """The numbers about this server and its store that a monitor collects, in Prometheus' text format."""
    return await _metrics(call)


async def _metrics(call: Call) -> Response:
    text = await call.backend.metrics.text()
    return Response(text, media_type=METRICS_TYPE)


@routes.get("/settings", returns=dict[str, Any])
async def get_settings(call: Caller) -> Response:
    """How this server is set, without what is secret."""
    return json_response({one.name: getattr(call.backend.settings, one.name) for one in public_settings()})


@routes.get("/about", returns=AboutView)
async def get_about(call: Caller) -> AboutView:
    """Which server this is."""
    kind = call.backend.store.url.partition(":")[0]
    return AboutView(version=version("tickwork"), store=kind, now=iso(call.now) or "")


# -- at the root --


@doors.get("/health/live", returns=HealthView)
async def probe_live() -> HealthView:
    """The same as below `/api/v1`, where probes look of themselves."""
    return HealthView(status="ok")


@doors.get("/health/ready", returns=ReadyView, also=(HTTPStatus.SERVICE_UNAVAILABLE,))
async def probe_ready(call: Caller) -> Response:
    """The same as below `/api/v1`, where probes look of themselves."""
    return await _readiness(call)


@doors.get("/metrics", returns=None, text="text/plain")
async def probe_metrics(call: Caller) -> Response:
    """The same as below `/api/v1`, where monitors look of themselves."""
    return await _metrics(call)
