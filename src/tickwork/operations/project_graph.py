"""The graph of a whole project: every job that waits for another one or is waited for, and how each stands."""

from collections.abc import Mapping, Sequence

from tickwork.core.clock import Instant
from tickwork.core.graph import edges_of, in_order
from tickwork.core.ids import JobId
from tickwork.core.model import Job, Run
from tickwork.core.states import TERMINAL
from tickwork.core.switches import Switches, paused_because
from tickwork.operations.viewing import job_state
from tickwork.operations.views import View
from tickwork.store.protocol import Ledger

MOST = 1000
"""More nodes than this nobody can look at."""
_RUNS = 2
"""Enough to know what runs and how the run before it ended."""


class ProjectNode(View, frozen=True, kw_only=True):
    """A job and what it waits for."""

    job: str
    needs: list[str]
    after: dict[str, str]
    """By job: success, failure or any."""
    state: str | None
    """As in lists of jobs; None: it is of another project, or was deleted."""
    last: str | None
    """How its newest ended run ended."""
    run: str | None
    """Its newest run."""
    paused: str | None
    """The sentence why it is off."""


class ProjectGraph(View, frozen=True, kw_only=True):
    """The jobs of a project, each behind what it waits for; those without edges last."""

    project: str
    nodes: list[ProjectNode]
    left_out: int
    """Jobs beyond the limit: first those without edges."""


async def project_graph(
    store: Ledger, project: str, jobs: Sequence[Job], *, switches: Switches, now: Instant, most: int = MOST
) -> ProjectGraph:
    """`jobs`: all of the project. What they wait for in other projects is among the nodes, by its id alone."""
    known = {job.id: job for job in jobs}
    edges = {job.id: edges_of(job) for job in jobs}
    joined = in_order({job: others for job, others in edges.items() if others})
    order = list(dict.fromkeys([*joined, *known]))
    shown = order[:most]
    runs = await store.latest([job for job in shown if job in known], n=_RUNS)
    nodes = [_node(job, known, runs.get(job, ()), switches, now) for job in shown]
    return ProjectGraph(project=project, nodes=nodes, left_out=len(order) - len(shown))


def _node(
    name: JobId, known: Mapping[JobId, Job], runs: Sequence[Run], switches: Switches, now: Instant
) -> ProjectNode:
    job = known.get(name)
    if job is None:
        return ProjectNode(job=name, needs=[], after={}, state=None, last=None, run=None, paused=None)
    paused = paused_because(job, switches, now)
    live = next((run for run in runs if run.state not in TERMINAL), None)
    last = next((run for run in runs if run.state in TERMINAL), None)
    return ProjectNode(
        job=name,
        needs=[need.job for need in job.needs],
        after={after.job: after.on.value for after in job.after},
        state=job_state(job, paused, live),
        last=None if last is None else last.state.value,
        run=runs[0].id if runs else None,
        paused=paused,
    )
