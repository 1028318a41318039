"""Which jobs are accepted: schedules that make sense, and no two policies that contradict each other."""

from collections.abc import Iterator

from tickwork.core.births import PLACEHOLDER
from tickwork.core.dependencies import named_in
from tickwork.core.model import Call, Delivery, Elsewhere, Job, Overlap, Retry
from tickwork.core.tags import wrong_tags
from tickwork.core.timing.occurrences import validate
from tickwork.core.timing.schedule import CatchUp, Schedule
from tickwork.errors import InvalidDefinition

_HELD_BY_QUEUE = 2
"""One runs, one waits."""


def check(job: Job, *, may_be_over: bool = False) -> None:
    """Raises `InvalidDefinition` where parts of the job do not go together, with the reason.

    `may_be_over`: a schedule that never fires is accepted (nobody wrote it so; a calendar made it so).
    """
    for problem in _problems(job):
        raise InvalidDefinition(f"job {job.id}: {problem}")
    if not may_be_over:
        for schedule in job.schedules:
            validate(schedule, job.id)


def _problems(job: Job) -> Iterator[str]:
    keys = [schedule.key for schedule in job.schedules]
    for key in keys:
        if keys.count(key) > 1:
            yield f"two schedules have the key {key!r}; give each its own"
    if job.delivery is Delivery.AT_MOST_ONCE and job.retry.count:
        yield "retry: a job with delivery: at_most_once is never started a second time; leave one of the two out"
    if job.timeout is not None and job.timeout <= 0:
        yield "timeout: it must be longer than nothing; leave it out for none"
    if job.disable_after_failures is not None and job.disable_after_failures <= 0:
        yield f"disable_after_failures: {job.disable_after_failures} is not allowed; write 1 or more, or leave it out"
    yield from (f"tags: {wrong}" for wrong in wrong_tags(job.tags))
    if job.secrets:
        yield from _wrong_secrets(job)
    if job.needs or job.after or isinstance(job.task, Call) or job.map is not None:
        yield from _wrong_dependencies(job)
    yield from _wrong_spread(job)
    if isinstance(job.task, Elsewhere):
        yield from _wrong_elsewhere(job)
    for schedule in job.schedules:
        yield from _overlapping(schedule, job.overlap)


def _wrong_secrets(job: Job) -> Iterator[str]:
    variables = [use.env for use in job.secrets]
    for env in sorted(set(variables)):
        if variables.count(env) > 1 or env in job.env:
            yield f"secrets: the variable {env} is set twice; give one of them another name, {{NAME: VARIABLE}}"
        if env.startswith("TICKWORK_"):
            yield f"secrets: the variable {env} is Tickwork's own; write {{NAME: VARIABLE}} with another one"


def _wrong_dependencies(job: Job) -> Iterator[str]:
    needed = [need.job for need in job.needs]
    for word, names in (("needs", needed), ("after", [after.job for after in job.after])):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{word}: {name} stands there twice; name it once"
    if isinstance(job.task, Call):
        for name in sorted(named_in([job.task.args, job.task.kwargs]) - set(needed)):
            yield f"the result of {name} is asked for (!retval), but {name} is not in needs; add it there"
    if job.map is not None and job.map.over not in needed:
        yield f"map: {job.map.over} is not in needs; add it there"
    if job.map is not None and not isinstance(job.task, Call):
        yield "map: only a call can be given an item; use call: module:function"


def _wrong_spread(job: Job) -> Iterator[str]:
    """Numbers that nothing can satisfy, and keys that nobody can fill."""
    numbers = {"on": job.on, "success": job.success, "max_running": job.max_running}
    numbers |= {f"shares: {share.key}": share.max for share in job.shares}
    for word, number in numbers.items():
        if isinstance(number, int) and number < 1:
            yield f"{word}: {number} is not allowed; write 1 or more"
    if job.on != 1 and job.map is not None:
        yield "on: a job that is mapped runs once for each item; leave out on or map"
    if isinstance(job.on, int) and isinstance(job.success, int) and job.on > 1 and job.success > job.on:
        yield f"success: {job.success} of {job.on} runs cannot succeed; write {job.on} or less"
    known = {"job", "project", "pool"}
    for share in job.shares if job.schedules else ():  # nobody is there to give what is missing when it is due
        said = job.task.kwargs if isinstance(job.task, Call) else {}
        for name in sorted(set(PLACEHOLDER.findall(share.key)) - known - set(said)):
            yield f"shares: {{{name}}} in {share.key!r} is nothing that a run on schedule has; give it in kwargs"


def _wrong_elsewhere(job: Job) -> Iterator[str]:
    """What only whoever starts a run can see to."""
    set_ = {
        "needs": job.needs,
        "after": job.after,
        "on": job.on != 1,
        "retries": job.retry != Retry(),
        "secrets": job.secrets,
        "cleanup": job.cleanup is not None,
    }
    for word in (word for word, value in set_.items() if value):
        yield f"{word}: a job that runs elsewhere is not started here; leave it out"


def _overlapping(schedule: Schedule, overlap: Overlap) -> Iterator[str]:
    """What is caught up comes due at once, so a policy for overlap decides how much of it can run."""
    if schedule.catch_up is not CatchUp.ALL or overlap is Overlap.ALLOW:
        return
    held = _HELD_BY_QUEUE if overlap is Overlap.QUEUE else 1
    if schedule.max_count is None or schedule.max_count > held:
        yield (
            f"catch_up: all makes several runs at once, of which overlap: {overlap} would let {held} run; "
            f"write overlap: allow, catch_up: latest, or max_count: {held}"
        )
