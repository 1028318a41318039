"""The results that a call's arguments ask for, put beside the claim on the store's side of the link."""

from typing import Any

import msgspec

from tickwork.core.codec import from_json, to_json
from tickwork.core.dependencies import Pins, items_of, named_in
from tickwork.core.ids import JobId
from tickwork.core.model import Call, Job
from tickwork.store.protocol import Claim, RunDetail, Store


async def with_results(store: Store, claim: Claim, job: Job | None) -> Claim:
    """The claim with the results of its pinned runs, as far as they are asked for and still there."""
    if claim.pins is None or job is None or not isinstance(job.task, Call):
        return claim
    pins = from_json(claim.pins, Pins)
    results: dict[JobId, Any] = {}
    for name in sorted(named_in([job.task.args, job.task.kwargs])):
        detail = await store.run(pins.needs[name]) if name in pins.needs else None
        if detail is not None:
            results[name] = _value(detail, _item(job, name, pins))
    return msgspec.structs.replace(claim, results=to_json(results))


def _item(job: Job, name: JobId, pins: Pins) -> str | None:
    """The key of the one item that a run of a map gets of the job that is mapped over."""
    return pins.item if job.map is not None and job.map.over == name else None


def _value(detail: RunDetail, item: str | None) -> Any:
    result = msgspec.Raw(b"null" if detail.result is None else detail.result)
    if item is None:
        return result
    return (items_of(from_json(bytes(result), Any)) or {}).get(item)
