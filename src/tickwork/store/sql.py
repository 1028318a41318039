"""Statements live in `.sql` files, one each, named after the verb (and the step of it) that runs them."""

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from textwrap import indent

_SHARED = re.compile(r"^( *)-- shared: (\w+)$", re.MULTILINE)


@cache
def statements(package: str) -> dict[str, str]:
    """The text of every `queries/<name>.sql` of the package, by name. A line `-- shared: NAME` in it stands for
    `queries/shared/NAME.sql`: what several statements have in common."""
    folder = files(package) / "queries"
    shared = _texts(folder / "shared")
    return {
        name: _SHARED.sub(lambda said: indent(shared[said[2]], said[1]), text) for name, text in _texts(folder).items()
    }


def _texts(folder: Traversable) -> dict[str, str]:
    return {
        entry.name.removesuffix(".sql"): entry.read_text(encoding="utf-8").strip()
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    }
