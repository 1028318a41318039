"""The one order in which transactions wait for each other, so that they never do so in a circle (ADR 13).

A verb says before its transaction what it will wait for. The transaction, which it may share with others, takes all of
that first, kind by kind and each kind in ascending order:

1. stripes: advisory locks that jobs and documents share. Who decides about overlap, or writes a definition, holds them;
2. sessions;
3. runs.

From then on no session and no run is waited for: a verb touches what is locked for it, what the transaction has made
itself, and what can be had at once (`SKIP LOCKED`). Only two things are waited for later, by verbs that write
definitions: rows of the timetable, which all others skip, and after them the counter of switches.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zlib import crc32

from tickwork.core.ids import JobId, RunId, SessionId

_STRIPES = 256
"""However many jobs and documents a transaction decides about, it needs no more of them."""


def stripe_of(kind: str, id: str) -> int:
    """The lock that a document shares with some others. All servers must agree on it."""
    return crc32(f"{kind}:{id}".encode()) % _STRIPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Locks:
    """What a verb waits for. A verb that has its transaction to itself may leave sessions and runs to its own
    statements, if those take them in this order."""

    stripes: Collection[int] = ()
    sessions: Collection[SessionId] = ()
    runs: Collection[RunId] = ()
    of_jobs: Collection[JobId] = ()
    """All their live runs: they may be replaced. No statement of a verb takes those in order."""
    of_sessions: Collection[SessionId] = ()
    """These sessions, and all the runs that they hold."""
    timetable: bool = False

    @property
    def turn(self) -> int:
        """When its verb is carried out among those that share a transaction."""
        if self.runs or self.of_sessions:
            return 0
        return 1 if self.timetable else 2


NONE = Locks()


def together(asked: Sequence[Locks]) -> Locks:
    """What a transaction takes first that carries out verbs which ask for these, in the order of their turns."""
    naming = [one for one in asked if one.runs or one.of_jobs or one.of_sessions]
    # one verb alone takes its runs itself, with its first statement, as nothing comes before it
    named = naming if len(naming) > 1 or any(one.of_jobs for one in naming) else []
    shared = asked if len(asked) > 1 else []
    return Locks(
        stripes={stripe for one in asked for stripe in one.stripes},
        sessions={session for one in shared for session in (*one.sessions, *one.of_sessions)},
        runs={run for one in named for run in one.runs},
        of_jobs={job for one in named for job in one.of_jobs},
        of_sessions={session for one in named for session in one.of_sessions},
    )
