"""The whole error tree.

Every message says what, which value, and what to do next; `str(error)` is what a person sees.
"""

from collections.abc import Mapping


class TickworkError(Exception):
    """Base of everything Tickwork raises on purpose. `exit_code` is the command line's status."""

    exit_code = 1


class InvalidDefinition(TickworkError):
    """A definition (job, schedule, board, crontab line) that cannot be accepted."""

    exit_code = 2


class InvalidSchedule(InvalidDefinition):
    """A trigger, zone or schedule policy that cannot be accepted."""


class InvalidBoard(InvalidDefinition):
    """A board file that cannot be accepted; `problems` lists each one as `file:line: what`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class InvalidRequest(InvalidDefinition):
    """A request that a server cannot accept; `fields` says what is wrong with which: `body.timeout`, `query.limit`."""

    def __init__(self, message: str, *, fields: Mapping[str, str]) -> None:
        super().__init__(message)
        self.fields = fields


class InvalidSetting(TickworkError):
    """A setting, flag or environment variable that cannot be accepted."""

    exit_code = 2


class NotFound(TickworkError):
    """The named job, run or other object does not exist."""

    exit_code = 3


class Conflict(TickworkError):
    """The object changed since it was read, or exists already."""

    exit_code = 4


class NotAllowed(TickworkError):
    """The actor may not do this."""

    exit_code = 5


class SignInRefused(NotAllowed):
    """The name or the password is wrong; nobody is told which."""


class TooManyAttempts(NotAllowed):
    """So many tries failed that nobody may try for a while."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        """`retry_after`: seconds."""
        super().__init__(message)
        self.retry_after = retry_after


class StoreError(TickworkError):
    """The store cannot do its work."""

    exit_code = 6


class UnknownStore(StoreError):
    """A store URL of a kind that this installation does not have."""

    exit_code = 2


class StoreTooNew(StoreError):
    """The store, or what is in it, was written by a newer Tickwork that this one does not understand."""


def unreadable(error: Exception) -> str:
    """What is said of a stored value that does not fit this version's idea of it."""
    return (
        f"the store holds what this version cannot read ({error}): a newer Tickwork has written it; "
        "upgrade this installation, or change the job there so that it does without"
    )


class StoreUnavailable(StoreError):
    """A passing fault (locked, disk full, connection lost): the same call may work later."""


class QueryTooLong(StoreUnavailable):
    """A look into the store that took longer than looks may: ask for less, or see what else the store has to do."""


class StoreCorrupt(StoreError):
    """The file is not a Tickwork store, or it is damaged."""


class LaunchFailed(TickworkError):
    """A run could not be started: becomes `failed(launch)` with this message."""


class ServiceDied(TickworkError):
    """A background service failed again and again; the process ends."""

    exit_code = 7


class InvalidParameter(InvalidDefinition):
    """A parameter of a run that its job does not take, or not like this."""


class PickleRefused(TickworkError):
    """A pickled result that is not unpickled: nobody opted in, its signature is not ours, or it cannot be done."""


class NotConnected(TickworkError):
    """A job was to be submitted where no `Tickwork` runs."""


class NoCurrentRun(TickworkError):
    """`current_run` was asked outside of a run."""


class RunFailed(TickworkError):
    """A run that was waited for ended without success; `state`, `reason` and `error` say how."""

    def __init__(self, message: str, *, run: str, state: str, reason: str | None, error: str | None) -> None:
        super().__init__(message)
        self.run = run
        self.state = state
        self.reason = reason
        self.error = error


class NotSignedIn(NotAllowed):
    """Nobody knows who asks: no key, no session, or one that is over."""
