"""The paths of the Jobsched scheduler, at the root: schedule a task of the catalogue with just curl.

What they take and answer is Jobsched's, errors included (`{"description": …}`); who may do what is ours.
"""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tickwork.core.clock import SECOND, Duration
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import Job
from tickwork.core.roles import Permission
from tickwork.core.timing.schedule import Every, Schedule
from tickwork.operations.jobs import decode_job
from tickwork.operations.paging import every
from tickwork.operations.upcoming import next_of
from tickwork.server.call import Call, Caller
from tickwork.server.document.headers import LOCATION
from tickwork.server.problems import PLAIN
from tickwork.server.routing import Routes
from tickwork.store.protocol import Document, Kind

routes = Routes(PLAIN, prefix="")
_SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
_LONGEST: Final = 20 * 366 * 86_400
"""Seconds in one unit; all five of them are a century."""
_KEY: Final = "main"


_ASKED: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["task", "name", "interval"],
                    "properties": {
                        "task": {"type": "string", "pattern": r"\S", "description": "Of the catalogue."},
                        "name": {"type": "string", "pattern": r"\S"},
                        "interval": {
                            "type": "object",
                            "description": "Units that are added up.",
                            "minProperties": 1,
                            "additionalProperties": False,
                            "properties": {
                                unit: {"type": "number", "minimum": 0, "maximum": _LONGEST // seconds}
                                for unit, seconds in _SECONDS.items()
                            },
                            "anyOf": [
                                {"required": [unit], "properties": {unit: {"exclusiveMinimum": 0}}} for unit in _SECONDS
                            ],
                        },
                    },
                }
            }
        },
    }
}
"""What it reads by itself, for the document."""


class _Malformed(Exception):
    """What is wrong with a request to schedule."""


@routes.get("/catalog", returns=dict[str, list[str]])
async def jobsched_catalog(call: Caller) -> Response:
    """The names of the tasks that can be scheduled."""
    return JSONResponse({"tasks": list(dict.fromkeys(document.name for document in await _tasks(call)))})


@routes.post("/jobs", returns=None, status=HTTPStatus.ACCEPTED, headers=(LOCATION,), openapi_extra=_ASKED)
async def jobsched_create(call: Caller, request: Request) -> Response:
    """Schedule a task at an interval; the first run comes after one interval. Jobs may have the same name."""
    try:
        task, name, interval = _asked(await request.body())
    except _Malformed as error:
        return _described(HTTPStatus.BAD_REQUEST, str(error))
    found = next((document for document in await _tasks(call) if document.name == task), None)
    if found is None:
        return _described(HTTPStatus.NOT_FOUND, f"there is no task {task!r} in the catalogue; see /catalog")
    call.need(Permission.EDIT, found.project)
    job = msgspec.structs.replace(
        decode_job(found),
        id=JobId(_identity(call.backend.ids)),
        name=name,
        of=task,
        schedules=(Schedule(key=_KEY, trigger=Every(interval=interval)),),
    )
    await call.ops.jobs.save(job, new=True)
    location = f"{str(request.base_url).rstrip('/')}/jobs/{job.id}"
    return Response(status_code=HTTPStatus.ACCEPTED, headers={"location": location})


@routes.get("/jobs", returns=dict[str, list[dict[str, Any]]])
async def jobsched_list(call: Caller) -> Response:
    """What is scheduled."""
    documents = await call.ops.jobs.all()
    seen = [decode_job(document) for document in documents if call.sees(document.project)]
    return JSONResponse({"values": [_details(call, job) for job in seen]})


@routes.get("/jobs/{job}", returns=dict[str, Any])
async def jobsched_get(call: Caller) -> Response:
    """One job."""
    return JSONResponse(_details(call, decode_job(call.job)))


@routes.delete("/jobs/{job}", returns=None, answers=HTTPStatus.OK)
async def jobsched_delete(call: Caller) -> Response:
    """Unschedule it."""
    await call.ops.jobs.delete(call.job.id)
    return Response(status_code=HTTPStatus.OK)


async def _tasks(call: Call) -> list[Document]:
    documents = await every(call.ops.store, Kind.TASK)
    return [document for document in documents if call.sees(document.project)]


def _asked(body: bytes) -> tuple[str, str, Duration]:
    try:
        said = json.loads(body)
    except ValueError:
        raise _Malformed("the body is not JSON") from None
    if not isinstance(said, dict):
        raise _Malformed('the body is not {"task": …, "name": …, "interval": {…}}')
    for key in ("task", "name"):
        if not isinstance(said.get(key), str) or not said[key].strip():
            raise _Malformed(f"{key}: {said.get(key)!r} is not a name")
    return said["task"], said["name"], _interval(said.get("interval"))


def _interval(said: Any) -> Duration:
    if not isinstance(said, dict) or not said:
        raise _Malformed(f'interval: {said!r} is not one; write {{"minutes": 5}}')
    total = 0.0
    for unit, number in said.items():
        if unit not in _SECONDS:
            raise _Malformed(f"interval: {unit!r} is not one of {', '.join(_SECONDS)}")
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= _most(unit):
            raise _Malformed(f"interval: {unit}: {number!r} is not a number from 0 to {_most(unit)}")
        total += number * _SECONDS[unit]
    if total <= 0:
        raise _Malformed("interval: one of its units must be more than 0")
    return Duration(round(total * SECOND))


def _most(unit: str) -> int:
    return _LONGEST // _SECONDS[unit]


def _details(call: Call, job: Job) -> dict[str, Any]:
    """Times are UTC, without an offset, as Jobsched's were without one."""
    coming = next_of([job], call.now, 1)
    lengths = [schedule.trigger.interval for schedule in job.schedules if isinstance(schedule.trigger, Every)]
    return {
        "next_run": coming[0].slot.replace("T", " ").rstrip("Z") if coming else None,
        "interval": str(timedelta(microseconds=lengths[0])) if lengths else None,
        "id": job.id,
        "name": job.name,
    }


def _identity(ids: Ids) -> str:
    """A name for a job that no other has: its name may repeat."""
    return str(UUID(bytes=ids.seed().to_bytes(8) + ids.seed().to_bytes(8), version=4))


def _described(status: HTTPStatus, text: str) -> Response:
    return JSONResponse({"description": text}, status_code=status)
