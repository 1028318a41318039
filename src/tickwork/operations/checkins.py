"""Check-ins: what runs elsewhere tells of itself by a URL alone, which is a secret of its job and gives no other right.

A check-in is one request. It begins a run, or ends one: the run that was begun so before, else the one that is expected
now, else one beside the schedule. So a program may tell of its start and its end, or of its end alone.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

import msgspec

from tickwork.core.clock import DAY, SECOND, Duration
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import JobId
from tickwork.core.masking import Masker
from tickwork.core.model import Run
from tickwork.core.states import State
from tickwork.errors import NotFound
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.shadow import Shadow, Shadowed, Teller
from tickwork.operations.viewing import checkin_view
from tickwork.operations.views import CheckinView
from tickwork.store.protocol import Chunk, Document, Kind, Put, RunFilter, Stream

PREFIX: Final = "twc"
WAY: Final = "check-in"
_SECRET_BITS, _ID_BITS = 200, 50
_AGAIN: Final = Duration(10 * SECOND)
"""Who says the same again so soon has not heard that it was taken."""
_AT_THE_END: Final = 1000
"""The first number of chunks that come at the end: behind all that a start can bring."""
_FIRST_PART: Final = 5
"""A fifth of the room is for how the output begins; the rest for how it ends."""


class _Checkin(msgspec.Struct, frozen=True, kw_only=True):
    """As it is stored, under the public part of the token."""

    job: JobId
    revision: int
    """Of the job when the URL was made: it is not good for another job that gets the name later."""
    hash: str
    """SHA-256 of the whole token, in hexadecimal."""


class MadeCheckin(msgspec.Struct, frozen=True, kw_only=True):
    """A check-in URL: it is not shown again."""

    job: str
    url: str


class CheckedIn(msgspec.Struct, frozen=True, kw_only=True):
    """What a check-in was taken for."""

    run: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What somebody says: that it has begun, or how it ended."""

    exit_code: int | None
    """None: it has begun."""
    output: bytes = b""
    host: str


class Checkins:
    """The verbs."""

    def __init__(self, context: Context, jobs: Jobs, shadow: Shadow) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs
        self._shadow = shadow

    async def make(self, name: str) -> str:
        """The token of a new URL for the job, which is not to be had again. One that it had ends. Raises `NotFound`."""
        job = await self._jobs.document(name)
        id_ = self._context.ids.secret(_ID_BITS)
        token = f"{PREFIX}_{id_}_{self._context.ids.secret(_SECRET_BITS)}"
        body = to_json(_Checkin(job=JobId(job.id), revision=job.revision, hash=_hash(token)))
        new = Put(kind=Kind.CHECKIN, id=id_, body=body, project=job.project, name=job.id, expect=0)
        await self._write([*_gone(await self._of(job.id)), new], verb="create")
        return token

    async def show(self, name: str) -> CheckinView | None:
        """None: it has none."""
        job = await self._jobs.document(name)
        return checkin_view(job.id, await self._of(job.id))

    async def revoke(self, name: str) -> None:
        """The job's URL is good for nothing from now on. Raises `NotFound` where it has none."""
        job = await self._jobs.document(name)
        found = await self._of(job.id)
        if not found:
            raise NotFound(f"job {job.id} has no check-in URL; `tickwork checkin {job.id}` makes one")
        await self._write(_gone(found), verb="revoke")

    async def take(self, token: str, word: Word) -> CheckedIn:
        """Begin or end a run. Raises `NotFound` for a token that is unknown, or was revoked."""
        document = await self._job_of(token)
        told = await self._again(document, word)
        if told is not None:
            return told
        if word.exit_code is None:
            shadowed = await self._shadow.begin(document.id, by=_teller(document, word))
            await self._say(shadowed, word, first=0)
            return CheckedIn(run=shadowed.run.id, state=State.RUNNING)
        running = await self._shadow.held(document, way=WAY)
        shadowed = running[0] if running else await self._shadow.begin(document.id, by=_teller(document, word))
        await self._say(shadowed, word, first=_AT_THE_END)
        error = f"it checked in with exit status {word.exit_code}" if word.exit_code else None
        await self._shadow.end(shadowed, exit_code=word.exit_code, error=error)
        return CheckedIn(run=shadowed.run.id, state=State.FAILED if word.exit_code else State.SUCCEEDED)

    async def _job_of(self, token: str) -> Document:
        found = await self._store.get(Kind.CHECKIN, token.split("_")[1] if token.count("_") > 1 else "")
        if found is None or found.body is None:
            raise NotFound("this check-in URL is unknown, or was revoked; `tickwork checkin JOB` makes another")
        checkin = from_json(found.body, _Checkin)
        job = await self._store.get(Kind.JOB, checkin.job)
        if job is None or not hmac.compare_digest(checkin.hash, _hash(token)) or await self._is_another(checkin, job):
            raise NotFound("this check-in URL is unknown, or was revoked; `tickwork checkin JOB` makes another")
        return job

    async def _is_another(self, checkin: _Checkin, job: Document) -> bool:
        """Whether the job was deleted since, and this one has its name."""
        if job.revision == checkin.revision:
            return False
        since = await self._store.revisions(Kind.JOB, job.id)
        return any(one.body is None and one.revision > checkin.revision for one in since)

    async def _again(self, document: Document, word: Word) -> CheckedIn | None:
        """What the same word was taken for just now, where nothing else is expected: its answer got lost."""
        since = self._context.clock.now() - _AGAIN
        if word.exit_code is None:
            running = await self._shadow.held(document, way=WAY)
            last = running[0].run if running else None
        else:
            found = await self._store.runs(RunFilter(job=JobId(document.id)), limit=1)
            last = found[0] if found and _ended_so(found[0], word) else None
        at = None if last is None else last.started if word.exit_code is None else last.finished
        if last is None or at is None or at < since or await self._shadow.expected(document) is not None:
            return None
        return CheckedIn(run=last.id, state=last.state)

    async def _say(self, shadowed: Shadowed, word: Word, *, first: int) -> None:
        if word.output:
            output = Masker(shadowed.mask).data(word.output)
            parts = _fitting(output, shadowed.job.max_log_bytes)
            now = self._context.clock.now()
            chunks = [Chunk(seq=first + n, at=now, stream=stream, data=data) for n, (stream, data) in enumerate(parts)]
            await self._shadow.say(shadowed, chunks)

    async def _of(self, job: str) -> list[Document]:
        return await self._store.find(Kind.CHECKIN, name=job)

    async def _write(self, puts: list[Put], *, verb: str) -> None:
        await self._store.put(puts, by=self._context.actor, at=self._context.clock.now(), verb=verb)


def _gone(found: list[Document]) -> list[Put]:
    return [Put(kind=Kind.CHECKIN, id=one.id, body=None, project=one.project, name=one.name) for one in found]


def _teller(document: Document, word: Word) -> Teller:
    """It is lost when its end is not told of within its time-out, or a day."""
    timeout = decode_job(document).timeout or Duration(DAY)
    return Teller(host=word.host, way=WAY, lease=max(1.0, timeout / SECOND))


def _ended_so(run: Run, word: Word) -> bool:
    same = run.state is (State.FAILED if word.exit_code else State.SUCCEEDED)
    return same and run.worker == Teller(host=word.host, way=WAY).worker


def _fitting(output: bytes, room: int) -> list[tuple[Stream, bytes]]:
    """All of it, or how it begins and how it ends, with a mark for what was left out between."""
    if len(output) <= room:
        return [(Stream.STDOUT, output)]
    head = room // _FIRST_PART
    tail = room - head
    mark = f"\n[{len(output) - room} bytes of the output are left out here: max_log_bytes]\n".encode()
    return [(Stream.STDOUT, output[:head]), (Stream.SYSTEM, mark), (Stream.STDOUT, output[-tail:])]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
