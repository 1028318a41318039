"""Named calendars, which schedules exclude."""

import msgspec

from tickwork.operations.calendars import CalendarView
from tickwork.server.bodies import CalendarDays
from tickwork.server.call import Call, Caller
from tickwork.server.routing import Routes
from tickwork.store.protocol import Kind

routes = Routes("calendars")


@routes.get("/calendars", returns=list[CalendarView])
async def list_calendars(call: Caller) -> list[CalendarView]:
    """All calendars, by name. Of the jobs that exclude them, those that the caller sees."""
    return [await _seen(call, view) for view in await call.ops.calendars.list()]


@routes.get("/calendars/{name}", returns=CalendarView)
async def get_calendar(call: Caller, name: str) -> CalendarView:
    """One calendar."""
    return await _seen(call, await call.ops.calendars.show(name))


@routes.put("/calendars/{name}", returns=CalendarView)
async def put_calendar(call: Caller, name: str, body: CalendarDays) -> CalendarView:
    """Create it or replace its days. The jobs that exclude it follow from now on."""
    return await call.ops.calendars.put(
        name,
        days=body.days,
        ics=body.ics,
        country=body.country,
        subdivision=body.subdivision,
        years=body.years,
    )


@routes.delete("/calendars/{name}")
async def delete_calendar(call: Caller, name: str) -> None:
    """409 while a job excludes it."""
    await call.ops.calendars.delete(name)


async def _seen(call: Call, view: CalendarView) -> CalendarView:
    documents = await call.ops.store.get_many(Kind.JOB, view.jobs)
    jobs = [job for job in view.jobs if job in documents and call.sees(documents[job].project)]
    return msgspec.structs.replace(view, jobs=jobs)
