"""Sealed values: each by a key of its own, which is sealed by the instance's (an envelope)."""

import base64
from typing import TYPE_CHECKING

import msgspec

from tickwork.core.codec import from_json, to_json
from tickwork.keyring import Keyring

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_PURPOSE = "secrets of projects"


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """Says nothing without the instance's secret key."""

    key: str
    value: str


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    """What is inside: with its label, so that nobody gets one value by the name of another."""

    label: str
    value: str


class CannotOpen(Exception):
    """It was sealed with a key that this process does not have, or it is not what was sealed."""


def seal(value: str, *, label: str, keyring: Keyring) -> Sealed:
    """Raises `InvalidSetting` where there is no usable key."""
    from cryptography.fernet import Fernet

    own = Fernet.generate_key()
    content = Fernet(own).encrypt(to_json(_Content(label=label, value=value)))
    return Sealed(key=_outer(keyring).encrypt(own).decode(), value=content.decode())


def unseal(sealed: Sealed, *, label: str, keyring: Keyring) -> str:
    """Raises `CannotOpen`."""
    from cryptography.fernet import Fernet, InvalidToken

    try:
        content = from_json(Fernet(_outer(keyring).decrypt(sealed.key)).decrypt(sealed.value), _Content)
    except (InvalidToken, ValueError):
        raise CannotOpen from None
    if content.label != label:
        raise CannotOpen
    return content.value


def resealed(sealed: Sealed, keyring: Keyring) -> Sealed:
    """The same, by the current key of the instance. Raises `CannotOpen`."""
    from cryptography.fernet import InvalidToken

    try:
        return Sealed(key=_outer(keyring).rotate(sealed.key).decode(), value=sealed.value)
    except InvalidToken:
        raise CannotOpen from None


def _outer(keyring: Keyring) -> "MultiFernet":
    """Seals with the first key, opens with any."""
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keyring.keys(_PURPOSE)])
