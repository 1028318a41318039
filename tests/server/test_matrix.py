"""Every route × everybody × own, foreign and gone objects, against the matrix written by hand. No mismatch."""

from dataclasses import dataclass
from http import HTTPStatus

import pytest

from tests.server.conftest import HOST, a_site
from tests.server.matrix import LEVELS, PRINCIPALS, World, a_world, body_of, expected, path_of
from tickwork.server.app import ALL_ROUTES
from tickwork.server.methods import PREFIX
from tickwork.server.routing import GuardedRoute

ROUTES: dict[str, tuple[str, str]] = {
    route.operation_id or "": (next(iter(route.methods)), route.path)
    for routes in ALL_ROUTES
    for route in routes.router.routes
    if isinstance(route, GuardedRoute)
}
OUT = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


def test_every_route_is_in_the_matrix() -> None:
    assert set(ROUTES) == set(LEVELS)


@pytest.mark.parametrize("operation", sorted(ROUTES))
async def test_a_route_keeps_out_whom_it_should(operation: str) -> None:
    async with a_site() as site:
        world = await a_world(site)
        tried = [
            await _tried(world, operation, name, place)
            for place in _places(operation)
            for name, who in PRINCIPALS.items()
            if expected(operation, who, place) != "in"
        ]
    assert [one for one in tried if one.got != one.wanted] == []


@pytest.mark.parametrize("operation", sorted(ROUTES))
async def test_a_route_lets_in_whom_it_should(operation: str) -> None:
    """In a world of their own where they change something: the next one finds it as it was."""
    welcome = [
        (place, name)
        for place in _places(operation)
        for name, who in PRINCIPALS.items()
        if expected(operation, who, place) == "in"
    ]
    apart = [[one] for one in welcome] if ROUTES[operation][0] != "GET" else [welcome]
    tried = []
    for group in apart:
        async with a_site() as site:
            world = await a_world(site)
            tried += [await _tried(world, operation, name, place) for place, name in group]
    assert tried, f"nobody may {operation}"
    assert [one for one in tried if one.got != "in"] == []


@dataclass(frozen=True)
class Tried:
    """What became of one request."""

    name: str
    place: str
    wanted: str | int
    got: str | int
    told: str


def request_of(operation: str, place: str, world: World) -> tuple[str, str]:
    """Its method and its URL."""
    method, route_path = ROUTES[operation]
    prefix = PREFIX if route_path.startswith(PREFIX) else ""
    return method, f"{HOST}{prefix}{path_of(route_path.removeprefix(prefix), place, world)}"


async def _tried(world: World, operation: str, name: str, place: str) -> Tried:
    method, url = request_of(operation, place, world)
    body = {} if method == "GET" else {"json": body_of(operation, place)}
    answer = await world.clients[name].request(method, url, **body)
    assert answer.status_code < 500, (operation, name, answer.text)
    got: str | int = answer.status_code if answer.status_code in OUT else "in"
    return Tried(name, place, expected(operation, PRINCIPALS[name], place), got, answer.text[:300])


def _places(operation: str) -> tuple[str, ...]:
    _level, about = LEVELS[operation]
    if about == "a body":
        return ("a", "c")
    return ("a", "c", "gone") if about in {"project", "job", "run", "group"} else ("a",)
