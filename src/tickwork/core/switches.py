"""Whether something is switched off, by whom and why."""

from collections.abc import Mapping

from tickwork.core.clock import Instant, iso
from tickwork.core.model import Job, Scope, Switch

Switches = Mapping[str, Switch]
"""By document id."""


def switch_id(scope: Scope, target: str) -> str:
    """The document id of a switch; the instance's has an empty target."""
    return f"{scope}:{target}"


def paused_because(job: Job, switches: Switches, now: Instant) -> str | None:
    """The sentence why occurrences of `job` are skipped now, or None where it is on.

    The widest scope that is off is the one named: instance, project, task, job, then the definition itself.
    """
    scopes = ((Scope.INSTANCE, ""), (Scope.PROJECT, job.project), (Scope.TASK, job.of), (Scope.JOB, job.id))
    for scope, target in scopes if switches else ():
        why = None if target is None else off_because(scope, target, switches, now)
        if why is not None:
            return why
    return None if job.enabled else "disabled in its definition"


def off_because(scope: Scope, target: str, switches: Switches, now: Instant) -> str | None:
    """The sentence why this very scope is off now, or None."""
    switch = switches.get(switch_id(scope, target))
    if switch is None or (switch.until is not None and switch.until <= now):
        return None
    return sentence(switch)


def sentence(switch: Switch) -> str:
    what = "everything" if switch.scope is Scope.INSTANCE else f"{switch.scope} {switch.target}"
    until = f" until {iso(switch.until)}" if switch.until is not None else ""
    why = f": {switch.why}" if switch.why else ""
    return f"{what} is paused by {switch.by.name} since {iso(switch.since)}{until}{why}"
