"""Secrets of projects: written, never read back; jobs that name them get them as environment variables."""

import builtins
import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tickwork.core.clock import iso
from tickwork.core.codec import from_json, to_json
from tickwork.core.model import Job
from tickwork.core.secret_forms import LEAST
from tickwork.errors import Conflict, InvalidDefinition, NotFound, StoreError
from tickwork.keyring import Keyring
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.notify.secrecy import reseal_channels
from tickwork.operations.paging import every
from tickwork.operations.projects import first_named
from tickwork.operations.sealing import CannotOpen, Sealed, resealed, seal, unseal
from tickwork.store.protocol import Document, Kind, Put, Store

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
"""As environment variables are called."""
LONGEST = 65_536
_TRIES = 5
_MENTION = b'"secrets"'


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """As it is stored."""

    project: str
    name: str
    sealed: Sealed


class SecretView(msgspec.Struct, frozen=True, kw_only=True):
    """A secret as people see it: everything but its value."""

    project: str
    name: str
    changed: str | None
    by: str
    jobs: Sequence[str]
    """The ids of the jobs that are given it."""


class Secrets:
    """The verbs on secrets."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs

    async def set(self, project: str, name: str, value: str) -> None:
        """Runs that are claimed from now on get this value. Raises `InvalidDefinition`."""
        if not NAME.fullmatch(name):
            raise InvalidDefinition(f"secret {name!r}: call it like a variable: letters, digits and _, up to 100")
        _check_value(name, value)
        label = _id(project, name)
        sealed = seal(value, label=label, keyring=self._context.keyring)
        secret = _put(Secret(project=project, name=name, sealed=sealed), expect=None)
        await self._put([*await first_named(self._store, [project]), secret], verb="set")

    async def list(self, *, project: str | None = None) -> builtins.list[SecretView]:
        """By project and name."""
        documents = await every(self._store, Kind.SECRET, project=project)
        users = await self._users({(d.project, d.name) for d in documents})
        return [
            SecretView(
                project=d.project,
                name=d.name,
                changed=iso(d.changed),
                by=d.by.name,
                jobs=users.get((d.project, d.name), []),
            )
            for d in documents
        ]

    async def delete(self, project: str, name: str) -> None:
        """Raises `NotFound`, and `Conflict` while a job is given it."""
        label = _id(project, name)
        document = await self._store.get(Kind.SECRET, label)
        if document is None:
            raise NotFound(f"project {project} has no secret {name!r}; `tickwork secret ls` lists them")
        if users := (await self._users({(project, name)})).get((project, name)):
            raise Conflict(f"secret {name} is given to {', '.join(users[:5])}; change those jobs first")
        gone = Put(kind=Kind.SECRET, id=label, body=None, project=project, name=name, expect=document.revision)
        await self._put([gone], verb="delete")

    async def rotate(self, *, forget: bool = False) -> int:
        """Seal all secrets by a new key of the instance (where its keys are in a file; else by the first one of the
        setting), and those of channels too. Returns how many. `forget`: the older keys are taken out of the file then,
        and with them goes what history holds of earlier values. Raises `StoreError` where one cannot be opened: nothing
        is forgotten then."""
        self._context.keyring.renew()
        documents = await every(self._store, Kind.SECRET)
        for document in documents:
            await self._reseal(document)
        await reseal_channels(self._context)
        if forget:
            self._context.keyring.forget_old()
        return len(documents)

    async def _reseal(self, document: Document | None) -> None:
        for _ in range(_TRIES):
            if document is None:
                return  # deleted meanwhile
            secret = from_json(document.body or b"", Secret)
            try:
                again = msgspec.structs.replace(secret, sealed=resealed(secret.sealed, self._context.keyring))
            except CannotOpen:
                raise StoreError(f"{_closed(secret.project, secret.name)}; set it again, or delete it") from None
            try:
                await self._put([_put(again, expect=document.revision)], verb="rotate")
            except Conflict:
                document = await self._store.get(Kind.SECRET, document.id)
            else:
                return
        raise Conflict(f"secret {secret.name} of project {secret.project} is being changed; rotate again")

    async def _put(self, puts: Sequence[Put], *, verb: str) -> None:
        await self._store.put(puts, by=self._context.actor, at=self._context.clock.now(), verb=verb)

    async def _users(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], builtins.list[str]]:
        users: dict[tuple[str, str], builtins.list[str]] = {key: [] for key in wanted}
        for document in await self._jobs.all() if users else []:
            if _MENTION in (document.body or b""):
                job = decode_job(document)
                for use in job.secrets:
                    users.get((job.project, use.name), []).append(job.id)
        return users


class Vault:
    """Opens secrets for those who hand runs to workers."""

    def __init__(self, *, store: Store, keyring: Keyring) -> None:
        self._store = store
        self._keyring = keyring

    async def variables(self, job: Job) -> Mapping[str, str]:
        """The values of the job's secrets by the names of their variables; without those that are not there, or
        cannot be opened with this process' key: the run does not begin then."""
        labels = {use.env: _id(job.project, use.name) for use in job.secrets}
        documents = await self._store.get_many(Kind.SECRET, sorted(set(labels.values())))
        values = {label: self._opened(document) for label, document in documents.items()}
        found = {env: values.get(label) for env, label in labels.items()}
        return {env: value for env, value in found.items() if value is not None}

    async def values(self, project: str) -> Sequence[str]:
        """Of all secrets of the project that can be opened with this process' key."""
        found = [self._opened(document) for document in await every(self._store, Kind.SECRET, project=project)]
        return [value for value in found if value is not None]

    def _opened(self, document: Document) -> str | None:
        secret = from_json(document.body or b"", Secret)
        try:
            return unseal(secret.sealed, label=document.id, keyring=self._keyring)
        except CannotOpen:
            return None


def _id(project: str, name: str) -> str:
    return f"{project}/{name}"


def _closed(project: str, name: str) -> str:
    return f"secret {name} of project {project} cannot be opened with this instance's secret key (secret_keys)"


def _put(secret: Secret, *, expect: int | None) -> Put:
    label = _id(secret.project, secret.name)
    return Put(
        kind=Kind.SECRET, id=label, body=to_json(secret), project=secret.project, name=secret.name, expect=expect
    )


def _check_value(name: str, value: str) -> None:
    """Raises `InvalidDefinition`, without the value in its words."""
    if len(value.encode(errors="replace")) < LEAST:  # (half a character, a lone surrogate, is refused by JSON)
        raise InvalidDefinition(f"secret {name}: shorter than {LEAST} bytes it could not be kept out of logs")
    if len(value) > LONGEST or "\0" in value:
        raise InvalidDefinition(f"secret {name}: a variable holds up to {LONGEST} characters, and no NUL")
