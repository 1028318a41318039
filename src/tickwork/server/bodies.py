"""What requests carry, checked strictly before a handler sees it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from tickwork.boards.single import job_schema

Name = Annotated[str, Field(min_length=1, max_length=200, examples=["backup"])]
Said = Annotated[
    dict[str, Any],
    WithJsonSchema(job_schema()),
    Field(description="The job in the words of a board.", examples=[{"shell": "make report", "cron": "0 4 * * *"}]),
]


class Body(BaseModel):
    """Base of all: unknown keys are refused, nothing is converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class NewJob(Body):
    """A job to be made."""

    name: Name
    project: Name = "default"
    definition: Said


class JobDefinition(Body):
    """What a job is to be from now on."""

    definition: Said


class RunWanted(Body):
    """How a job is to be run now."""

    params: dict[str, Any] | None = Field(default=None, examples=[{"day": "2026-11-26"}])
    armed: bool = Field(default=False, description="The job is protected, and it is meant.")
    with_deps: bool = Field(default=False, description="First what it needs and what of that is outdated.")
    with_dependants: bool = Field(default=False, description="Afterwards what stands on it.")


class Why(Body):
    """Who does something may say why."""

    why: str = Field(default="", max_length=2000)


class Pause(Why):
    """A switch that is turned off."""

    until: str | None = Field(default=None, description="ISO-8601; on again by itself from then on.")


class Resume(Body):
    """What is made up for of what was skipped meanwhile."""

    choice: str = Field(default="policy", pattern="^(policy|latest|all|none)$")
    pick: list[str] = Field(default=[], max_length=1000, description="Exactly these slots, ISO-8601, instead.")
