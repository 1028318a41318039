"""A request otherwise written gets nobody further than the plain one: every mutation × every protected route."""

import json
from dataclasses import replace
from http import HTTPStatus

import httpx2
import pytest

from tests.server.conftest import HOST, a_site
from tests.server.matrix import LEVELS, PRINCIPALS, World, a_world, body_of, expected
from tests.server.mutations import HEADERS, METHODS, PATHS, Answered, Asked, Mutation, ask
from tests.server.test_matrix import ROUTES, request_of
from tickwork.server.pages import FOLDER

MUTATIONS = {"paths": PATHS, "methods": METHODS, "headers": HEADERS}
PROTECTED = sorted(operation for operation in ROUTES if LEVELS[operation][0] != "anybody")
UNSAFE = sorted(operation for operation, (method, _) in ROUTES.items() if method != "GET")
KEPT_OUT = frozenset({400, 401, 403, 404, 405, 415, 421})
FOREIGN = (b"a:job", b"c:job", b"task of a", b"task of c", b"hunter2")
"""What somebody of the project b never reads."""

ELSEWHERE: dict[str, list[tuple[str, str]]] = {
    "no Origin": [],
    "a null Origin": [("origin", "null")],
    "an empty Origin": [("origin", "")],
    "a foreign Origin": [("origin", "https://evil.example")],
    "our name within a foreign one": [("origin", "http://localhost:8425.evil.example")],
    "our name as a user": [("origin", "http://localhost:8425@evil.example")],
    "a name before ours": [("origin", "http://evil.localhost:8425")],
    "another port": [("origin", "http://localhost:8426")],
    "no port": [("origin", "http://localhost")],
    "a file": [("origin", "file://localhost:8425")],
    "an extension": [("origin", "chrome-extension://localhost:8425")],
    "a path for an Origin": [("origin", "/api/v1/jobs")],
    "our Origin, cross-site": [("origin", HOST), ("sec-fetch-site", "cross-site")],
    "our Origin, same-site": [("origin", HOST), ("sec-fetch-site", "same-site")],
    "our Origin, an unknown site": [("origin", HOST), ("sec-fetch-site", "whatever")],
    "our Origin and another": [("origin", HOST), ("origin", "https://evil.example")],
    "another Origin and ours": [("origin", "https://evil.example"), ("origin", HOST)],
    "same-origin without an Origin": [("sec-fetch-site", "same-origin")],
    "our Origin as the Referer": [("referer", f"{HOST}/ui/")],
}


def test_there_are_enough_mutations() -> None:
    assert sum(map(len, MUTATIONS.values())) >= 30


@pytest.mark.parametrize("kind", sorted(MUTATIONS))
@pytest.mark.parametrize("who", ["anonymous", "viewer of b"])
async def test_a_mutation_gets_nobody_in(kind: str, who: str) -> None:
    """Neither somebody without a key nor a viewer of another project, on any route."""
    async with a_site() as site:
        world = await a_world(site)
        passed = [
            (name, told)
            for name, mutate in MUTATIONS[kind].items()
            for operation in PROTECTED
            if (told := await _got_further(world, operation, who, mutate)) is not None
        ]
    assert passed == []


async def _got_further(world: World, operation: str, who: str, mutate: Mutation) -> str | None:
    """What was asked, where it was answered with more than the plain request is."""
    asked = mutate(_plain(world, operation, who))
    answer = await ask(world.site.app, asked)
    assert answer.status < 500, (asked, answer)
    shown = [mark for mark in FOREIGN if mark in answer.body and mark not in asked.target.encode()]
    if answer.status in KEPT_OUT and not (shown and who == "anonymous"):
        return None
    if _is_preflight(asked, answer) or _is_the_page(answer) or (_may_be_let_in(operation, who) and not shown):
        return None
    return f"{operation}: {asked.method} {asked.target}: {answer.status}"


def _may_be_let_in(operation: str, who: str) -> bool:
    return expected(operation, PRINCIPALS[who], "a") == "in"


def _is_preflight(asked: Asked, answer: Answered) -> bool:
    """What a router says of the methods of a path is no secret, as long as it lets no other page in."""
    return asked.method == "OPTIONS" and "access-control-allow-origin" not in answer.headers and not answer.body


def _is_the_page(answer: Answered) -> bool:
    """Everybody gets the one page for whatever is below /ui/; it asks for the rest by itself."""
    return answer.body == (FOLDER / "index.html").read_bytes()


def _plain(world: World, operation: str, who: str) -> Asked:
    method, url = request_of(operation, "a", world)
    body = b"" if method == "GET" else json.dumps(body_of(operation, "a")).encode()
    target = httpx2.URL(url).raw_path.decode()
    key = world.clients[who].headers.get("authorization")
    return Asked(method=method, target=target, body=body, headers=[("authorization", key)] if key else [])


# -- what other pages make a browser send --


async def test_no_other_page_does_anything_with_a_session() -> None:
    async with a_site() as site:
        world = await a_world(site)
        cookie = await _cookie_of_a_superuser(world)
        passed = []
        for name, headers in ELSEWHERE.items():
            for operation in UNSAFE:
                plain = _plain(world, operation, "anonymous")
                answer = await ask(site.app, replace(plain, headers=[("cookie", cookie), *headers]))
                if answer.status != HTTPStatus.FORBIDDEN:
                    passed.append((name, operation, answer.status, answer.body[:100]))
        assert passed == []
        me = await ask(site.app, Asked(method="GET", target="/api/v1/me", headers=[("cookie", cookie)]))
    assert me.status == HTTPStatus.OK


async def _cookie_of_a_superuser(world: World) -> str:
    people = world.site.backend.system.people
    await people.users.create("sue", superuser=True)
    token, _ = await people.sessions.open("sue")
    return f"tickwork_session={token}"


async def test_under_tls_a_page_without_it_is_another_page() -> None:
    async with a_site() as site:
        world = await a_world(site)
        cookie = "__Host-" + await _cookie_of_a_superuser(world)
        asked = replace(_plain(world, "pause_job", "anonymous"), headers=[("cookie", cookie), ("origin", HOST)])
        refused = await ask(site.app, asked, scheme="https")
        own = [("cookie", cookie), ("origin", HOST.replace("http", "https"))]
        taken = await ask(site.app, replace(asked, headers=own), scheme="https")
    assert (refused.status, taken.status) == (403, 204)


@pytest.mark.parametrize(("scheme", "prefix"), [("http", "__Host-"), ("https", "")])
async def test_a_session_is_good_under_one_name_only(scheme: str, prefix: str) -> None:
    """Without TLS anybody on the way could have set the cookie of the name that says otherwise."""
    async with a_site() as site:
        world = await a_world(site)
        cookie = prefix + await _cookie_of_a_superuser(world)
        asked = Asked(method="GET", target="/api/v1/me", headers=[("cookie", cookie)])
        answer = await ask(site.app, asked, scheme=scheme)
    assert answer.status == 401
