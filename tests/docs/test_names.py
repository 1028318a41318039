"""What the pages call by its name is there: files and folders of the project, modules and what is in them."""

import importlib
import re
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pytest

from tests.docs.pages import DOCS

ROOT = DOCS.parent
SOURCES = ROOT / "src" / "tickwork"
AT_THE_ROOT = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "benchmarks/README.md",
    "web/README.md",
)
PAGES = [*(ROOT / name for name in AT_THE_ROOT), *sorted(DOCS.rglob("*.md"))]
_BLOCK = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"[\w-][\w.-]*(?:/[\w.-]+)*/?")
_DOTTED = re.compile(r"(?P<package>[a-z_]+)(?:\.\w+)+(?<!\.toml)(?<!\.key)(?<!\.ts)")


def spoken(page: Path) -> Iterator[str]:
    """What stands between backquotes in its prose."""
    yield from re.findall(r"`([^`\n]+)`", _BLOCK.sub("", page.read_text(encoding="utf-8")))


def files(page: Path) -> list[str]:
    """With a folder of ours in front, or the ending of a source."""
    ours = {place.name for base in (ROOT, SOURCES, ROOT / "web" / "src") for place in base.iterdir() if place.is_dir()}
    named = [name for name in spoken(page) if _PATH.fullmatch(name)]
    return [name for name in named if name.endswith(".py") or ("/" in name and name.split("/")[0] in ours)]


def is_there(name: str, page: Path) -> bool:
    bases = (ROOT, SOURCES, ROOT / "web", ROOT / "web" / "src", page.parent)
    if any((base / name).exists() for base in bases):
        return True
    return "/" not in name and any(SOURCES.rglob(name))


def objects(page: Path) -> list[str]:
    """Modules with their package in front, and what is in them."""
    packages = {place.stem for place in SOURCES.iterdir()}
    return [
        name.removeprefix("tickwork.")
        for name in spoken(page)
        if (dotted := _DOTTED.fullmatch(name))
        and dotted["package"] in {"tickwork", *packages}
        and not is_there(name, page)
    ]


def found(name: str) -> object:
    """Raises `ImportError` or `AttributeError`."""
    parts = ["tickwork", *name.split(".")]
    for end in range(len(parts), 0, -1):
        try:
            module = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        return reduce(getattr, parts[end:], module)
    raise ImportError(name)


def test_files_and_folders_are_there() -> None:
    named = [(page.relative_to(ROOT).as_posix(), name) for page in PAGES for name in files(page)]
    assert len(named) > 150
    assert [(page, name) for page, name in named if not is_there(name, ROOT / page)] == []


NAMED = sorted({name for page in PAGES for name in objects(page)})


@pytest.mark.parametrize("name", NAMED)
def test_modules_and_what_is_in_them_are_there(name: str) -> None:
    assert found(name) is not None
