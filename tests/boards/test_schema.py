"""The JSON Schema says what the reader accepts."""

from pathlib import Path
from typing import Any

import pytest

from tickwork.boards.board import load_board
from tickwork.boards.demo import demo_board
from tickwork.boards.keys import BOARD, JOB
from tickwork.boards.schema import board_schema
from tickwork.boards.yaml_source import parse_yaml
from tickwork.core.codec import to_json
from tickwork.core.model import Call

EXAMPLES = Path(__file__).parents[2] / "examples"
DEMO = Path(demo_board().path)
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": int | float, "boolean": bool}


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """As much of JSON Schema as the boards' schema uses."""
    if "anyOf" in schema and not any(fits(value, one) for one in schema["anyOf"]):
        return False
    if "enum" in schema:
        return value in schema["enum"]
    if any(name not in value for name in schema.get("required", ())):
        return False
    types = schema.get("type", [])
    names = types if isinstance(types, list) else [types]
    if names and not any(value is None if name == "null" else isinstance(value, TYPES[name]) for name in names):
        return False
    if isinstance(value, dict):
        return all(_property_fits(schema, key, item) for key, item in value.items())
    return all(fits(item, schema.get("items", {})) for item in value) if isinstance(value, list) else True


def _property_fits(schema: dict[str, Any], key: str, value: Any) -> bool:
    known = schema.get("properties", {})
    if key in known:
        return fits(value, known[key])
    other = schema.get("additionalProperties", {})
    return other is not False and fits(value, other)


@pytest.mark.parametrize("path", [EXAMPLES / "tickwork.yaml", DEMO], ids=lambda path: path.name)
def test_a_board_fits_the_schema(path: Path) -> None:
    assert fits(parse_yaml(path.read_text(), shown=path.name), board_schema())


@pytest.mark.parametrize(
    "text",
    [
        "jobs: {a: {shell: x, timout: 1h}}",
        "jobs: {a: {shell: x, overlap: maybe}}",
        "jobs: {a: {cron: '@daily'}}",
        "jobs: {a: {shell: 5}}",
        "jobs: [1]",
        "jbs: {}",
    ],
)
def test_what_the_reader_refuses_does_not_fit(problems, text: str) -> None:
    assert not fits(parse_yaml(text, shown="b"), board_schema())
    assert problems(text)


def test_the_schema_has_every_key_with_its_description() -> None:
    schema = board_schema()
    job = schema["properties"]["jobs"]["additionalProperties"]

    assert list(schema["properties"]) == list(BOARD)
    assert {name: key.doc for name, key in JOB.items()} == {
        name: entry["description"] for name, entry in job["properties"].items()
    }
    assert to_json(schema)


def test_the_example_and_the_demo_are_boards_whose_functions_exist() -> None:
    for board in (load_board(EXAMPLES / "tickwork.yaml"), demo_board()):
        assert len(board.jobs) == 5
        for job in board.jobs:
            if isinstance(job.task, Call):
                module, _, function = job.task.target.partition(":")
                assert f"def {function}(" in (board.path.parent / f"{module}.py").read_text()


def test_the_demo_owns_its_jobs_by_name_wherever_it_is_installed() -> None:
    assert demo_board().name == "demo"
