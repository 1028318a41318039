"""Pages and REST as the long-running commands open them: with a first account, and a link to sign in by."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tickwork.config import beside

if TYPE_CHECKING:
    from tickwork.config import Settings
    from tickwork.core.clock import Clock
    from tickwork.core.ids import Ids
    from tickwork.keyring import Keyring
    from tickwork.operations.people import People
    from tickwork.server.web import Web
    from tickwork.store.protocol import Store
    from tickwork.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWeb:
    """A web side that is about to listen, and what is said about it."""

    web: Web
    settings: Settings
    token: str | None
    """Signs the first user in, once; None: everybody has a way in, or needs none."""

    def greeting(self) -> list[str]:
        """Said once it listens, as only then is the port known."""
        from tickwork.server.pages import built

        url = self.settings.public_url.rstrip("/") or self.web.url
        if not built():
            return [f"no pages, they have not been built; REST: {url}/api/v1"]
        if self.settings.no_auth:
            return [f"pages: {url}/ui/", "--no-auth: whoever can reach this address may do EVERYTHING"]
        if self.token is None:
            return [f"pages: {url}/ui/"]
        link = f"{url}/ui/#sign-in={self.token}"
        kept = _kept(link, self.settings)
        return [f"pages: {link}", f"    (signs you in, once; also in {kept})" if kept else "    (signs you in, once)"]


async def open_web(
    settings: Settings, *, store: Store, clock: Clock, ids: Ids, telemetry: Telemetry, keyring: Keyring
) -> OpenWeb | None:
    """None: it is not wanted. Raises `InvalidSetting` for one that nobody protects."""
    if not settings.web:
        return None
    from tickwork.server.backend import Backend
    from tickwork.server.web import Web, refuse_careless

    backend = Backend(
        store=store,
        clock=clock,
        ids=ids,
        settings=settings,
        keyring=keyring,
        telemetry=telemetry,
        open_to_all=settings.no_auth,
    )
    people = backend.system.people
    refuse_careless(settings, anybody_known=bool(await people.users.list()))
    token = None if settings.no_auth else await _first_link(people)
    return OpenWeb(web=Web(backend=backend), settings=settings, token=token)


async def _first_link(people: People) -> str | None:
    """As long as no superuser has a password, whoever starts the server gets in by a link."""
    await people.users.ensure_first()
    rulers = [user for user in await people.users.list() if user.superuser and user.active]
    if not rulers or any(user.password for user in rulers):
        return None
    return await people.links.make(rulers[0].name)


def _kept(link: str, settings: Settings) -> Path | None:
    """The file beside the store that the link is written to, for its owner alone; None: the store is no file."""
    file = beside(settings.store, "sign-in-link")
    if file is not None:
        file.unlink(missing_ok=True)  # one that was there would keep its mode, or lead elsewhere
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(link + "\n")
    return file
