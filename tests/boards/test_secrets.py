"""The key `secrets` of a job."""

import pytest

from tickwork.boards.board import load_board
from tickwork.boards.write import write_board
from tickwork.core.model import SecretUse

BOARD = """\
project: etl
defaults: {secrets: DB_PASSWORD}
jobs:
  one: {shell: 'true'}
  two: {shell: 'true', secrets: [API_KEY, {DB_PASSWORD: PGPASSWORD}]}
"""


def test_secrets_are_named_and_may_be_given_as_another_variable(load):
    one, two = load(BOARD).jobs
    assert one.secrets == (SecretUse(name="DB_PASSWORD", env="DB_PASSWORD"),)
    assert two.secrets == (
        SecretUse(name="API_KEY", env="API_KEY"),
        SecretUse(name="DB_PASSWORD", env="PGPASSWORD"),
    )


def test_what_is_written_loads_back(load, tmp_path):
    jobs = load(BOARD).jobs
    written = write_board(jobs, folder=tmp_path)
    again = tmp_path / "again.yaml"
    again.write_text(written)
    assert load_board(again).jobs == jobs
    assert "DB_PASSWORD: PGPASSWORD" in written


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("[1]", "1 is no secret; write NAME or {NAME: VARIABLE}"),
        ("[{A: B, C: D}]", "is no secret; write NAME or {NAME: VARIABLE}"),
        ("[A-B]", "'A-B' is no name of a secret or a variable"),
        ("[{A: 1}]", "1 is no name of a secret or a variable"),
    ],
)
def test_what_is_no_secret_is_refused_at_its_place(problems, said, problem):
    [told] = problems(f"jobs:\n  one:\n    shell: 'true'\n    secrets: {said}\n")
    assert told.startswith("tickwork.yaml:4: ")
    assert problem in told
