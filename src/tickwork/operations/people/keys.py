"""Keys: secrets of programs and of workers."""

import builtins
import hashlib
import hmac
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from tickwork.core.clock import MINUTE, Duration, Instant, later
from tickwork.core.people import Key, KeyKind, User
from tickwork.core.roles import SCOPES, Permission
from tickwork.errors import Conflict, InvalidDefinition
from tickwork.operations.context import Context
from tickwork.operations.people.directory import Directory, folded, put_of
from tickwork.operations.people.views import KeyView, key_view
from tickwork.store.protocol import Keep, Note

PREFIXES = {KeyKind.API: "twk", KeyKind.WORKER: "tww"}
USED = "key.used"
"""The space of the notes that say when a key was used."""
_SECRET_BITS, _ID_BITS = 200, 50
_NOTED_EVERY = MINUTE
_LONGEST_NAME = 100


class Keys:
    """The verbs on keys."""

    def __init__(self, context: Context, directory: Directory) -> None:
        self._context = context
        self._directory = directory

    async def create(
        self,
        name: str,
        *,
        kind: KeyKind = KeyKind.API,
        owner: str = "",
        project: str | None = None,
        scopes: Iterable[Permission] = (),
        pools: Iterable[str] = (),
        lasts: Duration | None = None,
    ) -> tuple[KeyView, str]:
        """The key, and its secret, which is not to be had again. An `api` key has an owner and scopes, a `worker` key
        pools. Raises `InvalidDefinition`, and `NotFound` for an owner that is no user."""
        now = self._context.clock.now()
        id_ = self._context.ids.secret(_ID_BITS)
        secret = self._secret(kind, id_)
        key = Key(
            id=id_,
            name=name.strip(),
            hash=_hash(secret),
            kind=kind,
            owner=folded(owner),
            project=project,
            scopes=tuple(scope for scope in SCOPES if scope in set(scopes)),
            pools=tuple(sorted(set(pools))),
            expires=None if lasts is None else later(now, lasts),
            created=now,
        )
        _check(key, scopes=set(scopes))
        if key.owner:
            await self._directory.find(User, key.owner)
        await self._directory.put([put_of(key, expect=0)], verb="create")
        return key_view(key, used=None), secret

    async def list(self, *, owner: str | None = None) -> builtins.list[KeyView]:
        """All keys, or those of an owner, by name; revoked and expired ones too."""
        keys = [key for key, _ in await self._directory.all(Key) if owner is None or key.owner == folded(owner)]
        used = await self._used([key.id for key in keys])
        return [key_view(key, used=used.get(key.id)) for key in sorted(keys, key=lambda key: (key.name, key.id))]

    async def show(self, id: str) -> KeyView:
        """Raises `NotFound`."""
        key = (await self._directory.find(Key, folded(id))).value
        return key_view(key, used=(await self._used([key.id])).get(key.id))

    async def revoke(self, id: str) -> KeyView:
        """It is good for nothing from now on, for ever. Raises `NotFound`."""
        key, revision = await self._directory.find(Key, folded(id))
        if key.revoked is None:
            key = replace(key, revoked=self._context.clock.now())
            await self._directory.put([put_of(key, expect=revision)], verb="revoke")
        return key_view(key, used=(await self._used([key.id])).get(key.id))

    async def rotate(self, id: str) -> tuple[KeyView, str]:
        """The same key with another secret; the old one is good for nothing from now on.
        Raises `NotFound`, and `Conflict` for a revoked key."""
        key, revision = await self._directory.find(Key, folded(id))
        if key.revoked is not None:
            raise Conflict(f"key {key.id} ({key.name}) was revoked; make another one: `tickwork key add`")
        secret = self._secret(key.kind, key.id)
        key = replace(key, hash=_hash(secret))
        await self._directory.put([put_of(key, expect=revision)], verb="rotate")
        return key_view(key, used=(await self._used([key.id])).get(key.id)), secret

    async def of_secret(self, secret: str) -> Key | None:
        """The key with this secret, if it is good now; that it was used is noted, once a minute."""
        hash_ = _hash(secret)
        key = await self._directory.get(Key, _id_in(secret))
        if key is None or not hmac.compare_digest(hash_, key.hash) or not key.valid(self._context.clock.now()):
            return None
        await self._note_use(key)
        return key

    async def _note_use(self, key: Key) -> None:
        now, store = self._context.clock.now(), self._context.store
        last = (await self._used([key.id])).get(key.id)
        if last is None or now - last >= _NOTED_EVERY:
            await store.keep([Keep(note=Note(space=USED, key=key.id, body=str(now).encode()))], at=now)

    async def _used(self, ids: Sequence[str]) -> dict[str, Instant]:
        found = await self._context.store.notes(USED, ids, at=self._context.clock.now())
        return {id_: Instant(int(note.body)) for id_, note in found.items()}

    def _secret(self, kind: KeyKind, id: str) -> str:
        return f"{PREFIXES[kind]}_{id}_{self._context.ids.secret(_SECRET_BITS)}"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _id_in(secret: str) -> str:
    prefix, _, rest = secret.partition("_")
    return rest.partition("_")[0] if prefix in PREFIXES.values() else ""


def check_name(name: str) -> None:
    """Raises `InvalidDefinition`."""
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise InvalidDefinition(f"key {name!r}: give it a name of 1 to {_LONGEST_NAME} characters: what it is for")


def _check(key: Key, *, scopes: set[Permission]) -> None:
    check_name(key.name)
    if key.expires is not None and key.expires <= key.created:
        raise InvalidDefinition(f"key {key.name!r}: it would be over before it begins; let it last longer")
    if wrong := sorted(scopes - set(SCOPES)):
        raise InvalidDefinition(f"key {key.name!r}: {wrong[0]!r} is no scope; there are {', '.join(SCOPES)}")
    match key.kind:
        case KeyKind.API if not key.owner or not key.scopes or key.pools:
            raise InvalidDefinition(f"key {key.name!r}: an api key has an owner and scopes ({', '.join(SCOPES)})")
        case KeyKind.WORKER if not key.pools or key.scopes or key.project is not None:
            raise InvalidDefinition(f"key {key.name!r}: a worker key has pools, and neither scopes nor a project")
        case _:
            pass
