"""Hashing of passwords: slow on purpose, so never on the event loop, and never many at once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

from tickwork.errors import InvalidDefinition

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 1024
_AT_ONCE = 2
"""Each takes a core for some 50 ms, and 64 MiB."""


def check_password(password: str, *, name: str) -> None:
    """Raises `InvalidDefinition`, without the password in its words."""
    if len(password) < SHORTEST:
        raise InvalidDefinition(f"password: it has {len(password)} characters; use at least {SHORTEST}")
    if len(password) > LONGEST:
        raise InvalidDefinition(f"password: it has {len(password)} characters; use at most {LONGEST}")
    if password.strip().lower() == name or len(set(password)) == 1:
        raise InvalidDefinition("password: it is the first thing that anybody tries; use another one")


async def hashed(password: str) -> str:
    """argon2id, with salt and parameters."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), _hasher().hash, password)


async def verified(password: str, password_hash: str | None) -> bool:
    """Whether it is the password. Without a hash the same time passes, and it is not."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), _verify, password, password_hash)


def outdated(password_hash: str) -> bool:
    """Whether it was made with parameters that are no longer used."""
    return _hasher().check_needs_rehash(password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    known, dummy = password_hash is not None, _dummy()
    try:
        _hasher().verify(password_hash or dummy, password)
    except (VerificationError, InvalidHashError):
        return False
    return known


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _dummy() -> str:
    return _hasher().hash("nobody's password")


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="passwords")
