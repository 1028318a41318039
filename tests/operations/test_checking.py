"""Policies that contradict each other are refused when a job is saved, with the reason."""

import pytest

from tests.house import House, every, job
from tickwork.core.clock import Duration
from tickwork.core.model import Delivery, Overlap, Retry
from tickwork.core.timing.schedule import CatchUp
from tickwork.errors import InvalidDefinition


@pytest.mark.parametrize(
    ("schedule", "fields", "message"),
    [
        (
            {},
            {"delivery": Delivery.AT_MOST_ONCE, "retry": Retry(count=1)},
            "job a: retry: a job with delivery: at_most_once is never started a second time",
        ),
        ({}, {"timeout": Duration(0)}, "timeout: it must be longer than nothing"),
        ({}, {"disable_after_failures": 0}, "disable_after_failures: 0 is not allowed"),
        (
            {"catch_up": CatchUp.ALL},
            {"overlap": Overlap.SKIP},
            "catch_up: all makes several runs at once, of which overlap: skip would let 1 run; write overlap: allow",
        ),
        ({"catch_up": CatchUp.ALL, "max_count": 2}, {"overlap": Overlap.REPLACE}, "overlap: replace would let 1 run"),
        ({"catch_up": CatchUp.ALL, "max_count": 3}, {"overlap": Overlap.QUEUE}, "overlap: queue would let 2 run"),
    ],
)
async def test_a_contradiction_is_refused(house: House, schedule, fields, message):
    with pytest.raises(InvalidDefinition) as refused:
        await house.ops.jobs.plan("board", [job("a", every(60, **schedule), **fields)])
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("schedule", "fields"),
    [
        ({"catch_up": CatchUp.ALL}, {"overlap": Overlap.ALLOW}),
        ({"catch_up": CatchUp.ALL, "max_count": 2}, {"overlap": Overlap.QUEUE}),
        ({"catch_up": CatchUp.ALL, "max_count": 1}, {"overlap": Overlap.SKIP}),
        ({}, {"delivery": Delivery.AT_MOST_ONCE, "overlap": Overlap.QUEUE}),
    ],
)
async def test_what_goes_together_is_accepted(house: House, schedule, fields):
    assert await house.ops.jobs.apply("board", [job("a", every(60, **schedule), **fields)])
