"""Which methods a path takes: several routes may share it, and the router names those of one."""

import re
from collections.abc import Iterable
from typing import Final

from starlette.routing import BaseRoute, Route

PREFIX: Final = "/api/v1"
"""What the paths of the API begin with; those of doors begin otherwise."""


class Methods:
    """Of all routes, whichever router they stand in."""

    def __init__(self) -> None:
        self._known: list[tuple[re.Pattern[str], set[str]]] = []

    def add(self, routes: Iterable[BaseRoute]) -> None:
        for route in routes:
            if isinstance(route, Route) and route.methods:
                self._known.append((route.path_regex, set(route.methods)))

    def of(self, path: str) -> list[str]:
        """Empty: no route has this path."""
        return sorted({method for place, methods in self._known if place.match(path) for method in methods})
