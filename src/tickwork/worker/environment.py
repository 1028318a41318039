"""The environment of a job: a minimal base, the job's own, and what Tickwork tells it about the run.

Nothing else of the server's environment reaches a job: secrets in it stay there.
"""

import os
import pwd
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tickwork.core.clock import iso
from tickwork.core.ids import RunId
from tickwork.core.model import Job
from tickwork.store.protocol import Claim
from tickwork.worker.processes import Account

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SHELL", "USER", "LOGNAME", "TMPDIR")
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_DEFAULT_SHELL = "/bin/sh"
_CAP_SETGID, _CAP_SETUID = 6, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What a worker's own process lends to its jobs."""

    base: Mapping[str, str]
    user: str
    home: str
    """Where a job without a `cwd` runs, as under cron."""
    may_become_others: bool = False
    """Its jobs may run as other users."""
    http_allow: tuple[str, ...] = ()
    """Networks and names that requests over HTTP may reach beside the public internet."""
    url: str = ""
    """Where its jobs reach the server; empty: there is none that listens."""
    traceparent: Callable[[RunId, int], str] | None = None
    """The trace's context of a run's attempt; None: runs are not traced."""

    @classmethod
    def of_this_process(cls) -> "Host":
        user = _user()
        base = {"PATH": _DEFAULT_PATH, "HOME": str(Path.home()), "SHELL": _DEFAULT_SHELL, "USER": user, "LOGNAME": user}
        base |= {name: os.environ[name] for name in KEPT if name in os.environ}
        home = base["HOME"] if Path(base["HOME"]).is_dir() else "/"
        return cls(base=base, user=user, home=home, may_become_others=_may_become_others())

    def with_env(self, env: Mapping[str, str]) -> "Host":
        """The same, with more variables in the environment of every job."""
        return replace(self, base={**self.base, **env}) if env else self

    def with_http_allow(self, allow: Sequence[str]) -> "Host":
        return replace(self, http_allow=tuple(allow))

    def with_url(self, url: str) -> "Host":
        return replace(self, url=url)

    def with_traceparent(self, traceparent: Callable[[RunId, int], str] | None) -> "Host":
        return replace(self, traceparent=traceparent)

    def of(self, account: Account | None) -> "Host":
        """What a job of another user finds."""
        if account is None:
            return self
        home = account.home if Path(account.home).is_dir() else "/"
        return replace(self, base={**self.base, **account.env}, user=account.name, home=home)


def _may_become_others() -> bool:
    """Whether this process may change its user and groups at will."""
    if os.geteuid() == 0:
        return True
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return False
    effective = next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapEff:")), 0)
    return bool(effective >> _CAP_SETGID & 1 and effective >> _CAP_SETUID & 1)


def load_of_host() -> float:
    """Runnable processes per processor, over a minute."""
    return round(os.getloadavg()[0] / (os.cpu_count() or 1), 2)


def _user() -> str:
    """The name of the user that this process really is, whatever the environment says."""
    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def own_variables(job: Job, claim: Claim, attempt: int, secrets: dict[str, str], *, url: str = "") -> dict[str, str]:
    """The variables of one attempt: the job's `env` and secrets, then Tickwork's, which win. `url`: the server's."""
    run = claim.run
    facts = {
        "TICKWORK_RUN_ID": run.id,
        "TICKWORK_JOB": run.job,
        "TICKWORK_PROJECT": run.project,
        "TICKWORK_SLOT": iso(run.slot) or "",
        "TICKWORK_ATTEMPT": str(attempt),
        "TICKWORK_FENCE": str(claim.fence),
        "TICKWORK_PARAMS": "{}" if claim.params is None else claim.params.decode(),
    }
    if url:
        facts["TICKWORK_URL"] = url
    if claim.token is not None:
        facts["TICKWORK_TOKEN"] = claim.token
    return job.env | secrets | facts
