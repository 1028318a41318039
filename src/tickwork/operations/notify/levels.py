"""Rules that stand at a level (the instance, a project, a pool, a task, a job), and what they come to together."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tickwork.core.codec import from_json
from tickwork.core.model import Job, Scope
from tickwork.core.notices import rules_of
from tickwork.core.rules import Rule
from tickwork.operations.paging import every
from tickwork.store.protocol import Documents, Kind

LEVELS: Final = (Scope.INSTANCE, Scope.PROJECT, Scope.POOL, Scope.TASK, Scope.JOB)


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """As it is stored."""

    scope: Scope
    target: str
    rules: tuple[Rule, ...] = ()


class Rules:
    """The rules of all levels, as they were read."""

    def __init__(self, levels: Mapping[str, Level]) -> None:
        self._levels = levels

    @property
    def none(self) -> bool:
        """Whether only jobs can have any."""
        return not self._levels

    def of(self, job: Job) -> tuple[Rule, ...]:
        """All that hold for a job: they add up."""
        return (
            *self.at(Scope.INSTANCE, ""),
            *self.at(Scope.PROJECT, job.project),
            *self.at(Scope.POOL, job.pool),
            *(self.at(Scope.TASK, job.of) if job.of else ()),
            *self.at(Scope.JOB, job.id),
            *rules_of(job),
        )

    def of_pool(self, pool: str) -> tuple[Rule, ...]:
        """Those for what befalls a whole pool."""
        return (*self.at(Scope.INSTANCE, ""), *self.at(Scope.POOL, pool))

    def at(self, scope: Scope, target: str) -> tuple[Rule, ...]:
        level = self._levels.get(level_id(scope, target))
        return () if level is None else level.rules


async def read_rules(store: Documents) -> Rules:
    documents = await every(store, Kind.NOTIFY)
    return Rules({d.id: from_json(d.body, Level) for d in documents if d.body is not None})


def level_id(scope: Scope, target: str) -> str:
    return f"{scope}:{target}"
