"""The table of permissions against the router: nothing is served without a line in it, and no line is for nothing."""

from collections.abc import Iterator

from tickwork.server.app import ALL_ROUTES, bare_app
from tickwork.server.live import route as live
from tickwork.server.permissions import RULES
from tickwork.server.routing import GuardedRoute

LATER: set[str] = set()
"""Lines whose routes other parts bring in: emptied as they come."""
OF_A_SOCKET = {"open_live"}


def operations() -> Iterator[str]:
    for routes in ALL_ROUTES:
        for route in routes.router.routes:
            assert isinstance(route, GuardedRoute), f"{route} is served without asking"
            assert route.operation_id is not None
            yield route.operation_id


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    served = list(operations())

    assert len(served) == len(set(served))
    assert set(served) | LATER | OF_A_SOCKET == set(RULES)
    assert not set(served) & LATER


def test_the_app_serves_nothing_beside_those_routers() -> None:
    declared = [route for routes in ALL_ROUTES for route in routes.router.routes]

    assert bare_app().routes == [*declared, live.route]
