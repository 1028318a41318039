"""What the parts of paths and the tags of operations mean."""

from collections.abc import Mapping
from typing import Any, Final

TAGS: Final[Mapping[str, str]] = {
    "instance": "The server: what it is, whether it is well, how it is set, its numbers for a monitor.",
    "oneself": "Signing in and out, and what concerns the caller: password, sessions.",
    "people": "Users, groups and keys.",
    "projects": "Projects, their members and secrets, and the audit.",
    "enrolments": "Tokens by which workers get keys of their own.",
    "today": "What runs, what is next, what needs somebody; the load to come.",
    "fleet": "Pools, workers, and what is switched off.",
    "definitions": "Definitions before they are saved: schemas, previews, boards.",
    "jobs": "Jobs: found, defined, looked at, run, paused, made up for.",
    "runs": "Runs: found, explained, waited for, cancelled, run again.",
    "logs": "What runs have written.",
    "calendars": "Named days that schedules exclude.",
    "notifications": "Who is told of what, and what became of it.",
    "runners": "Registered programs: what jobs of a type run.",
    "check-ins": "URLs by which what runs elsewhere tells of itself.",
    "jobsched": "The paths of the Jobsched scheduler: the same jobs, in its words.",
}

_PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "project": ("The project's name.", "etl"),
    "job": ("The job's id: its project and name.", "etl:load"),
    "run": ("The run's id.", "01k6z7w8x9abcdefghjk"),
    "group": ("The id of a group of runs.", "01k6z7w8x9abcdefghjk"),
    "revision": ("Which revision.", "3"),
    "seq": ("The number of the entry.", "42"),
    "id": ("As the list gives it.", "3f9a1c0e5b7d2486"),
    "token": ("The secret part of the check-in URL.", "h7w2kq9x4m"),
    "word": ("`start`, `success`, `fail`, or an exit status.", "success"),
    "/runners/": ("The type.", "mailer"),
    "/users/": ("The user's name.", "ann"),
    "/groups/": ("The group's name.", "etl-operators"),
    "/keys/": ("The key's id.", "k3v9xw2m7q"),
    "/pools/": ("The pool's name.", "default"),
    "/workers/": ("The worker's name.", "db-1"),
    "/calendars/": ("The calendar's name.", "holidays"),
    "/channels/": ("The channel's name.", "ops"),
    "/secrets/": ("The secret's name.", "DB_PASSWORD"),
    "/projects/": ("The project's name.", "etl"),
}
"""By the parameter's name; of a `name` by what stands before it. With an example."""


def place(path: str, name: str) -> dict[str, Any]:
    """What is said of a parameter of a path."""
    before = path.partition("{" + name + "}")[0]
    noun = f"/{before.rstrip('/').rpartition('/')[2]}/" if name == "name" else name
    description, example = _PLACES.get(noun, ("", ""))
    return {"description": description, "example": example}
