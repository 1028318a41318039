"""From what a request brings to who is at the door."""

from tickwork.core import run_tokens
from tickwork.core.ids import RunId
from tickwork.core.model import Actor
from tickwork.core.people import Key, KeyKind, Principal, PrincipalKind, User
from tickwork.core.states import HELD
from tickwork.operations.context import Context
from tickwork.operations.people.directory import Directory
from tickwork.operations.people.groups import Groups
from tickwork.operations.people.keys import PREFIXES, Keys
from tickwork.operations.people.sessions import Sessions
from tickwork.operations.run_tokens import claim_of


class Principals:
    """Every answer is read anew: who lost a right has lost it at the next request.

    `where`: the address that the request came from; it stands behind the name in the audit: `ann@192.0.2.7`.
    """

    def __init__(
        self, context: Context, directory: Directory, *, groups: Groups, keys: Keys, sessions: Sessions
    ) -> None:
        self._context = context
        self._directory = directory
        self._groups = groups
        self._keys = keys
        self._sessions = sessions

    async def of_session(self, token: str, *, where: str) -> Principal | None:
        """Who is signed in by the token of a session."""
        found = await self._sessions.with_user(token)
        if found is None:
            return None
        _, user = found
        return Principal(
            kind=PrincipalKind.USER,
            actor=Actor(kind="user", name=f"{user.name}@{where}"),
            user=user.name,
            superuser=user.superuser,
            roles=await self._groups.roles_of(user.name),
        )

    async def of_token(self, token: str, *, where: str) -> Principal | None:
        """Whose token (`Authorization: Bearer`) it is: a key's or a run's."""
        if token.startswith(run_tokens.PREFIX):
            return await self.of_run(token, where=where)
        if token.partition("_")[0] not in PREFIXES.values():
            return None
        key = await self._keys.of_secret(token)
        if key is None:
            return None
        return _worker(key, where) if key.kind is KeyKind.WORKER else await self._of_owner(key, where)

    async def of_run(self, token: str, *, where: str) -> Principal | None:
        """The run whose claim the token was made for, while that claim holds it."""
        run = await self._run_of(token)
        if run is None:
            return None
        return Principal(kind=PrincipalKind.RUN, actor=Actor(kind="run", name=f"{run}@{where}"), run=run)

    async def _run_of(self, token: str) -> RunId | None:
        claim = claim_of(token, self._context.keyring)
        if claim is None:
            return None
        detail = await self._context.store.run(claim[0])
        held = detail is not None and detail.run.state in HELD and detail.run.fence == claim[1]
        return claim[0] if held else None

    async def _of_owner(self, key: Key, where: str) -> Principal | None:
        owner = await self._active(key.owner)
        if owner is None:
            return None
        return Principal(
            kind=PrincipalKind.KEY,
            actor=Actor(kind="key", name=f"{owner.name} by {key.name}@{where}"),
            user=owner.name,
            superuser=owner.superuser,
            roles=await self._groups.roles_of(owner.name),
            key=key.id,
            scopes=frozenset(key.scopes),
            project=key.project,
        )

    async def _active(self, name: str) -> User | None:
        user = await self._directory.get(User, name)
        return user if user is not None and user.active else None


def _worker(key: Key, where: str) -> Principal:
    actor = Actor(kind="worker", name=f"{key.name}@{where}")
    return Principal(kind=PrincipalKind.WORKER, actor=actor, key=key.id, pools=key.pools)
