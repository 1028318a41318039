"""The frozen values that everything passes around. The glossary is DESIGN §2.

Definitions (`Job` and its parts) are stored as JSON documents; ledger values (`Run`, `Gap`, `Attempt`)
are rows. Times are `Instant` (UTC microseconds), lengths `Duration` (microseconds).
"""

from tickwork.core.model.actors import SYSTEM, Actor
from tickwork.core.model.job import LATE_AFTER, Job, SecretUse, task_of
from tickwork.core.model.ledger import PARTS, Attempt, Epoch, Fence, Gap, Origin, Run
from tickwork.core.model.outcome import Outcome
from tickwork.core.model.policies import Backoff, Delivery, Everywhere, Overlap, Quorum, Resources, Retry
from tickwork.core.model.pools import DEFAULT_POOL, Pool
from tickwork.core.model.switch import Scope, Switch
from tickwork.core.model.tasks import Call, Command, Console, Elsewhere, Http, Mode, Script, Shell, Task

__all__ = [
    "DEFAULT_POOL",
    "LATE_AFTER",
    "PARTS",
    "SYSTEM",
    "Actor",
    "Attempt",
    "Backoff",
    "Call",
    "Command",
    "Console",
    "Delivery",
    "Elsewhere",
    "Epoch",
    "Everywhere",
    "Fence",
    "Gap",
    "Http",
    "Job",
    "Mode",
    "Origin",
    "Outcome",
    "Overlap",
    "Pool",
    "Quorum",
    "Resources",
    "Retry",
    "Run",
    "Scope",
    "Script",
    "SecretUse",
    "Shell",
    "Switch",
    "Task",
    "task_of",
]
