"""Signing in by password."""

from collections.abc import Mapping

from msgspec.structs import replace

from tickwork.core.model import Actor
from tickwork.core.people import User
from tickwork.errors import Conflict, SignInRefused
from tickwork.operations.context import Context
from tickwork.operations.people.directory import Directory, folded, put_of
from tickwork.operations.people.passwords import LONGEST, hashed, outdated, verified
from tickwork.operations.people.throttle import FREE, Throttle
from tickwork.store.protocol import Audited

_KINDS = {"name": "user", "address": "address"}


async def record_sign_in(context: Context, user: str, *, address: str, note: str) -> None:
    by = Actor(kind="user", name=f"{user}@{address}")
    entry = Audited(verb="sign-in", kind="user", id=user, note=note)
    await context.store.record([entry], by=by, at=context.clock.now())


class SigningIn:
    """Who knows the password of a user."""

    def __init__(self, context: Context, directory: Directory) -> None:
        self._context = context
        self._directory = directory
        self._throttle = Throttle(context)

    async def sign_in(self, name: str, password: str, *, address: str) -> str:
        """The user's name. An unknown user takes as long as a wrong password, and is told the same.
        Raises `SignInRefused`, `TooManyAttempts`."""
        name = folded(name)[:LONGEST]
        failures = await self._throttle.enter(name, address)
        user = await self._directory.get(User, name)
        known = user is not None and user.active
        fits = await verified(password[:LONGEST], user.password_hash if user is not None and known else None)
        if user is None or not fits:
            await self._record_guessing(failures, user=user, address=address)
            raise SignInRefused("the name or the password is wrong")
        await self._throttle.succeeded(name, address)
        await record_sign_in(self._context, user.name, address=address, note="by password")
        await self._renew_hash(user, password)
        return user.name

    async def _record_guessing(self, failures: Mapping[str, int], *, user: User | None, address: str) -> None:
        """Not every failure, which anybody could fill the audit with: those from which on they have to wait."""
        named = {"name": "" if user is None else user.name, "address": address}
        entries = [
            Audited(verb="sign-in-failed", kind=_KINDS[kind], id=named[kind], note=f"{count} tries in a row")
            for kind, count in failures.items()
            if named[kind] and count >= FREE[kind]
        ]
        by = Actor(kind="anonymous", name=f"nobody@{address}")
        await self._context.store.record(entries, by=by, at=self._context.clock.now())

    async def _renew_hash(self, user: User, password: str) -> None:
        """With the parameters of today; the stamp stays: nothing about the user has changed."""
        if user.password_hash is None or not outdated(user.password_hash):
            return
        found = await self._directory.find(User, user.name)
        try:
            renewed = replace(found.value, password_hash=await hashed(password))
            await self._directory.put([put_of(renewed, expect=found.revision)], verb="rehash")
        except Conflict:
            pass  # somebody else changed them just now; the next sign-in does it
