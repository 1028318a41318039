"""The first page, and what comes: running now, up next, needs somebody; the load to come."""

from typing import Annotated

from fastapi import Query

from tickwork.core.clock import DAY, later
from tickwork.operations.agenda import Agenda
from tickwork.operations.ahead import Forecast
from tickwork.operations.strip import StripView
from tickwork.operations.today import TodayView
from tickwork.operations.views import NextView
from tickwork.server.call import Caller
from tickwork.server.routing import Routes
from tickwork.server.times import Moment

routes = Routes("today")
OfProject = Annotated[str | None, Query(max_length=200, description="Only of this project.")]


@routes.get("/today", returns=TodayView)
async def get_today(call: Caller, project: OfProject = None) -> TodayView:
    """What runs, what is next, and what needs somebody."""
    return await call.ops.today.look(projects=call.seen(project))


@routes.get("/strip", returns=StripView)
async def get_strip(
    call: Caller,
    project: OfProject = None,
    hours: Annotated[int, Query(ge=1, le=48, description="So many hours back, and as many ahead.")] = 24,
) -> StripView:
    """What was planned and what became of it, by quarters of an hour; what did not go as planned. Some seconds old at
    most."""
    projects = call.seen(project)
    return await call.backend.strips.get(
        (projects, hours), lambda: call.backend.system.strip.look(projects=projects, hours=hours)
    )


@routes.get("/next", returns=list[NextView])
async def list_next(
    call: Caller,
    project: OfProject = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="So many moments.")] = 100,
    every: Annotated[bool, Query(description="The next moments of all, not one of each schedule.")] = False,
    start: Moment = None,
) -> list[NextView]:
    """The next due moment of the schedules that are due first; with `every` the next moments of all from `start` on."""
    if every:
        return await call.ops.jobs.next(None, count=limit, start=start, projects=call.seen(project))
    return await call.ops.reads.upcoming(limit=limit, projects=call.seen(project))


@routes.get("/forecast", returns=Forecast)
async def get_forecast(
    call: Caller,
    days: Annotated[int, Query(ge=1, le=31, description="So many days ahead.")] = 7,
    start: Moment = None,
    project: OfProject = None,
) -> Forecast:
    """How much comes due in each hour, and in the busiest minutes."""
    return await call.ops.ahead.forecast(days=days, start=start, projects=call.seen(project))


@routes.get("/agenda", returns=Agenda)
async def get_agenda(
    call: Caller,
    start: Moment = None,
    end: Moment = None,
    project: OfProject = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="So many schedules.")] = 1000,
) -> Agenda:
    """What is due from one moment (default: now) until before another (default: a day later), by schedule."""
    since = call.now if start is None else start
    until = later(since, DAY) if end is None else end
    return await call.ops.ahead.agenda(start=since, end=until, projects=call.seen(project), limit=limit)
