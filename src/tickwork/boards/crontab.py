"""Crontabs, line by line, with the rules of Debian's cron(8) and the extensions of cronie.

What cron does and these jobs do too: PATH is /usr/bin:/bin unless the crontab says otherwise, a job runs in HOME,
variables hold for the lines below them and are not expanded, `%` ends the command and begins its standard input,
a job that is still running does not keep the next one from starting, and nothing is caught up.
"""

import os
import pwd
import re
import shlex
from dataclasses import dataclass, field

from tickwork.boards.crontab_names import Names
from tickwork.boards.kinds import Unfit
from tickwork.boards.scalars import Zone
from tickwork.boards.source import Place
from tickwork.core.clock import MINUTE, Duration
from tickwork.core.ids import job_id
from tickwork.core.model import Delivery, Job, Overlap, Shell
from tickwork.core.rules import Occasion, Rule, mail_channels
from tickwork.core.timing.occurrences import validate
from tickwork.core.timing.schedule import CatchUp, Cron, Reboot, Schedule
from tickwork.errors import InvalidSchedule

_PATH = "/usr/bin:/bin"
_ASSIGNMENT = re.compile(r"""\s*(?P<name>[A-Za-z_]\w*|"[^"]*"|'[^']*')\s*=\s*(?P<value>.*?)\s*""", re.ASCII)
_FIELDS = r"(?P<when>@every\s+\S+|@\S+|\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+"
_USER_LINE = re.compile(_FIELDS + r"(?P<command>.*)")
_SYSTEM_LINE = re.compile(_FIELDS + r"(?P<user>\S+)\s+(?P<command>.*)")
_DISABLED = re.compile(r"(@[a-z]+|[\d*][\d*,/-]*\s+[\d*][\d*,/-]*(\s+[\w*,/?-]+){3})\s+\S")
_LEGEND = re.compile(r"m(in)?\s+h(our)?\s+dom|[.|+]\s*-{3,}|^\s*\|[\s|]*|^(\*\s+){4}\*")
"""Comments that explain the fields, not a job."""
_RULE = re.compile(r"^[-=*#~]{3,}\s*|\s*[-=*#~]{3,}$")
_PERCENT = re.compile(r"(?<!\\)(?:\\\\)*%")
_PLAIN_SHELLS = {"/bin/sh", "/usr/bin/sh", "sh"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crontab:
    """What became of a crontab: each of its entries is either a job or named in a problem."""

    jobs: tuple[Job, ...]
    problems: tuple[str, ...]
    """`file:line: what`, for each line that could not be mapped."""


def parse_crontab(text: str, *, system: bool, name: str, zone: str) -> Crontab:
    """Read a user's crontab, or with `system` one that names a user in each line (/etc/crontab, /etc/cron.d).

    `name`: what the file is called in problems. `zone`: the machine's, in which a cron without CRON_TZ counts.
    """
    reader = _Reader(system=system, name=name, zone=zone)
    for number, line in enumerate(text.split("\n"), 1):
        reader.line(number, line.removesuffix("\r"))
    return Crontab(jobs=tuple(reader.jobs), problems=tuple(reader.problems))


@dataclass(slots=True, kw_only=True)
class _Settings:
    """What the assignments so far say."""

    zone: str
    shell: str = "/bin/sh"
    mailto: str | None = None
    spread: Duration | None = None
    env: dict[str, str] = field(default_factory=lambda: {"PATH": _PATH})


class _Reader:
    """Goes through the lines and remembers the assignments and the comment above."""

    def __init__(self, *, system: bool, name: str, zone: str) -> None:
        self._system = system
        self._file = name
        self._settings = _Settings(zone=zone)
        self._names = Names()
        self._comment: list[str] = []
        self.jobs: list[Job] = []
        self.problems: list[str] = []

    def line(self, number: int, line: str) -> None:
        stripped = line.lstrip(" \t")
        if stripped.startswith("#"):
            self._comment.append(stripped)
            return
        comment, self._comment = self._comment, []
        place = Place(self._file, number, problems=self.problems)
        if not stripped:
            return
        if "\0" in stripped:
            place.report("contains a NUL character, which no command can hold")
        elif match := _ASSIGNMENT.fullmatch(stripped):
            self._assign(_unquoted(match["name"]), _unquoted(match["value"]), place)
        else:
            self._entry(stripped, _description(comment), place)

    def _assign(self, name: str, value: str, place: Place) -> None:
        settings = self._settings
        match name:
            case "CRON_TZ":
                try:
                    settings.zone = Zone().read(value, place)
                except Unfit as unfit:
                    place.report(f"CRON_TZ: {unfit}")
            case "MAILTO":
                settings.mailto = value
            case "SHELL":
                settings.shell = value
            case "RANDOM_DELAY":
                self._random_delay(value, place)
            case "LOGNAME" | "USER":
                pass  # cron does not let a crontab change who it runs as
            case _:
                settings.env = {**settings.env, name: value}

    def _random_delay(self, value: str, place: Place) -> None:
        if not re.fullmatch(r"\d{1,5}", value, re.ASCII):
            place.report(f"RANDOM_DELAY: {value!r} is not a number of minutes")
            return
        self._settings.spread = Duration(int(value) * MINUTE) or None

    def _entry(self, line: str, description: str, place: Place) -> None:
        match = (_SYSTEM_LINE if self._system else _USER_LINE).fullmatch(line)
        if match is None or not match["command"]:
            fields = "five time fields, a user and a command" if self._system else "five time fields and a command"
            place.report(f"{line!r} is neither an entry ({fields}) nor a variable (NAME=value)")
            return
        when, command = match["when"].removeprefix("-"), match["command"]  # cronie: a dash keeps it out of syslog
        user = match["user"] if self._system else None
        name = self._names.choose(command)
        schedule = self._schedule(when)
        try:
            validate(schedule, job_id("default", name))
        except InvalidSchedule as error:
            place.report(f"{error} (in {line!r})")
            self._names.free(name)
            return
        self.jobs.append(self._job(name, command, schedule, description, user))

    def _schedule(self, when: str) -> Schedule:
        trigger = Reboot() if when == "@reboot" else Cron(expression=" ".join(when.split()))
        settings = self._settings
        spread = None if when == "@reboot" else settings.spread
        return Schedule(key="main", trigger=trigger, zone=settings.zone, catch_up=CatchUp.NONE, spread=spread)

    def _job(self, name: str, command: str, schedule: Schedule, description: str, user: str | None) -> Job:
        settings = self._settings
        line, stdin = split_percent(command)
        mailed = mail_channels(settings.mailto or "")
        return Job(
            id=job_id("default", name),
            name=name,
            task=Shell(command=_for_shell(line, settings.shell), stdin=stdin),
            description=description,
            schedules=(schedule,),
            env=settings.env,
            cwd=settings.env.get("HOME") or _home(user),
            user=user,
            overlap=Overlap.ALLOW,
            delivery=Delivery.AT_MOST_ONCE,
            mailto=settings.mailto,
            notify=(Rule(channels=mailed, on=(Occasion.OUTPUT,)),) if mailed else (),
        )


def split_percent(command: str) -> tuple[str, str | None]:
    r"""The command up to the first bare `%`, and what follows as standard input: each further bare `%` is a newline,
    one more ends it, `\%` is a percent sign."""
    match = _PERCENT.search(command)
    if match is None:
        return command.replace("\\%", "%"), None
    line, rest = command[: match.end() - 1], command[match.end() :]
    stdin = re.sub(r"\\%|%", lambda percent: "%" if percent[0] == "\\%" else "\n", rest)
    ended = stdin if not stdin or stdin.endswith("\n") else stdin + "\n"
    return line.replace("\\%", "%"), ended or None


def _for_shell(line: str, shell: str) -> str:
    """The command for /bin/sh, which hands it to the crontab's own shell where that is another one."""
    return line if shell in _PLAIN_SHELLS else f"exec {shlex.quote(shell)} -c {shlex.quote(line)}"


def _home(user: str | None) -> str | None:
    try:
        entry = pwd.getpwuid(os.getuid()) if user is None else pwd.getpwnam(user)
    except KeyError:
        return None
    return entry.pw_dir


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text


def _description(comment: list[str]) -> str:
    """The comment's text, without switched-off entries, and without what explains the fields (nor anything before)."""
    lines = [_RULE.sub("", line.lstrip("#").strip()) for line in comment]
    legend = max((index for index, line in enumerate(lines) if _LEGEND.search(line)), default=-1)
    return "\n".join(line for line in lines[legend + 1 :] if not _DISABLED.match(line)).strip()
