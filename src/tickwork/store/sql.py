"""Statements live in `.sql` files, one each, named after the verb (and the step of it) that runs them."""

from functools import cache
from importlib.resources import files


@cache
def statements(package: str) -> dict[str, str]:
    """The text of every `queries/<name>.sql` of the package, by name."""
    folder = files(package) / "queries"
    return {
        entry.name.removesuffix(".sql"): entry.read_text(encoding="utf-8").strip()
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    }
