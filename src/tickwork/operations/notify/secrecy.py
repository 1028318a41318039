"""The secrets of channels: sealed as those of projects are."""

from collections.abc import Mapping

import msgspec

from tickwork.core.channels import Apprise, Channel, Webhook
from tickwork.core.codec import from_json, to_json
from tickwork.errors import InvalidSetting, StoreError
from tickwork.keyring import Keyring
from tickwork.operations.context import Context
from tickwork.operations.paging import every
from tickwork.operations.sealing import CannotOpen, Sealed, resealed, seal, unseal
from tickwork.store.protocol import Documents, Kind, Put


async def read_channels(store: Documents) -> Mapping[str, Channel]:
    """Those that somebody has made, by name."""
    documents = await every(store, Kind.CHANNEL)
    return {d.id: from_json(d.body, Channel) for d in documents if d.body is not None}


def sealed_text(secret: str, *, channel: str, keyring: Keyring) -> str:
    return to_json(seal(secret, label=_label(channel), keyring=keyring)).decode()


def opened(channel: Channel, keyring: Keyring) -> str:
    """The secret of a webhook or of apprise. Raises `InvalidSetting` where this process' key does not open it."""
    assert isinstance(channel.way, Webhook | Apprise)
    try:
        return unseal(from_json(channel.way.sealed, Sealed), label=_label(channel.name), keyring=keyring)
    except CannotOpen:
        raise InvalidSetting(
            f"the secret of channel {channel.name} cannot be opened with this instance's secret key (secret_keys)"
        ) from None


async def reseal_channels(context: Context) -> None:
    """By the instance's current key. Raises `StoreError` where one cannot be opened."""
    for document in await every(context.store, Kind.CHANNEL):
        channel = from_json(document.body or b"", Channel)
        if not isinstance(channel.way, Webhook | Apprise):
            continue
        try:
            sealed = resealed(from_json(channel.way.sealed, Sealed), context.keyring)
        except CannotOpen:
            raise StoreError(f"the secret of channel {channel.name} cannot be opened; make the channel anew") from None
        way = msgspec.structs.replace(channel.way, sealed=to_json(sealed).decode())
        put = Put(
            kind=Kind.CHANNEL,
            id=document.id,
            body=to_json(msgspec.structs.replace(channel, way=way)),
            name=document.name,
            expect=document.revision,
        )
        await context.store.put([put], by=context.actor, at=context.clock.now(), verb="rotate")


def _label(channel: str) -> str:
    return f"channel/{channel}"
