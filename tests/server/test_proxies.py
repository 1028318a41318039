"""What a proxy says of a client is believed of those that the settings name, and of nobody else."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.server.conftest import PASSWORD
from tests.services.hashing import cheap_hashes
from tests.services.served import Served, served
from tickwork.config import Settings
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.errors import InvalidSetting
from tickwork.node import make_store
from tickwork.operations.people.throttle import FREE
from tickwork.server.web import proxies_of

TLS = {"x-forwarded-proto": "https"}


@pytest.fixture(params=["127.0.0.1", "127.0.0.0/8, 10.1.2.3", "10.1.2.3", ""])
def proxies(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def believed(proxies: str) -> bool:
    return "127" in proxies


@pytest.fixture
async def server(proxies: str) -> AsyncIterator[Served]:
    clock = SystemClock()
    store = make_store("memory://", clock=clock)
    await store.open()
    with cheap_hashes():
        async with served(store, clock=clock, ids=Ids(clock=clock), proxies=proxies) as there:
            await there.backend.system.people.users.create("ann", password=PASSWORD)
            yield there
    await store.close()


async def sign_in(server: Served, name: str = "ann", **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient(base_url=f"{server.url}/api/v1/", headers=headers) as client:
        return await client.post("session", json={"name": name, "password": PASSWORD})


async def test_with_its_word_of_tls_the_cookie_is_for_tls_only(server: Served, believed: bool) -> None:
    cookie = (await sign_in(server, **TLS)).headers["set-cookie"]
    assert cookie.startswith("__Host-") is believed
    assert ("; secure" in cookie.lower()) is believed


@pytest.mark.parametrize("proxies", ["127.0.0.1", ""], indirect=True)
async def test_who_guesses_does_not_lock_out_others_behind_the_same_proxy(server: Served, believed: bool) -> None:
    for guess in range(FREE["address"]):
        await sign_in(server, f"user {guess}", **{"x-forwarded-for": "203.0.113.7"})
    guesser = await sign_in(server, **{"x-forwarded-for": "198.51.100.1, 203.0.113.7"})
    other = await sign_in(server, **{"x-forwarded-for": "203.0.113.8"})
    assert (guesser.status_code, other.status_code) == (429, 200 if believed else 429)


@pytest.mark.parametrize("wrong", ["proxy.example", "10.0.0.0/33", "127.0.0.1 10.0.0.1"])
def test_what_is_no_network_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(InvalidSetting, match=f"^proxies: '{wrong}' is no address or network"):
        proxies_of(Settings(store="memory://", proxies=wrong))
