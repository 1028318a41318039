"""Enrolment of workers."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from tickwork.core.clock import SECOND, Duration
from tickwork.operations.people.enrolments import TTL
from tickwork.operations.people.views import EnrolmentView, MadeKey
from tickwork.server.bodies import Body, Name
from tickwork.server.call import Caller
from tickwork.server.routing import Routes

routes = Routes("enrolments")
_DAY = 24 * 3600


class NewEnrolment(Body):
    pools: list[Name] = Field(min_length=1, max_length=1000)
    lasts: Annotated[float, Field(gt=0, le=30 * _DAY, description="Seconds.")] = TTL / SECOND


class EnrolmentUse(Body):
    token: Annotated[str, Field(min_length=1, max_length=200)]
    name: Name
    """The worker's."""


@routes.post("/enrolments", returns=EnrolmentView, status=HTTPStatus.CREATED)
async def create_enrolment(call: Caller, body: NewEnrolment) -> EnrolmentView:
    """A token for one worker of these pools: it gets a key of its own with it."""
    ttl = Duration(round(body.lasts * SECOND))
    return await call.ops.people.enrolments.make(pools=body.pools, ttl=ttl)


@routes.post("/enrolments/use", returns=MadeKey, status=HTTPStatus.CREATED)
async def enrol_worker(call: Caller, body: EnrolmentUse) -> MadeKey:
    """The worker's own key. The token is good once."""
    key, secret = await call.ops.people.enrolments.use(body.token, name=body.name)
    return MadeKey(key=key, secret=secret)
