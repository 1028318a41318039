"""The ladder of containment: what holds a run's processes together, the strongest first."""

from enum import StrEnum


class Containment(StrEnum):
    """A rung, as a person chooses it and as every worker and run shows it."""

    AUTO = "auto"
    """The strongest that works."""
    CGROUP = "cgroup"
    """A control group (version 2): the kernel kills it as a whole."""
    PIDNS = "pidns"
    """A PID namespace: with its first process all others die."""
    SUBREAPER = "subreaper"
    """The tree of parents: whoever is found in it is killed."""
