"""Signing in by password."""

from msgspec.structs import replace

from tickwork.core.people import User
from tickwork.errors import Conflict, SignInRefused
from tickwork.operations.context import Context
from tickwork.operations.people.directory import Directory, folded, put_of
from tickwork.operations.people.passwords import LONGEST, hashed, outdated, verified
from tickwork.operations.people.throttle import Throttle


class SigningIn:
    """Who knows the password of a user."""

    def __init__(self, context: Context, directory: Directory) -> None:
        self._directory = directory
        self._throttle = Throttle(context)

    async def sign_in(self, name: str, password: str, *, address: str) -> str:
        """The user's name. An unknown user takes as long as a wrong password, and is told the same.
        Raises `SignInRefused`, `TooManyAttempts`."""
        name = folded(name)[:LONGEST]
        await self._throttle.enter(name, address)
        user = await self._directory.get(User, name)
        known = user is not None and user.active
        fits = await verified(password[:LONGEST], user.password_hash if user is not None and known else None)
        if user is None or not fits:
            raise SignInRefused("the name or the password is wrong")
        await self._throttle.succeeded(name, address)
        await self._renew_hash(user, password)
        return user.name

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
