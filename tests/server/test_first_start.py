"""The first start, and people coming in: links, cookies, too many tries, and where a server refuses to listen."""

import json
import stat
from pathlib import Path

import pytest

from tests.server.conftest import HOST, PASSWORD, Site
from tests.server.mutations import Answered, Asked, ask
from tickwork.cli.web import open_web
from tickwork.config import Settings
from tickwork.errors import InvalidSetting
from tickwork.keyring import Keyring
from tickwork.server import pages
from tickwork.server.web import refuse_careless

ELSEWHERE = "192.0.2.1"
NOT_BUILT = "The pages of this server have not been built."


@pytest.mark.parametrize("listen", ["127.0.0.1", "localhost", "::1", "127.9.9.9"])
def test_on_this_machine_nothing_is_asked_for(listen: str) -> None:
    refuse_careless(Settings(store="memory://", listen=listen, no_auth=True), anybody_known=False)


@pytest.mark.parametrize("listen", [ELSEWHERE, "0.0.0.0", "::", "", "tickwork.example"])
@pytest.mark.parametrize(
    ("fields", "anybody_known", "told"),
    [
        ({}, True, "tls_cert"),
        ({"tls_cert": "cert.pem", "tls_key": "key.pem"}, False, "no account"),
        ({"no_auth": True}, True, "--no-auth"),
        ({"no_auth": True, "insecure": True, "tls_cert": "cert.pem", "tls_key": "key.pem"}, True, "--no-auth"),
    ],
)
def test_beyond_this_machine_a_careless_server_does_not_start(
    listen: str, fields: dict[str, object], anybody_known: bool, told: str
) -> None:
    with pytest.raises(InvalidSetting, match=told):
        refuse_careless(Settings(store="memory://", listen=listen, **fields), anybody_known=anybody_known)


@pytest.mark.parametrize("fields", [{"tls_cert": "cert.pem", "tls_key": "key.pem"}, {"insecure": True}])
def test_beyond_this_machine_a_careful_server_starts(fields: dict[str, object]) -> None:
    refuse_careless(Settings(store="memory://", listen=ELSEWHERE, **fields), anybody_known=True)


async def test_the_first_link_stands_in_a_file_of_its_owner_and_signs_in_once(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "built", lambda: True)
    settings = Settings(store=f"sqlite:///{tmp_path}/tickwork.db", public_url="https://tickwork.example")
    (tmp_path / "tickwork.db.sign-in-link").touch(0o644)
    house = site.house
    opened = await open_web(
        settings, store=house.store, clock=house.clock, ids=house.ids, telemetry=house.telemetry, keyring=Keyring()
    )
    assert opened is not None
    told = opened.greeting()
    opened.web.close()
    [file] = tmp_path.glob("*.sign-in-link")
    link = file.read_text().strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert link in told[0]

    token = link.partition("#sign-in=")[2]
    first = await site.client().post("session/link", json={"token": token})
    second = await site.client().post("session/link", json={"token": token})
    assert (first.status_code, second.status_code) == (200, 401)
    assert first.json()["superuser"]


async def test_a_server_whose_pages_were_not_built_says_so(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "FOLDER", tmp_path / "nothing")
    house = site.house
    settings = Settings(store="memory://", public_url="https://tickwork.example")
    opened = await open_web(
        settings, store=house.store, clock=house.clock, ids=house.ids, telemetry=house.telemetry, keyring=Keyring()
    )
    assert opened is not None
    opened.web.close()
    assert opened.greeting() == ["no pages, they have not been built; REST: https://tickwork.example/api/v1"]
    for path in ("/", "/ui", "/ui/jobs/x"):
        answer = await site.client().get(HOST + path)
        assert (answer.status_code, answer.text.splitlines()[0]) == (503, NOT_BUILT)


async def test_too_many_tries_are_told_when_to_come_back(site: Site) -> None:
    await site.browser()
    guesser = site.client()
    answers = [await guesser.post("session", json={"name": "ann", "password": f"guess {n}"}) for n in range(6)]
    right = await guesser.post("session", json={"name": "ann", "password": PASSWORD})

    assert {answer.status_code for answer in answers[:5]} == {403}
    assert (right.status_code, right.json()["type"]) == (429, "/problems/too-many-attempts")
    assert int(right.headers["retry-after"]) > 0


async def _signed_in(site: Site, *, scheme: str, cookie: str = "") -> Answered:
    body = json.dumps({"name": "ann", "password": PASSWORD}).encode()
    headers = [("cookie", cookie), ("origin", f"{scheme}://localhost:8425")] if cookie else []
    asked = Asked(method="POST", target="/api/v1/session", body=body, headers=headers)
    answer = await ask(site.app, asked, scheme=scheme)
    assert answer.status == 200, answer
    return answer


@pytest.mark.parametrize(("scheme", "name"), [("http", "tickwork_session"), ("https", "__Host-tickwork_session")])
async def test_the_cookie_is_kept_from_scripts_and_from_other_sites(site: Site, scheme: str, name: str) -> None:
    await site.browser()
    cookie = (await _signed_in(site, scheme=scheme)).headers["set-cookie"]
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}

    assert cookie.startswith(f"{name}=")
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert ("secure" in flags) == (scheme == "https")
    assert not any(flag.startswith("domain") for flag in flags)


async def test_each_sign_in_takes_the_place_of_the_session_before(site: Site) -> None:
    await site.browser()
    first = (await _signed_in(site, scheme="http")).headers["set-cookie"].partition(";")[0]
    second = (await _signed_in(site, scheme="http", cookie=first)).headers["set-cookie"].partition(";")[0]
    asked = [Asked(method="GET", target="/api/v1/me", headers=[("cookie", cookie)]) for cookie in (first, second)]

    assert first != second
    assert [(await ask(site.app, one)).status for one in asked] == [401, 200]


@pytest.mark.parametrize("path", ["health/live", "jobs", "nothing/there"])
async def test_every_answer_tells_browsers_to_be_careful(site: Site, path: str) -> None:
    headers = (await site.client().get(path)).headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
