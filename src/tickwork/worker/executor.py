"""From a claim to something the processes can start: a pipeline of small steps over one value."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import Clock, iso
from tickwork.core.model import Job, Outcome, Run, task_of
from tickwork.core.states import Reason, State
from tickwork.errors import LaunchFailed
from tickwork.signing import SigningKey
from tickwork.store.protocol import Claim
from tickwork.worker.accounts import terms_of
from tickwork.worker.environment import Host, own_variables
from tickwork.worker.process.outcomes import not_launched
from tickwork.worker.processes import CallSpec, SpawnSpec, Terms
from tickwork.worker.runners import RUNNERS
from tickwork.worker.runners.assignment import Assignment
from tickwork.worker.secrecy import hidden, secrets_of

Spec = SpawnSpec | CallSpec


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A run that may begin."""

    job: Job
    spec: Spec
    terms: Terms


class Executor:
    """Prepares claims. Knows nothing of seats, processes and reports."""

    def __init__(
        self,
        *,
        host: Host,
        clock: Clock,
        signing: SigningKey | None = None,
        definitions: DefinitionCache | None = None,
    ) -> None:
        self._host = host
        self._clock = clock
        self._signing = signing or SigningKey()
        self._definitions = definitions or DefinitionCache()

    @property
    def base(self) -> Mapping[str, str]:
        """The environment that every job on this worker starts from."""
        return self._host.base

    def prepare(self, claim: Claim) -> Prepared | Outcome:
        """What to start, or the outcome of a run that must not begin."""
        if (ended := self._ended_before_it_began(claim.run)) is not None:
            return ended
        try:
            job = _timed(self._decoded(claim), claim)
            terms = terms_of(job, self._host)
            return Prepared(job=job, spec=self._spec(job, claim, terms), terms=terms)
        except LaunchFailed as error:
            return not_launched(str(error))
        except msgspec.DecodeError as error:
            return not_launched(f"the run's parameters are no JSON object: {error}; start it again with others")
        except Exception as error:  # noqa: BLE001 (a run that nobody can prepare must not take the whole claim with it)
            return not_launched(f"the worker could not prepare the run: {type(error).__name__}: {error}")

    def _ended_before_it_began(self, run: Run) -> Outcome | None:
        if run.cancel is not None:
            return Outcome(state=State.CANCELLED, reason=Reason.USER)
        if run.start_by is not None and self._clock.now() > run.start_by:
            late = f"no worker could begin it by {iso(run.start_by)}"
            return Outcome(state=State.MISSED, reason=Reason.DEADLINE, error=late)
        return None

    def _decoded(self, claim: Claim) -> Job:
        run = claim.run
        try:
            return self._definitions.get(claim.body)
        except msgspec.DecodeError as error:
            raise LaunchFailed(
                f"revision {run.revision} of job {run.job!r} cannot be read by this worker ({error}); "
                "run workers of the server's version"
            ) from None

    def _spec(self, job: Job, claim: Claim, terms: Terms) -> Spec:
        host = self._host.of(terms.account)
        attempt = claim.run.attempt + 1
        secrets = secrets_of(job, claim)
        own = own_variables(job, claim, attempt, secrets, url=host.url)
        if host.traceparent is not None:
            own["TRACEPARENT"] = host.traceparent(claim.run.id, attempt)
        task = task_of(job, claim.run.origin)
        return RUNNERS[type(task)](
            Assignment(
                job=job,
                task=task,
                claim=claim,
                attempt=attempt,
                base=host.base,
                own=own,
                mask=hidden(secrets, claim),
                cwd=_cwd(job, host),
                terms=terms,
                signing=self._signing,
                http_allow=host.http_allow,
            )
        )


def _timed(job: Job, claim: Claim) -> Job:
    """With what its pool or server says, where it has no time-out itself."""
    if job.timeout is not None or claim.timeout is None:
        return job
    return msgspec.structs.replace(job, timeout=claim.timeout)


def _cwd(job: Job, host: Host) -> str:
    if job.cwd is None:
        return host.home
    if not Path(job.cwd).is_dir():
        raise LaunchFailed(f"cwd {job.cwd!r} is no folder on this worker; make it or change `cwd`")
    return job.cwd
