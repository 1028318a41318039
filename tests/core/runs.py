"""Runs with a default for every field."""

from typing import Any

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Origin, Run
from tickwork.core.states import State


def a_run(**fields: Any) -> Run:
    values: dict[str, Any] = {
        "id": RunId("r1"),
        "job": JobId("backup"),
        "project": "default",
        "revision": 1,
        "origin": Origin.MANUAL,
        "state": State.WAITING,
        "ready_at": Instant(0),
        "created": Instant(0),
    }
    return Run(**(values | fields))
