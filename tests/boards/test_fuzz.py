"""Whatever a file holds, loading it gives a board or says what is wrong."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tickwork.boards.board import load_board
from tickwork.boards.crontab import parse_crontab
from tickwork.boards.keys import BOARD, JOB
from tickwork.core.codec import from_json, to_json
from tickwork.core.model import Job
from tickwork.errors import InvalidBoard

scalars = st.sampled_from([
    "~", "true", "-1", "0", "1e400", "99999999999999999999", "1.5", "1h", "500y", "'@daily'", "'* * * * *'", "UTC",
    "m:f", r'"\0"', r'"\ud800"', "2026-12-24", "0001-01-01", "9999-12-31T23:59", "a", "''", "*x", "&x 1", "!!int 1",
    "<<", "22:00-06:00",
])  # fmt: skip
keys = st.sampled_from(
    [*BOARD, *JOB, "key", "count", "delay", "windows", "days", "anchor", "decay", "factor", "step", "<<", "x"]
)
flow = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(st.tuples(keys, inner), max_size=4).map(
            lambda pairs: "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}"
        )
    ),
    max_leaves=15,
)
near_boards = st.lists(st.tuples(keys, flow), max_size=3).map(
    lambda pairs: "jobs: {a: {shell: x" + "".join(f", {k}: {v}" for k, v in pairs) + "}}\n"
)


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "board.yaml"


@given(content=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_board_or_refused(scratch: Path, content: bytes) -> None:
    scratch.write_bytes(content)

    with suppress(InvalidBoard):
        load_board(scratch)


@given(
    text=st.text(max_size=100) | st.lists(st.tuples(keys, flow)).map(lambda ps: "\n".join(f"{k} = {v}" for k, v in ps))
)
def test_any_toml_is_a_board_or_refused(scratch: Path, text: str) -> None:
    path = scratch.with_suffix(".toml")
    path.write_text(text)

    with suppress(InvalidBoard):
        load_board(path)


@given(text=flow | near_boards)
def test_anything_like_a_board_is_a_board_that_can_be_stored_or_refused(scratch: Path, text: str) -> None:
    scratch.write_text(text)

    with suppress(InvalidBoard):
        for job in load_board(scratch).jobs:
            assert from_json(to_json(job), Job) == job


@given(text=st.text(max_size=200) | st.lists(st.text(st.characters(max_codepoint=127), max_size=40)).map("\n".join))
@pytest.mark.parametrize("system", [True, False])
def test_any_text_is_a_crontab_with_every_line_accounted_for(text: str, system: bool) -> None:
    crontab = parse_crontab(text, system=system, name="crontab", zone="UTC")

    assert len({job.name for job in crontab.jobs}) == len(crontab.jobs)
    assert len(crontab.jobs) + len(crontab.problems) <= text.count("\n") + 1
