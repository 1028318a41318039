"""Every key a board may have, in tables that the reader, the writer and the JSON Schema share."""

import re
from collections.abc import Iterable

from tickwork.boards.calendar_keys import CALENDARS
from tickwork.boards.dependency_keys import DEPENDENCIES
from tickwork.boards.elsewhere_keys import ELSEWHERE
from tickwork.boards.fleet_keys import FLEET
from tickwork.boards.http_keys import HTTP
from tickwork.boards.kinds import ByName, Drafted, Key, OneOrMany, Table, keys
from tickwork.boards.notify_keys import NOTIFY
from tickwork.boards.resource_keys import LIMITS
from tickwork.boards.retention_keys import Keep
from tickwork.boards.scalars import Choice, Environment, Flag, Json, Length, Number, Text, Whole, Zone
from tickwork.boards.secret_keys import Use
from tickwork.boards.source import Items, Mapping
from tickwork.boards.tag_keys import TAGS
from tickwork.boards.timing_keys import TIMING, TRIGGERS
from tickwork.core.model import Backoff, Delivery, Mode, Overlap, Retry
from tickwork.core.names import wrong_name

_TARGET = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")
PLACEHOLDER = re.compile(r"\{\{\s*script\s*\}\}")
"""Where a template takes the script of a job."""


def wrong_target(target: str) -> str | None:
    """What is wrong with a callable's name."""
    if _TARGET.fullmatch(target):
        return None
    return f"{target!r} is not a callable; write module:function, like mypackage.reports:send"


def _wrong_template(text: str) -> str | None:
    if PLACEHOLDER.search(text):
        return None
    return "has no place for the job's script; write {{ script }} where it goes"


_NAME = Text(form="a name", check=wrong_name)


RETRY = keys(
    Key(name="count", kind=Whole(minimum=0, maximum=1000), doc="Retries after the first attempt."),
    Key(name="delay", kind=Length(zero=True), doc="The wait before the first retry."),
    Key(name="backoff", kind=Choice(Backoff), doc="How the wait grows from retry to retry."),
    Key(name="cap", kind=Length(), doc="The longest wait."),
    Key(name="jitter", kind=Number(minimum=0, maximum=1), doc="0 … 1: how far a wait may vary."),
    Key(name="on_exit", kind=OneOrMany(kind=Whole(minimum=0, maximum=255)), doc="Retry only after these exit codes."),
    Key(name="on_exception", kind=OneOrMany(kind=Text()), doc="Retry only after these exception classes."),
)

RUNNERS = keys(
    Key(name="shell", kind=Text(form="a command line"), doc="A command line, run by /bin/sh -c."),
    Key(name="script", kind=Text(form="a script's text"), doc="A script, run by its #! line (default: sh)."),
    Key(
        name="call",
        kind=Text(form="module:function", check=wrong_target),
        doc="A Python function, module:function; it is imported by the worker, not when the board is loaded.",
    ),
    Key(name="console", kind=Text(form="a text", empty=True), doc="A text to print into the run's log."),
    Key(name="command", kind=Text(form="a registered program's name"), doc="A registered program; see payload."),
    Key(name="http", kind=HTTP, doc="A request over HTTP, by its URL or a table; the response is the result."),
    Key(
        name="elsewhere",
        kind=ELSEWHERE,
        doc="Nothing is started: it stands in a crontab elsewhere, and tells of its runs (tickwork checkin, wrap).",
    ),
)

ARGUMENTS = keys(
    Key(name="args", kind=Json(Items), doc="Positional arguments of call."),
    Key(name="kwargs", kind=Json(Mapping), doc="Keyword arguments of call."),
    Key(name="path", kind=Text(), nullable=True, doc="The folder call is imported from (default: the board's own)."),
    Key(
        name="mode",
        kind=Choice(Mode),
        doc="How call is called: in a process of its own, a thread, or on an event loop.",
    ),
    Key(
        name="pickle", kind=Flag(), doc="What call returns is kept pickled and signed; it takes such results of others."
    ),
    Key(name="app", kind=Text(), doc="Only workers that were started with this app (--app) run call."),
    Key(name="stdin", kind=Text(empty=True), doc="What shell or script read on standard input."),
    Key(name="payload", kind=Text(empty=True), doc="What command is given."),
)

SCHEDULE = keys(
    Key(name="key", kind=_NAME, doc="Tells the schedules of a job apart (default: main, s2, s3, …)."),
    *TRIGGERS.values(),
    *TIMING.values(),
)


POLICIES = keys(
    Key(name="description", kind=Text(empty=True), doc="What the job is for (Markdown)."),
    *TAGS.values(),
    Key(name="enabled", kind=Flag(), doc="false: nothing is scheduled."),
    Key(name="env", kind=Environment(), doc="Variables of the job; added to those of env and defaults."),
    Key(
        name="secrets",
        kind=OneOrMany(kind=Use()),
        doc="Secrets of the project that it is given as variables: NAME, or {NAME: VARIABLE}.",
    ),
    Key(name="cwd", kind=Text(), nullable=True, doc="Where it runs, relative to the board's folder (the default)."),
    Key(name="user", kind=Text(), nullable=True, doc="The system user that it must run as."),
    *LIMITS.values(),
    Key(name="timeout", kind=Length(), nullable=True, doc="It is stopped when it runs longer."),
    Key(name="grace", kind=Length(zero=True), doc="Between TERM and KILL (default: 10s)."),
    Key(
        name="retries",
        kind=Table(
            keys=RETRY,
            build=lambda values: Retry(**values),
            short=Whole(minimum=0, maximum=1000),
            short_key="count",
            form="a number or {count: 3, delay: 10s, backoff: exponential}",
        ),
        doc="When a failed attempt is tried again.",
    ),
    Key(name="overlap", kind=Choice(Overlap), doc="What a due run does while an earlier one is not over."),
    Key(name="delivery", kind=Choice(Delivery), doc="Whether a run whose worker died is started again."),
    Key(name="pool", kind=_NAME, doc="The pool of workers that runs it."),
    *FLEET.values(),
    Key(name="priority", kind=Whole(minimum=-1000, maximum=1000), doc="Higher goes first."),
    Key(
        name="disable_after_failures",
        kind=Whole(minimum=1, maximum=1_000_000),
        nullable=True,
        doc="So many failed runs in a row switch the job off.",
    ),
    Key(
        name="cleanup",
        kind=Text(form="a Python function, module:function", check=wrong_target),
        nullable=True,
        doc="A function that is called with run and result before a run is deleted, to remove what it left elsewhere.",
    ),
    Key(name="protected", kind=Flag(), doc="true: it is run by hand only with --armed."),
    *NOTIFY.values(),
    Key(name="keep", kind=Keep(), doc="How long its ended runs are kept; else its project and the settings say."),
    Key(name="max_log_bytes", kind=Whole(minimum=1024, maximum=2**40), doc="How much of a run's log is kept."),
)

JOB = keys(
    Key(name="task", kind=_NAME, doc="What it runs, by its name in tasks."),
    *RUNNERS.values(),
    *ARGUMENTS.values(),
    *TRIGGERS.values(),
    Key(
        name="schedules",
        kind=OneOrMany(kind=Drafted(keys=SCHEDULE, form="{cron: 30 2 * * *}")),
        doc="Any number of schedules, where one cron, every or at is not enough.",
    ),
    *TIMING.values(),
    *DEPENDENCIES.values(),
    *POLICIES.values(),
)

_ALTERNATIVES = ([*TRIGGERS, "schedules"], [*RUNNERS, *ARGUMENTS])
"""Of each, what is said takes the place of the others; arguments go with the runner that they are of."""


def displaced_by(said: Iterable[str]) -> set[str]:
    """The keys of a job that give way where these are said."""
    told = set(said)
    return {
        key
        for alternatives in _ALTERNATIVES
        if told & set(alternatives) - set(ARGUMENTS)
        for key in alternatives
        if key not in told or key in ARGUMENTS
    }


DEFAULTS = keys(*TIMING.values(), *POLICIES.values())

TASK = keys(
    *RUNNERS.values(),
    Key(
        name="template",
        kind=Text(form="a script with {{ script }} in it", check=_wrong_template),
        doc="A script with a place, {{ script }}, for the script of each job.",
    ),
    *ARGUMENTS.values(),
    *TIMING.values(),
    *POLICIES.values(),
)

BOARD = keys(
    Key(name="board", kind=_NAME, doc="What the board is called as the owner of its jobs (default: its path)."),
    Key(name="project", kind=_NAME, doc="The project of the jobs (default: default)."),
    Key(name="zone", kind=Zone(), doc="The time zone of every schedule that names none (default: UTC)."),
    Key(name="env", kind=Environment(), doc="Variables of every job."),
    Key(
        name="defaults", kind=Drafted(keys=DEFAULTS, form="{timeout: 1h}"), doc="What every job has unless it says so."
    ),
    Key(name="include", kind=OneOrMany(kind=Text(form="a file")), doc="Other boards whose jobs and tasks belong here."),
    Key(
        name="calendars",
        kind=CALENDARS,
        doc="Named days, which exclude takes by their name: a list, an ICS file, or a country's holidays.",
    ),
    Key(
        name="tasks",
        kind=ByName(keys=TASK, one_of=("template", *RUNNERS), form="{name: {shell: …}}"),
        doc="A catalogue of what jobs can run, by name.",
    ),
    Key(
        name="jobs",
        kind=ByName(keys=JOB, one_of=("task", *RUNNERS), form="{name: {shell: …, cron: …}}"),
        doc="The jobs by name.",
    ),
)
