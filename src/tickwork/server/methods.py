"""Which methods a path takes: several routes may share it, and the router names those of one."""

import re
from collections.abc import Iterable

from starlette.routing import BaseRoute, Route, compile_path


class Methods:
    """Of all routes, whichever router they stand in."""

    def __init__(self) -> None:
        self._known: list[tuple[re.Pattern[str], set[str]]] = []

    def add(self, prefix: str, routes: Iterable[BaseRoute]) -> None:
        """Routes that stand behind the prefix."""
        for route in routes:
            if isinstance(route, Route) and route.methods:
                self._known.append((compile_path(prefix + route.path)[0], set(route.methods)))

    def of(self, path: str) -> list[str]:
        """Empty: no route has this path."""
        return sorted({method for place, methods in self._known if place.match(path) for method in methods})
