"""Whether a job is switched off, by whom and why."""

from collections.abc import Mapping

from tickwork.core.clock import Instant, iso
from tickwork.core.model import Job, Switch


def switch_id(scope: str, target: str) -> str:
    """The document id of a switch; the instance's has an empty target."""
    return f"{scope}:{target}"


def paused_because(job: Job, switches: Mapping[str, Switch], now: Instant) -> str | None:
    """The sentence why occurrences of `job` are skipped now, or None where it is on.

    The widest scope that is off is the one named: instance, project, job, then the definition itself.
    """
    for scope, target in (("instance", ""), ("project", job.project), ("job", job.id)):
        switch = switches.get(switch_id(scope, target))
        if switch is not None and is_off(switch, now):
            return sentence(switch)
    return None if job.enabled else "disabled in its definition"


def is_off(switch: Switch, now: Instant) -> bool:
    return switch.until is None or now < switch.until


def sentence(switch: Switch) -> str:
    what = "everything is" if switch.scope == "instance" else f"{switch.scope} {switch.target} is"
    until = f" until {iso(switch.until)}" if switch.until is not None else ""
    why = f": {switch.why}" if switch.why else ""
    return f"{what} paused by {switch.by.name} since {iso(switch.since)}{until}{why}"
