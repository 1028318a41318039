"""How long a worker may be silent before pages and REST say so is set, not built in."""

from tests.server.conftest import a_site
from tickwork.core.clock import SECOND, Instant
from tickwork.core.ids import SessionId
from tickwork.store.protocol import Session


async def test_a_worker_is_shown_as_silent_after_what_the_settings_say() -> None:
    async with a_site(unresponsive_intervals=100) as site:
        seen = Instant(site.house.clock.now() - 60 * SECOND)
        session = Session(
            id=SessionId("s"),
            worker="w",
            pools=("default",),
            concurrency=1,
            lease=15.0,
            version="",
            containment="none",
            host="h",
            pid=1,
            opened=seen,
            seen=seen,
        )
        await site.house.store.open_session(session)
        root = await site.superuser()
        [worker] = (await root.get("workers")).json()
        assert (worker["name"], worker["silent"]) == ("w", None)
