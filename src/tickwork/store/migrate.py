"""Which migrations a SQL store still needs.

A migration is a file `migrations/NNNN_<stage>_<name>.sql`. Stages: `pre` (older code goes on working after it),
`post` (tidies up what only older code used) and `breaking` (older code must not touch the store any more).
They only go forward and are recorded in the store by number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from tickwork.errors import StoreTooNew

_NAME = re.compile(r"(?P<number>\d{4})_(?P<stage>pre|post|breaking)_(?P<name>\w+)\.sql", re.ASCII)


class Stage(StrEnum):
    PRE = "pre"
    POST = "post"
    BREAKING = "breaking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    number: int
    stage: Stage
    name: str
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A migration as the store's own table records it; this code need not know it."""

    number: int
    stage: str
    name: str


@cache
def known(package: str) -> tuple[Migration, ...]:
    """The package's migrations in their order. A file whose name does not fit is a mistake of ours: `ValueError`."""
    found = []
    for entry in (files(package) / "migrations").iterdir():
        match = _NAME.fullmatch(entry.name)
        if match is None:
            raise ValueError(f"{entry.name}: a migration is named NNNN_<pre|post|breaking>_<name>.sql")
        found.append(
            Migration(
                number=int(match["number"]),
                stage=Stage(match["stage"]),
                name=match["name"],
                sql=entry.read_text(encoding="utf-8"),
            )
        )
    return tuple(sorted(found, key=lambda migration: migration.number))


def pending(migrations: Sequence[Migration], applied: Sequence[Applied], *, store: str) -> list[Migration]:
    """What is left to apply. Raises `StoreTooNew` if the store has a breaking migration that is not known here."""
    numbers = {migration.number for migration in migrations}
    for record in applied:
        if record.number not in numbers and record.stage == Stage.BREAKING:
            raise StoreTooNew(
                f"{store} was changed by a newer Tickwork (migration {record.number:04} {record.name}); "
                "upgrade this installation, or point it at another store"
            )
    done = {record.number for record in applied}
    return [migration for migration in migrations if migration.number not in done]


def is_ahead(migrations: Sequence[Migration], applied: Sequence[Applied]) -> bool:
    """Whether the store has migrations that are not known here (and that this code can live with)."""
    return {record.number for record in applied} > {migration.number for migration in migrations}
