"""What can be run: one value for each runner."""

from enum import StrEnum
from typing import Any

import msgspec

from tickwork.core.clock import MINUTE, Duration
from tickwork.core.parameters import Signature
from tickwork.core.stored import Stored


class Shell(Stored, frozen=True, kw_only=True, tag="shell", tag_field="runner"):
    """A command line, run by `/bin/sh -c`."""

    command: str
    stdin: str | None = None


class Script(Stored, frozen=True, kw_only=True, tag="script", tag_field="runner"):
    """A script's text, run by its `#!` line (default `sh`)."""

    text: str
    stdin: str | None = None


class Console(Stored, frozen=True, kw_only=True, tag="console", tag_field="runner"):
    """Prints the payload into the run's log."""

    payload: str


class Command(Stored, frozen=True, kw_only=True, tag="command", tag_field="runner"):
    """A registered program that gets the run's metadata as JSON on stdin, or the payload as one quoted
    argument where its command line says `{payload}`."""

    program: str
    payload: str = ""


class Mode(StrEnum):
    """How a Python callable is called."""

    PROCESS = "process"
    """In a child that makes one call at a time: it can be killed, and a crash costs only its own run."""
    THREAD = "thread"
    """In a child that makes several calls at a time, each in a thread."""
    ASYNC = "async"
    """In a child that makes many calls at a time on one event loop."""


class Call(Stored, frozen=True, kw_only=True, tag="python", tag_field="runner"):
    """A Python callable `module:function`, with JSON arguments."""

    target: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = msgspec.field(default_factory=dict)
    path: str | None = None
    """A folder put in front of `sys.path` (the board's own, so that its neighbours can be imported)."""
    mode: Mode = Mode.PROCESS
    signature: Signature | None = None
    """What it takes, where that is known (None: it is found out when the call is made)."""
    pickle: bool = False
    """What it returns is kept pickled and signed; such results of others are unpickled for it."""
    app: str | None = None
    """The app that it is part of: only workers that were started with that have it."""


class Http(Stored, frozen=True, kw_only=True, tag="http", tag_field="runner"):
    """A request over HTTP; its response is the result."""

    url: str
    method: str = "GET"
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    body: str | None = None
    expect: tuple[int, ...] = ()
    """The statuses that are a success (empty: 200 … 299)."""


class Elsewhere(Stored, frozen=True, kw_only=True, tag="elsewhere", tag_field="runner"):
    """Something that nobody of ours starts (it stands in somebody's own crontab), and that tells of its runs itself."""

    where: str
    """In words: for people."""
    within: Duration = Duration(10 * MINUTE)
    """A due moment is missed if nobody has told of it so long after it."""


Task = Shell | Script | Console | Command | Call | Http | Elsewhere
