"""ARCHITECTURE.md says what is: its paths exist, its layers are the checked ones, its states are the table's."""

import re
import tomllib

import pytest

from tests.docs.pages import DOCS
from tickwork.core.states import REASONS

ROOT = DOCS.parent
PAGE = (ROOT / "ARCHITECTURE.md").read_text()
SOURCES = ROOT / "src" / "tickwork"


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def paths() -> list[str]:
    named = re.findall(r"`([\w/]+(?:\.py|/))`", section("Where is …?") + section("A worker from inside"))
    return sorted({path for path in named if "/" in path})


@pytest.mark.parametrize("path", paths())
def test_what_it_points_at_is_there(path):
    assert (SOURCES / path).exists() or (ROOT / path).exists()


def test_it_draws_the_layers_that_are_checked():
    drawn = section("The layers").split("```")[1].strip().splitlines()
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    checked = [[part.strip(" ()").removeprefix("tickwork.") for part in layer.split("|")] for layer in layers]
    there = [[part for part in layer if exists(part)] for layer in checked]
    assert [re.split(r" {2,}", line)[0].split(" | ") for line in drawn] == [layer for layer in there if layer]


def exists(part: str) -> bool:
    path = SOURCES.joinpath(*part.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_it_lists_the_reasons_of_each_state():
    rows = dict(re.findall(r"^\| (\w+) \| ([a-z_ ]+) \|$", section("The states of a run"), re.MULTILINE))
    assert {state: set(reasons.split()) for state, reasons in rows.items()} == {
        state.value: {reason.value for reason in reasons} for state, reasons in REASONS.items() if reasons
    }
