"""What requests carry, checked strictly before a handler sees it."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from tickwork.core.model import Scope
from tickwork.operations.switches import Choice
from tickwork.server.shapes import JOB_DEFINITION, SHARED
from tickwork.server.times import When


def _whole(value: object) -> object:
    """JSON has one kind of number: 53.0 is whole, too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE: Final = BeforeValidator(_whole)
Whole = Annotated[int, WHOLE]
Name = Annotated[str, Field(min_length=1, max_length=200, examples=["backup"])]
Said = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", SHARED: JOB_DEFINITION}),
    Field(description="The job in the words of a board.", examples=[{"shell": "make report", "cron": "0 4 * * *"}]),
]


LONGEST: Final = 100 * 366 * 86_400
"""Seconds: what lasts longer is for ever."""


class Body(BaseModel):
    """Base of all: unknown keys are refused, nothing is converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class NewJob(Body):
    """A job to be made."""

    name: Name
    project: Name = "default"
    definition: Said
    replace: bool = Field(default=False, description="Or changed, where a person's own one of that name is there.")


class Definition(Body):
    """What a job is to be from now on."""

    definition: Said


class JobPatch(Body):
    """Single keys of a job's definition; null takes a key away."""

    changes: Annotated[dict[str, Any], Field(min_length=1, examples=[{"timeout": "2h", "retries": 3}])]


class Reset(Body):
    """Which keys the board is to decide again; none: all."""

    keys: list[str] = Field(default=[], max_length=100)


class RunWanted(Body):
    """How a job is to be run now."""

    params: dict[str, Any] | None = Field(default=None, examples=[{"day": "2026-11-26"}])
    armed: bool = Field(default=False, description="The job is protected, and it is meant.")
    with_deps: bool = Field(default=False, description="First what it needs, as far as that is outdated.")
    with_dependants: bool = Field(default=False, description="Afterwards what stands on it.")
    pins: dict[str, str] = Field(default={}, description="Runs to use instead of the newest, by job.")


class Submission(Body):
    """One run of a job that is in no list."""

    name: str = Field(default="", max_length=200, description="Empty: one is made up.")
    project: Name = "default"
    definition: Said


class Why(Body):
    """Who does something may say why."""

    why: str = Field(default="", max_length=2000)


class Pause(Why):
    """A switch that is turned off."""

    until: When | None = Field(default=None, description="On again by itself from then on.")


class Resume(Body):
    """What is made up for of what was skipped meanwhile."""

    choice: Choice = Field(default=Choice.POLICY, strict=False)
    pick: list[When] = Field(default=[], max_length=1000, description="Exactly these slots instead.")


class Switched(Body):
    """What is turned off or on."""

    scope: Scope = Field(strict=False)
    target: str = Field(default="", max_length=500, description="Its id; empty for the instance.")


class TurnOff(Switched):
    why: str = Field(default="", max_length=2000)
    until: When | None = None


class TurnOn(Switched):
    choice: Choice = Field(default=Choice.POLICY, strict=False)
    pick: list[When] = Field(default=[], max_length=1000)


class Replay(Body):
    """Which past slots are run again: those in `slots`, or all that were missed in [start, end)."""

    slots: list[When] = Field(default=[], max_length=1000)
    start: When | None = None
    end: When | None = None


class Backfill(Body):
    """A stretch of time whose every slot is run, by the job's present schedules."""

    start: When
    end: When
    limit: Whole = Field(default=100, ge=1, le=10_000, description="More runs than this are refused.")
    spread: float = Field(default=0, ge=0, le=LONGEST, description="Seconds after which the next one may begin.")
    again: bool = Field(default=False, description="Also the slots that succeeded already.")


class Rerun(Body):
    from_failed: bool = Field(default=True, description="Only what did not succeed, and what stood on that.")


class BarSaid(Body):
    """One bar of a run's progress."""

    group: list[Name] = Field(default=[], max_length=20, description="The names that lead to it; none: the run itself.")
    current: float = Field(ge=0, le=1e15)
    total: float = Field(default=0, ge=0, le=1e15, description="0: nobody knows how much there is to do.")
    status: str = Field(default="", max_length=1000, description="What is being done, in a line.")


class ProgressSaid(Body):
    bars: list[BarSaid] = Field(min_length=1, max_length=1000)


class JobsChange(Body):
    """One thing done to many jobs."""

    action: Literal["run", "pause", "resume", "delete"]
    jobs: list[str] = Field(min_length=1, max_length=1000)
    why: str = Field(default="", max_length=2000)


class RunsChange(Body):
    """One thing done to many runs."""

    action: Literal["cancel", "retry"]
    runs: list[str] = Field(min_length=1, max_length=1000)
    why: str = Field(default="", max_length=2000)


class CalendarDays(Body):
    """Exactly one of `days`, `ics` and `country`."""

    days: list[str] = Field(default=[], max_length=10_000, examples=[["2026-12-25"]])
    ics: str | None = Field(default=None, description="The text of an iCalendar file.")
    country: str | None = Field(default=None, max_length=10, examples=["DE"])
    subdivision: str | None = Field(default=None, max_length=20)
    years: Annotated[int, Field(ge=1, le=100), WHOLE] | None = None


class BoardSaid(Body):
    """A whole board: its jobs by name. What it has no longer is removed."""

    board: Name = Field(description="What it is called as the owner of its jobs.")
    project: Name = "default"
    jobs: dict[str, Said] = Field(max_length=100_000)
    tasks: dict[str, Said] = Field(default={}, max_length=10_000, description="Its catalogue.")
    made_from: dict[str, Name] = Field(default={}, description="By job: the task of the catalogue that it came from.")


class JobAsked(Body):
    """A job as it would be: in the words of a board, as a table or as YAML."""

    name: Name
    project: Name = "default"
    definition: Said | None = None
    yaml: str | None = Field(default=None, max_length=1_000_000, examples=["shell: make report\ncron: 0 4 * * *\n"])


class TriggerAsked(Body):
    """The keys of a schedule, to be put in words."""

    schedule: dict[str, Any] = Field(examples=[{"cron": "30 2 * * mon-fri", "zone": "Europe/Berlin"}])
    count: Whole = Field(default=10, ge=1, le=100)
